import TextSupport

/// Why a text is not a signature.
public struct SignatureError: Error, Equatable, Sendable {
    public enum Code: Equatable, Sendable {
        /// A result or an argument begins with something that is no word.
        case missingType
        case unknownType
        case voidArgument
        /// Something in a record that is no number.
        case recordField
        case tooManyFields
        /// Neither `,` nor `}` after a field.
        case missingBrace
        case varargs
        case missingParenthesis
        /// Neither `,` nor `)` after an argument.
        case missingSeparator
        case malformedName
        case duplicateName
        case tooManyArguments
        case trailingText
    }

    public let code: Code
    /// The whole text that was read.
    public let text: String
    /// Bytes of UTF-8 before the place of the error, at most the size of the text.
    public let offset: Int
    /// The word or the character at that place; empty at the end of the text.
    public let found: String
}

extension SignatureError: CustomStringConvertible {
    /// One line: what is wrong and what would be right.
    public var description: String {
        let here = found.isEmpty ? "the end" : quoted(found)
        switch code {
        case .missingType:
            return "\(here) where a type is expected; the types are \(ValueType.argumentSpellings)"
        case .unknownType:
            let meant = Spelling.nearest(to: found, among: ValueType.named.map(\.name))
            if let meant { return "unknown type \(here); did you mean \(meant)?" }
            return "unknown type \(here); the types are \(ValueType.argumentSpellings)"
        case .voidArgument:
            return "an argument cannot be void; write () when there is none"
        case .recordField:
            return "\(here) in a record; its fields are numbers: \(ValueType.fieldSpellings)"
        case .tooManyFields:
            return "more than \(ValueType.maximumFields) fields; pass the rest as further arguments"
        case .missingBrace:
            return "\(here) where ',' or '}' is expected; a record is {TYPE,TYPE}"
        case .varargs:
            return "variable arguments cannot be called; list each argument with its type"
        case .missingParenthesis:
            return "\(here) where '(' is expected; a signature is RESULT(ARGUMENT, ...)"
        case .missingSeparator:
            return "\(here) where ',' or ')' is expected; an argument is TYPE or TYPE NAME"
        case .malformedName:
            return "\(here) is not a name; use a-z, then a-z, 0-9 and _"
        case .duplicateName:
            return "argument \(here) stands twice; give each argument its own name"
        case .tooManyArguments:
            return "more than \(Signature.maximumArguments) arguments; pass the rest through a pointer"
        case .trailingText:
            return "\(here) after the closing ')'; end the signature there"
        }
    }

    /// Two lines: the text, and a caret below the place of the error. Control characters are shown
    /// as `?` to keep the columns.
    public var diagram: String {
        let shown = text.map { $0.unicodeScalars.contains(where: isUnprintable) ? "?" : $0 }
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
        return String(shown) + "\n" + String(repeating: " ", count: before.count) + "^"
    }
}
