import TextSupport

/// A cursor over the words of one line: `name key=value … -> key=value …`.
struct RecordLine {
    let bytes: ArraySlice<UInt8>
    let number: Int
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>, number: Int) {
        self.bytes = bytes
        self.number = number
        position = bytes.startIndex
    }

    /// The next word up to a space or the end; nil at the end of the line.
    mutating func word() -> ArraySlice<UInt8>? {
        guard position < bytes.endIndex else { return nil }
        let start = position
        let end = bytes[start...].firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
        position = end < bytes.endIndex ? end + 1 : end
        return bytes[start..<end]
    }

    /// The value of the next word, which must be `key=…`.
    mutating func value(of key: StaticString) throws(RecordingError) -> ArraySlice<UInt8> {
        let found = word()
        guard let found else { throw error(.missing("\(key)=")) }
        let length = key.utf8CodeUnitCount
        let matches = key.withUTF8Buffer { name in
            found.count > length && found[found.startIndex + length] == UInt8(ascii: "=")
                && found.prefix(length).elementsEqual(name)
        }
        guard matches else {
            throw error(.malformed(field: "word", found: Self.text(found), expected: "\(key)=…"))
        }
        return found[(found.startIndex + length + 1)...]
    }

    /// Whether the next word is `key=…`.
    func isNext(_ key: StaticString) -> Bool {
        var rest = self
        return (try? rest.value(of: key)) != nil
    }

    /// The decimal number of the next word, which must be `key=NUMBER` with a number in `range`.
    mutating func number(of key: StaticString, in range: ClosedRange<Int>) throws(RecordingError) -> Int {
        let digits = try value(of: key)
        guard let number = Self.decimal(digits), range.contains(number) else {
            throw error(
                .malformed(
                    field: "\(key)", found: Self.text(digits),
                    expected: "a number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }

    /// Requires the next word to be exactly `literal`.
    mutating func expect(_ literal: StaticString) throws(RecordingError) {
        let found = word() ?? []
        guard literal.withUTF8Buffer({ found.elementsEqual($0) }) else {
            throw error(.malformed(field: "word", found: Self.text(found), expected: "'\(literal)'"))
        }
    }

    /// Requires the line to end here.
    mutating func end() throws(RecordingError) {
        if let extra = word() {
            throw error(.malformed(field: "word", found: Self.text(extra), expected: "the end of the line"))
        }
    }

    func error(_ code: RecordingError.Code) -> RecordingError { RecordingError(code, line: number) }

    /// At most 40 characters of the bytes, for a message.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(40), as: UTF8.self)
        return bytes.count > 40 ? text + "…" : text
    }

    /// A decimal number with an optional minus sign; nil for anything else or when it overflows.
    static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
        var digits = bytes
        let negative = digits.first == UInt8(ascii: "-")
        if negative { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.count <= 18 else { return nil }
        var number = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            number = number * 10 + Int(digit - 48)
        }
        return negative ? -number : number
    }
}
