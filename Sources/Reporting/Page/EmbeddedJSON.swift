import TextSupport

/// JSON in a form that is safe in the script element of a page.
///
/// There is no space between its tokens; `<` is written as `\u003c`, so that no text in it can end the element; and
/// characters that are invisible or change the direction of writing become U+FFFD, whether written out or escaped: see
/// `TextSupport.isUnprintable(_:)`. Tabs and line breaks stay.
enum EmbeddedJSON {
    /// - Parameter json: a JSON text in UTF-8, with a byte order mark or without.
    static func bytes(of json: [UInt8]) -> [UInt8] {
        // A byte order mark is allowed in front of a file, not within a text.
        let json = json.starts(with: [0xef, 0xbb, 0xbf]) ? json[3...] : json[...]
        var text: [UInt8] = []
        text.reserveCapacity(json.count)
        var isString = false
        var position = json.startIndex
        while position < json.endIndex {
            let byte = json[position]
            switch byte {
            case UInt8(ascii: "<"): text += Array("\\u003c".utf8)
            case UInt8(ascii: "\""):
                isString.toggle()
                text.append(byte)
            case UInt8(ascii: "\\"):
                let (scalar, length) = escaped(json[position...])
                let isHidden = scalar.map { isUnprintable($0) && !kept.contains($0) } ?? false
                text += isHidden ? replacement : Array(json[position..<position + length])
                position += length
                continue
            case 0x7f...:
                let length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
                let character = json[position...].prefix(length)
                let isHidden = String(decoding: character, as: UTF8.self).unicodeScalars.contains(
                    where: isUnprintable)
                text += isHidden ? replacement : Array(character)
                position += character.count
                continue
            default: if isString || !isSpace(byte) { text.append(byte) }
            }
            position += 1
        }
        return text
    }

    private static let kept: [Unicode.Scalar] = ["\t", "\n", "\r"]
    private static let replacement = Array("\u{fffd}".utf8)

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    /// What an escape at the beginning of some bytes stands for, nil for half a surrogate pair and for the short
    /// escapes, and the number of its bytes.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar?, length: Int) {
        guard let first = unit(bytes) else { return (nil, min(2, bytes.count)) }
        if UTF16.isLeadSurrogate(first), let second = unit(bytes.dropFirst(6)), UTF16.isTrailSurrogate(second)
        {
            let value = 0x10000 + (UInt32(first) & 0x3ff) << 10 + UInt32(second) & 0x3ff
            return (Unicode.Scalar(value), 12)
        }
        return (Unicode.Scalar(UInt32(first)), 6)
    }

    /// The UTF-16 unit of an escape of six bytes.
    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        let escape = Array(bytes.prefix(6))
        guard escape.count == 6, escape.starts(with: "\\u".utf8) else { return nil }
        return UInt16(String(decoding: escape[2...], as: UTF8.self), radix: 16)
    }
}
