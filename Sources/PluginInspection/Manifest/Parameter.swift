import TextSupport

/// One setting that a plugin offers, as `param=` in its note declares it.
public struct Parameter: Equatable, Sendable {
    /// `[a-z][a-z0-9_]*`, unique in the plugin, never `host`.
    public let name: String
    /// Any type but `void` and `ptr`.
    public let type: ValueType
    /// The value without a setting; inside the range.
    public let defaultValue: ParameterValue
    public let range: ParameterRange
    /// One line for people; may be empty.
    public let help: String

    package init(
        name: String, type: ValueType, defaultValue: ParameterValue, range: ParameterRange = .none,
        help: String = ""
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.range = range
        self.help = help
    }

    /// Turns a setting into a value of the parameter's type and range.
    ///
    /// Whole numbers are decimal or, after `0x`, hexadecimal, with `-` for negative ones; other
    /// numbers are read as by `strtod()` and must be finite; a text is taken as it is. A record is its numbers
    /// with commas between them.
    ///
    /// Throws `ParameterError` when the text is not of the type or the value not in the range.
    public func value(parsing text: String) throws(ParameterError) -> ParameterValue {
        let value = try Self.value(parsing: text, type: type, name: name)
        guard range.contains(value) else {
            if case .choices = range { throw error(.notChoice, text) }
            throw error(.outsideRange, text)
        }
        return value
    }

    /// The same without a range.
    static func value(
        parsing text: String, type: ValueType, name: String
    ) throws(ParameterError) -> ParameterValue {
        func error(_ code: ParameterError.Code) -> ParameterError {
            ParameterError(code: code, name: name, text: text, type: type)
        }
        if let bounds = type.signedBounds {
            guard let number = WholeNumber(text) else { throw error(.notWholeNumber) }
            guard let value = number.signed, bounds.contains(value) else { throw error(.outsideType) }
            return .signed(value)
        }
        if let bounds = type.unsignedBounds {
            guard let number = WholeNumber(text) else { throw error(.notWholeNumber) }
            guard let value = number.unsigned, bounds.contains(value) else { throw error(.outsideType) }
            return .unsigned(value)
        }
        if let bounds = type.realBounds {
            guard let value = Double(text), !value.isNaN else { throw error(.notNumber) }
            guard bounds.contains(value) else { throw error(.outsideType) }
            return .real(value)
        }
        if case .record(let fields) = type {
            let parts = text.split(separator: "," as Character, omittingEmptySubsequences: false)
            guard parts.count == fields.count else { throw error(.wrongFieldCount) }
            var values: [ParameterValue] = []
            for (part, field) in zip(parts, fields) {
                values.append(try value(parsing: String(part), type: field, name: name))
            }
            return .record(values)
        }
        guard !text.utf8.contains(0) else { throw error(.containsNUL) }
        return .text(text)
    }

    private func error(_ code: ParameterError.Code, _ text: String) -> ParameterError {
        ParameterError(code: code, name: name, text: text, type: type, range: range)
    }
}

/// A whole number before its type is known, so that "too large" can be told from "no number".
private struct WholeNumber {
    private let isNegative: Bool
    /// Nil above 2^64 - 1.
    private let magnitude: UInt64?

    init?(_ text: String) {
        var digits = Substring(text)
        isNegative = digits.hasPrefix("-")
        if isNegative { digits.removeFirst() }
        let isHexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
        if isHexadecimal { digits.removeFirst(2) }
        let isWhole = digits.utf8.allSatisfy { byte in
            Names.isDigit(byte) || isHexadecimal && Unicode.Scalar(byte).properties.isHexDigit
        }
        guard !digits.isEmpty, isWhole else { return nil }
        magnitude = UInt64(digits, radix: isHexadecimal ? 16 : 10)
    }

    var unsigned: UInt64? { isNegative && magnitude != 0 ? nil : magnitude }

    var signed: Int64? {
        guard let magnitude else { return nil }
        guard isNegative else { return Int64(exactly: magnitude) }
        return magnitude == Int64.min.magnitude ? .min : Int64(exactly: magnitude).map { -$0 }
    }
}
