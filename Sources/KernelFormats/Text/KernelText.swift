import TextSupport

/// Text of the kernel as lines of words.
struct KernelText: Sequence, IteratorProtocol {
    /// A line with its words; separators are spaces and tabs, a carriage return at the end is dropped, as
    /// a serial console leaves it.
    struct Line {
        /// 1-based.
        let number: Int
        let bytes: ArraySlice<UInt8>

        var words: [Substring] {
            bytes.split { $0 == 32 || $0 == 9 }.map { Substring(decoding: $0, as: UTF8.self) }
        }

        var isBlank: Bool { bytes.allSatisfy { $0 == 32 || $0 == 9 } }

        func error(_ reason: String) -> KernelFormatError { KernelFormatError(.line(number), reason) }

        /// A number that the kernel prints with %lu.
        func number(_ word: Substring?, _ what: String) throws(KernelFormatError) -> Int {
            guard let word else { throw error("\(what) is missing: the line is cut short") }
            guard let number = Self.decimal(word) else {
                throw error("\(what) is '\(printable(word))': expected a number")
            }
            return number
        }

        /// Digits alone, at most 18 of them.
        static func decimal(_ word: some StringProtocol) -> Int? {
            guard (1...18).contains(word.utf8.count), word.utf8.allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            return Int(word)
        }
    }

    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Line? {
        guard position < bytes.count else { return nil }
        number += 1
        let end = bytes[position...].firstIndex(of: 10) ?? bytes.count
        var line = bytes[position..<end]
        while line.last == 13 { line.removeLast() }
        position = end + 1
        return Line(number: number, bytes: line)
    }
}

extension String {
    /// The text with dots for control characters and everything else that ends a line.
    var onOneLine: String {
        let scalars = unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: "." as Unicode.Scalar
            default: scalar
            }
        }
        return String(UnicodeScalarView(scalars))
    }
}

/// At most 60 bytes of a line, for a message, which stays one line.
func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(60), as: UTF8.self).onOneLine
    return bytes.count > 60 ? text + "…" : text
}

/// At most 32 characters of a word, for a message; control characters as dots.
func printable(_ word: some StringProtocol) -> String {
    let text = String(String.UnicodeScalarView(word.unicodeScalars.prefix(32))).onOneLine
    return word.unicodeScalars.count > 32 ? text + "…" : text
}
