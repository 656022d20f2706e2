/// The lines of a text with their numbers, without line ends; a last line needs none.
struct TextLines: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex(of: 10) ?? bytes.count
        var line = bytes[position..<end]
        position = end + 1
        number += 1
        if line.last == 13 { line = line.dropLast() }
        return line
    }

    /// The line that `next` would return, without going there.
    func peek() -> ArraySlice<UInt8>? {
        var copy = self
        return copy.next()
    }
}

extension ArraySlice<UInt8> {
    /// Index of the first occurrence of `text` at or behind `start`.
    func firstIndex(ofText text: StaticString, from start: Int? = nil) -> Int? {
        let length = text.utf8CodeUnitCount
        let first = start ?? startIndex
        guard length > 0, endIndex - first >= length else { return nil }
        return text.withUTF8Buffer { wanted in
            var index = first
            while let found = self[index...].firstIndex(of: wanted[0]) {
                guard endIndex - found >= length else { return nil }
                if self[found..<found + length].elementsEqual(wanted) { return found }
                index = found + 1
            }
            return nil
        }
    }

    func contains(text: StaticString) -> Bool { firstIndex(ofText: text) != nil }

    func hasPrefix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { prefix($0.count).elementsEqual($0) }
    }

    /// A decimal number without a sign, at most 18 digits; nil for anything else.
    var decimal: Int? {
        guard !isEmpty, count <= 18 else { return nil }
        var number = 0
        for digit in self {
            guard (48...57).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 48)
        }
        return number
    }

    /// A hexadecimal number with or without 0x, at most 16 digits; nil for anything else.
    var hexadecimal: UInt64? {
        let digits = hasPrefix("0x") ? dropFirst(2) : self
        guard !digits.isEmpty, digits.count <= 16 else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: number = number << 4 | UInt64(digit - 48)
            case 65...70, 97...102: number = number << 4 | UInt64(digit & ~32 - 55)
            default: return nil
            }
        }
        return number
    }

    /// Without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var rest = drop { $0 == 32 || $0 == 9 }
        while rest.last == 32 || rest.last == 9 { rest = rest.dropLast() }
        return rest
    }
}
