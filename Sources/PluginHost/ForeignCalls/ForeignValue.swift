public import PluginInspection

/// A value that goes into or comes out of a C function.
///
/// The cases are those of `ValueType`.
public enum ForeignValue: Equatable {
    case void
    case i8(Int8)
    case i16(Int16)
    case i32(Int32)
    case i64(Int64)
    case u8(UInt8)
    case u16(UInt16)
    case u32(UInt32)
    case u64(UInt64)
    case f32(Float)
    case f64(Double)
    case size(UInt)
    /// The pointee belongs to whoever made it; nil is NULL.
    case ptr(UnsafeMutableRawPointer?)
    /// A copy of the text; nil is NULL. Text that comes from C is repaired to valid UTF-8.
    case cstr(String?)
    /// A number for each field; by value.
    case record([ForeignValue])

    public var type: ValueType {
        switch self {
        case .void: .void
        case .i8: .i8
        case .i16: .i16
        case .i32: .i32
        case .i64: .i64
        case .u8: .u8
        case .u16: .u16
        case .u32: .u32
        case .u64: .u64
        case .f32: .f32
        case .f64: .f64
        case .size: .size
        case .ptr: .ptr
        case .cstr: .cstr
        case .record(let fields): .record(fields.map(\.type))
        }
    }

    /// A parameter's value as an argument of that type; nil when the type cannot hold it.
    ///
    /// Every value that a `Parameter` gave fits the parameter's type.
    public init?(_ value: ParameterValue, as type: ValueType) {
        func exact<Number: FixedWidthInteger>(_ make: (Number) -> ForeignValue) -> ForeignValue? {
            switch value {
            case .signed(let value): Number(exactly: value).map(make)
            case .unsigned(let value): Number(exactly: value).map(make)
            case .real, .text, .record: nil
            }
        }
        let converted: ForeignValue? =
            switch (type, value) {
            case (.i8, _): exact(Self.i8)
            case (.i16, _): exact(Self.i16)
            case (.i32, _): exact(Self.i32)
            case (.i64, _): exact(Self.i64)
            case (.u8, _): exact(Self.u8)
            case (.u16, _): exact(Self.u16)
            case (.u32, _): exact(Self.u32)
            case (.u64, _): exact(Self.u64)
            case (.size, _): exact(Self.size)
            case (.f32, .real(let value)): .f32(Float(value))
            case (.f64, .real(let value)): .f64(value)
            case (.cstr, .text(let value)): .cstr(value)
            case (.record(let types), .record(let values)): Self.record(values, as: types)
            default: nil
            }
        guard let converted else { return nil }
        self = converted
    }

    private static func record(_ values: [ParameterValue], as types: [ValueType]) -> ForeignValue? {
        let fields = zip(values, types).compactMap { ForeignValue($0, as: $1) }
        return values.count == types.count && fields.count == types.count ? .record(fields) : nil
    }
}
