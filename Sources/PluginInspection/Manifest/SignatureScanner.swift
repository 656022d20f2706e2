import TextSupport

/// Reads one signature from left to right.
struct SignatureScanner {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func signature() throws(SignatureError) -> (ValueType, [Signature.Argument]) {
        let result = try type()
        try expect("(", .missingParenthesis)
        var arguments: [Signature.Argument] = []
        if !accept(")") {
            repeat {
                guard arguments.count < Signature.maximumArguments else {
                    throw error(.tooManyArguments, at: position)
                }
                arguments.append(try argument(after: arguments))
            } while accept(",")
            try expect(")", .missingSeparator)
        }
        skipSpaces()
        guard position == bytes.count else { throw error(.trailingText, at: position) }
        return (result, arguments)
    }

    private mutating func argument(
        after earlier: [Signature.Argument]
    ) throws(SignatureError) -> Signature.Argument {
        skipSpaces()
        let typeStart = position
        let type = try type()
        guard type != .void else { throw error(.voidArgument, at: typeStart, found: "void") }
        skipSpaces()
        let nameStart = position
        let name = word()
        guard !name.isEmpty else { return Signature.Argument(type: type) }
        guard Names.isParameterName(name) else {
            throw error(.malformedName, at: nameStart, found: name)
        }
        guard !earlier.contains(where: { $0.name == name }) else {
            throw error(.duplicateName, at: nameStart, found: name)
        }
        return Signature.Argument(name: name, type: type)
    }

    private mutating func type() throws(SignatureError) -> ValueType {
        if accept("{") { return try record() }
        skipSpaces()
        let start = position
        let spelling = word()
        if let type = ValueType(named: spelling) { return type }
        guard spelling.isEmpty else { throw error(.unknownType, at: start, found: spelling) }
        let isEllipsis = bytes[start...].starts(with: "...".utf8)
        throw error(isEllipsis ? .varargs : .missingType, at: start)
    }

    /// The fields of a record, behind its opening brace.
    private mutating func record() throws(SignatureError) -> ValueType {
        var fields: [ValueType] = []
        repeat {
            guard fields.count < ValueType.maximumFields else { throw error(.tooManyFields, at: position) }
            skipSpaces()
            let start = position
            guard start == bytes.count || bytes[start] != UInt8(ascii: "{") else {
                throw error(.recordField, at: start)
            }
            let field = try type()
            guard field.isNumber else { throw error(.recordField, at: start, found: "\(field)") }
            fields.append(field)
        } while accept(",")
        try expect("}", .missingBrace)
        return .record(fields)
    }

    /// Reads a text that is one type and nothing else; nil for any other.
    static func type(_ text: String) -> ValueType? {
        var scanner = SignatureScanner(text)
        guard let type = try? scanner.type(), scanner.position == scanner.bytes.count else { return nil }
        return type
    }

    private mutating func word() -> String {
        let start = position
        while position < bytes.count, Names.isWordByte(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipSpaces() {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func accept(_ mark: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func expect(
        _ mark: Unicode.Scalar, _ code: SignatureError.Code
    ) throws(SignatureError) {
        guard accept(mark) else { throw error(code, at: position) }
    }

    private func error(_ code: SignatureError.Code, at offset: Int, found: String? = nil) -> SignatureError {
        let rest = String(decoding: bytes[min(offset, bytes.count)...], as: UTF8.self)
        return SignatureError(
            code: code, text: text, offset: offset, found: found ?? rest.first.map { String($0) } ?? "")
    }
}
