/// The type of one value that crosses the boundary between the host and a plugin.
///
/// Every type has the same size and meaning on each 64-bit Linux, which is why `int` and `long` are not
/// among them.
public enum ValueType: Hashable, Sendable, CustomStringConvertible {
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
    /// 1 to 8 numbers, by value. Corresponds to `struct { uint32_t a, b; }` and the like.
    case record([ValueType])

    /// The largest number of fields of a record.
    public static let maximumFields = 8

    /// Every type that has a name, with its spelling in a plugin's note.
    static let named: [(name: String, type: ValueType)] = [
        ("void", .void), ("i8", .i8), ("i16", .i16), ("i32", .i32), ("i64", .i64), ("u8", .u8), ("u16", .u16),
        ("u32", .u32), ("u64", .u64), ("f32", .f32), ("f64", .f64), ("size", .size), ("ptr", .ptr),
        ("cstr", .cstr),
    ]

    /// The type of a name; records have none.
    init?(named name: String) {
        guard let type = Self.named.first(where: { $0.name == name })?.type else { return nil }
        self = type
    }

    /// The spelling in a note: `u32`, `{u32,u32}`.
    public var description: String {
        if case .record(let fields) = self {
            return "{" + fields.map(\.description).joined(separator: ",") + "}"
        }
        return Self.named.first { $0.type == self }?.name ?? ""
    }

    /// Whether a value is one number, as the fields of a record are.
    public var isNumber: Bool {
        switch self {
        case .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .f32, .f64, .size: true
        case .void, .ptr, .cstr, .record: false
        }
    }
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
    static let argumentSpellings = named.map(\.name).filter { $0 != "void" }.joined(separator: " ")

    /// The spellings of the fields of a record.
    static let fieldSpellings = named.filter { $0.type.isNumber }.map(\.name).joined(separator: " ")
}
