/// The type of one value that crosses the boundary between the host and a plugin.
///
/// The raw value is the spelling in a plugin's note. Every type has the same size and meaning on
/// each 64-bit Linux, which is why `int` and `long` are not among them.
public enum ValueType: String, CaseIterable, Sendable, CustomStringConvertible {
    /// No value; only a result. Corresponds to `void`.
    case void
    /// Corresponds to `int8_t`.
    case i8
    /// Corresponds to `int16_t`.
    case i16
    /// Corresponds to `int32_t`.
    case i32
    /// Corresponds to `int64_t`.
    case i64
    /// Corresponds to `uint8_t`.
    case u8
    /// Corresponds to `uint16_t`.
    case u16
    /// Corresponds to `uint32_t`.
    case u32
    /// Corresponds to `uint64_t`.
    case u64
    /// IEEE 754 binary32. Corresponds to `float`.
    case f32
    /// IEEE 754 binary64. Corresponds to `double`.
    case f64
    /// An unsigned number of the machine's address width. Corresponds to `size_t`.
    case size
    /// An address. Corresponds to `void *`.
    case ptr
    /// NUL-terminated UTF-8. Corresponds to `const char *`.
    case cstr

    public var description: String { rawValue }
}

extension ValueType {
    /// The values of a signed integer type, nil for every other type.
    public var signedBounds: ClosedRange<Int64>? {
        switch self {
        case .i8: Int64(Int8.min)...Int64(Int8.max)
        case .i16: Int64(Int16.min)...Int64(Int16.max)
        case .i32: Int64(Int32.min)...Int64(Int32.max)
        case .i64: Int64.min...Int64.max
        default: nil
        }
    }

    /// The values of an unsigned integer type, nil for every other type.
    public var unsignedBounds: ClosedRange<UInt64>? {
        switch self {
        case .u8: 0...UInt64(UInt8.max)
        case .u16: 0...UInt64(UInt16.max)
        case .u32: 0...UInt64(UInt32.max)
        case .u64: 0...UInt64.max
        case .size: 0...UInt64(UInt.max)
        default: nil
        }
    }

    /// The finite values of a floating-point type, nil for every other type.
    public var realBounds: ClosedRange<Double>? {
        switch self {
        case .f32: -Double(Float.greatestFiniteMagnitude)...Double(Float.greatestFiniteMagnitude)
        case .f64: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        default: nil
        }
    }

    /// Every spelling but `void`, for messages that list what may stand in an argument list.
    static let argumentSpellings = allCases.filter { $0 != .void }.map(\.rawValue)
        .joined(separator: " ")
}
