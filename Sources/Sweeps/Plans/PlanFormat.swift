import FoundationEssentials

/// The lines of a plan's file: JSON objects, each with what tells that it was changed.
///
/// The first begins with `{"hash":"…",`, the SHA-256 of what follows in it. The others end with
/// `,"check":"…"}`, the beginning of a SHA-256 of the check before it and of the line up to there: a
/// line that is changed, taken away or added is found where that happened.
enum PlanFormat {
    static let newline = UInt8(ascii: "\n")
    private static let checkDigits = 8

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Collection<UInt8>) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }

    // MARK: The first line

    private static let headStart = Array(#"{"hash":""#.utf8)
    private static let headEnd = Array(#"","#.utf8)

    static func head(_ header: PlanHeader) throws -> [UInt8] {
        let rest = try json(header).dropFirst()
        return headStart + Array("\(try ContentHash(of: Array(rest)))".utf8) + headEnd + rest
    }

    /// The header of a line without its newline; nil for what `head` did not write.
    static func header(of line: [UInt8]) throws(HashingError) -> PlanHeader? {
        let digits = 2 * ContentHash.size
        guard line.starts(with: headStart), line.count > headStart.count + digits + headEnd.count else {
            return nil
        }
        let hash = line.dropFirst(headStart.count).prefix(digits)
        let rest = Array(line.dropFirst(headStart.count + digits + headEnd.count))
        guard Array("\(try ContentHash(of: rest))".utf8) == Array(hash) else { return nil }
        return decode(PlanHeader.self, from: [UInt8(ascii: "{")] + rest)
    }

    /// What some other first line says it is; nil when it is no JSON with a schema.
    static func schema(of line: [UInt8]) -> String? {
        struct Schema: Decodable { var schema: String }
        return decode(Schema.self, from: line)?.schema
    }

    // MARK: The others

    private static let checkStart = Array(#","check":""#.utf8)
    private static let checkEnd = Array(#""}"#.utf8)

    /// - Parameter check: of the line before; it becomes that of this one.
    static func line(_ run: PlannedRun, check: inout [UInt8]) throws -> [UInt8] {
        let body = try json(run).dropLast()
        var line = Array(body)
        check = try next(check, line)
        for part in [checkStart, check, checkEnd, [newline]] { line += part }
        return line
    }

    /// The run of a line without its newline; nil when it is not the one that was written behind the line
    /// with that check.
    static func run(of line: [UInt8], check: inout [UInt8]) throws(HashingError) -> PlannedRun? {
        let tail = checkStart.count + checkDigits + checkEnd.count
        guard line.count > tail else { return nil }
        let body = Array(line.dropLast(tail))
        let expected = try next(check, body)
        guard line.suffix(tail).elementsEqual(checkStart + expected + checkEnd) else { return nil }
        check = expected
        return decode(PlannedRun.self, from: body + [UInt8(ascii: "}")])
    }

    private static func next(_ check: [UInt8], _ body: [UInt8]) throws(HashingError) -> [UInt8] {
        Array("\(try ContentHash(of: check + body))".utf8.prefix(checkDigits))
    }
}
