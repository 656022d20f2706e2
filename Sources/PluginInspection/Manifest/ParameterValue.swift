/// The value of a parameter, as wide as any type of its kind.
public enum ParameterValue: Equatable, Sendable, CustomStringConvertible {
    /// Of i8, i16, i32 and i64.
    case signed(Int64)
    /// Of u8, u16, u32, u64 and size.
    case unsigned(UInt64)
    /// Of f32 and f64; finite.
    case real(Double)
    /// Of cstr; without NUL.
    case text(String)
    /// Of a record, a value for each field; none of them is a record.
    case record([ParameterValue])

    /// Decimal digits, those of a record with commas between them, or the text itself.
    public var description: String {
        switch self {
        case .signed(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let value): value
        case .record(let values): values.map(\.description).joined(separator: ",")
        }
    }
}

/// The values a parameter may take within its type. Bounds belong to the range.
public enum ParameterRange: Equatable, Sendable, CustomStringConvertible {
    /// Every value of the type.
    case none
    case integers(ClosedRange<Int64>)
    case unsigned(ClosedRange<UInt64>)
    case reals(ClosedRange<Double>)
    /// One of these texts, at least one, each once.
    case choices([String])

    /// `LOW..HIGH`, `A, B, C`, or nothing.
    public var description: String {
        switch self {
        case .none: ""
        case .integers(let range): "\(range.lowerBound)..\(range.upperBound)"
        case .unsigned(let range): "\(range.lowerBound)..\(range.upperBound)"
        case .reals(let range): "\(range.lowerBound)..\(range.upperBound)"
        case .choices(let choices): choices.joined(separator: ", ")
        }
    }

    /// False for a value outside the range and for one of another kind.
    public func contains(_ value: ParameterValue) -> Bool {
        switch (self, value) {
        case (.none, _): true
        case (.integers(let range), .signed(let value)): range.contains(value)
        case (.unsigned(let range), .unsigned(let value)): range.contains(value)
        case (.reals(let range), .real(let value)): range.contains(value)
        case (.choices(let choices), .text(let value)): choices.contains(value)
        default: false
        }
    }
}
