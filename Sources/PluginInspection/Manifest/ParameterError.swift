import TextSupport

/// Why a setting is not a value of a parameter.
public struct ParameterError: Error, Equatable, Sendable {
    public enum Code: Equatable, Sendable {
        case notWholeNumber
        case notNumber
        /// A number that the parameter's type cannot hold.
        case outsideType
        case outsideRange
        case notChoice
        case containsNUL
        /// Another number of numbers than the record has fields.
        case wrongFieldCount
        /// The plugin has no parameter of that name.
        case unknownName
    }

    public let code: Code
    /// The parameter's name, as it was written.
    public let name: String
    /// The value as it was written.
    public let text: String
    /// The parameter's type; nil when there is no such parameter.
    public let type: ValueType?
    public let range: ParameterRange
    /// The parameters there are, for an unknown name.
    public let names: [String]

    init(
        code: Code, name: String, text: String, type: ValueType? = nil, range: ParameterRange = .none,
        names: [String] = []
    ) {
        self.code = code
        self.name = name
        self.text = text
        self.type = type
        self.range = range
        self.names = names
    }
}

extension ParameterError: CustomStringConvertible {
    /// One line: the parameter, what is wrong and what would be right.
    public var description: String {
        switch code {
        case .notWholeNumber:
            "\(name): \(quoted(text)) is not a whole number; write digits, or 0x and hexadecimal digits"
        case .notNumber:
            "\(name): \(quoted(text)) is not a number; write digits such as 0.5 or 1e-3"
        case .outsideType:
            "\(name): \(number) does not fit \(type?.description ?? ""), which holds \(typeBounds)"
        case .outsideRange:
            "\(name): \(number) is out of range \(range)"
        case .notChoice:
            "\(name): \(quoted(text)) is not one of \(range)"
        case .containsNUL:
            "\(name): the text contains a NUL, which would end it in C; leave it out"
        case .wrongFieldCount:
            "\(name): \(quoted(text)) is no \(type?.description ?? ""); write \(fieldCount) with commas between"
        case .unknownName:
            unknownName
        }
    }

    /// A number as it was written; it consists of digits, but may have any number of them.
    private var number: String { text.utf8.count <= 64 ? text : quoted(text) }

    private var fieldCount: String {
        guard case .record(let fields)? = type else { return "" }
        return fields.count == 1 ? "1 number" : "\(fields.count) numbers"
    }

    private var typeBounds: String {
        if let bounds = type?.signedBounds { return "\(ParameterRange.integers(bounds))" }
        if let bounds = type?.unsignedBounds { return "\(ParameterRange.unsigned(bounds))" }
        if let bounds = type?.realBounds { return "\(ParameterRange.reals(bounds))" }
        return ""
    }

    private var unknownName: String {
        let start = "no parameter \(quoted(name))"
        if names.isEmpty { return start + "; the plugin has none" }
        if let near = Spelling.nearest(to: name, among: names) { return start + "; did you mean \(near)?" }
        return start + "; there are " + names.joined(separator: ", ")
    }
}
