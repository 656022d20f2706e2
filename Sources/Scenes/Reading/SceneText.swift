import TextSupport

/// The bytes of a scene file as text that the YAML parser can be trusted with.
struct SceneText {
    /// Most bytes that a scene file may have.
    static let maximumSize = 1 << 20

    /// The text, with scalars of the private use area in the places of every `*` and `?`.
    ///
    /// The parser follows references to anchors, and compares keys that are lists or mappings, before
    /// anything can be refused; a small file can make either take for ever. With another scalar in
    /// its place `*a` is a plain text with a beginning that no plain text can have, and `? a` is one
    /// like others, at the same line and column.
    let text: String
    private let asterisk: Unicode.Scalar
    private let questionMark: Unicode.Scalar

    /// - Parameter kind: what messages call the file.
    init(_ bytes: [UInt8], as kind: String = "scene") throws(SceneError) {
        guard bytes.count <= Self.maximumSize else {
            throw SceneError(
                "the file has \(bytes.count) bytes; a \(kind) has at most \(Self.maximumSize)", line: 1,
                column: 1)
        }
        let scalars = try Self.scalars(of: bytes, kind)
        let free = Self.unused(in: scalars)
        guard free.count == 2 else {
            throw SceneError("every private-use character is taken; leave some out", line: 1, column: 1)
        }
        let (asterisk, questionMark) = (free[0], free[1])
        var view = String.UnicodeScalarView()
        for scalar in scalars {
            view.append(scalar == "*" ? asterisk : scalar == "?" ? questionMark : scalar)
        }
        text = String(view)
        self.asterisk = asterisk
        self.questionMark = questionMark
    }

    /// A text of the parser as it stood in the file.
    func restored(_ parsed: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in parsed.unicodeScalars {
            view.append(scalar == asterisk ? "*" : scalar == questionMark ? "?" : scalar)
        }
        return String(view)
    }

    /// Whether a plain text of the parser is a reference to an anchor.
    func isReference(_ parsed: String) -> Bool { parsed.unicodeScalars.first == asterisk }

    /// What stands at a place of the text, both 1-based; nil behind the end of a line.
    func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .dropFirst(line - 1).first?.unicodeScalars.dropFirst(column - 1).first
    }

    /// Two scalars of the private use area that do not stand in the text; fewer when it has all others.
    private static func unused(in scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let area: ClosedRange<UInt32> = 0xe000...0xf8ff
        let used = Set(scalars.lazy.map(\.value).filter(area.contains))
        return Array(area.lazy.filter { !used.contains($0) }.compactMap(Unicode.Scalar.init).prefix(2))
    }

    /// The scalars of UTF-8 without its byte order mark; refuses what YAML does not allow.
    private static func scalars(of bytes: [UInt8], _ kind: String) throws(SceneError) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var line = 1
        var column = 1
        var codec = Unicode.UTF8()
        var iterator =
            bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...].makeIterator() : bytes[...].makeIterator()
        while true {
            let scalar: Unicode.Scalar
            switch codec.decode(&iterator) {
            case .emptyInput: return scalars
            case .error:
                throw SceneError("no UTF-8; write the file in UTF-8", line: line, column: column)
            case .scalarValue(let value): scalar = value
            }
            guard isAllowed(scalar) else {
                throw SceneError(
                    "character \(quoted(String(scalar))) (U+\(String(scalar.value, radix: 16, uppercase: true)))"
                        + " cannot stand in a \(kind); leave it out", line: line, column: column)
            }
            let endsLine = scalar == "\n" && scalars.last != "\r" || scalar == "\r"
            scalars.append(scalar)
            if endsLine { line += 1 }
            column = endsLine || scalar == "\n" ? 1 : column + 1
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": true
        case "\u{feff}", "\u{fffe}", "\u{ffff}": false
        default: !isControl(scalar)
        }
    }
}
