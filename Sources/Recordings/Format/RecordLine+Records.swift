/// Records that both recordings and machine states have.
extension RecordLine {
    private static let letters = Set(".CaAfdwkPpl".utf8)

    /// The rest of the line as `key=value` words.
    mutating func settings() throws(RecordingError) -> [Recording.Setting] {
        var settings: [Recording.Setting] = []
        while let word = word() {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")), equals > word.startIndex else {
                throw error(.malformed(field: "word", found: Self.text(word), expected: "key=value"))
            }
            settings.append(
                .init(
                    key: String(decoding: word[..<equals], as: UTF8.self),
                    value: String(decoding: word[(equals + 1)...], as: UTF8.self)))
        }
        return settings
    }

    /// The states of all `pages` pages of an area.
    mutating func runs(pages: Int) throws(RecordingError) -> [Recording.Run] {
        let text = word() ?? []
        try end()
        var runs: [Recording.Run] = []
        var total = 0
        var index = text.startIndex
        while index < text.endIndex {
            let letter = text[index]
            guard Self.letters.contains(letter) else {
                throw error(
                    .malformed(
                        field: "page letter", found: Self.text(text[index...index]),
                        expected: "one of . l C a A f d w k P p"))
            }
            let digits = text[(index + 1)...].prefix { $0 >= 48 && $0 <= 57 }
            guard let count = Self.decimal(digits), count > 0, count <= pages else {
                throw error(
                    .malformed(field: "page count", found: Self.text(digits), expected: "1 to \(pages)"))
            }
            total += count
            runs.append(.init(letter: letter, count: count))
            index = digits.endIndex
        }
        guard total == pages else {
            throw error(.inconsistent("the page states add up to \(total), the area has \(pages) pages"))
        }
        return runs
    }

    mutating func pin(pages: Int) throws(RecordingError) -> (offset: Int, isTaken: Bool) {
        let offset = try number(of: "offset", in: 0...(1 << 40))
        guard offset < pages else {
            throw error(.outsideArea(field: "offset", value: offset, pages: pages))
        }
        let isTaken = try number(of: "ok", in: 0...1) == 1
        try end()
        return (offset, isTaken)
    }

    mutating func free() throws(RecordingError) -> (pages: Int, contiguous: Int) {
        let pages = try number(of: "pages", in: 0...(1 << 40))
        let contiguous = try number(of: "cma", in: 0...(1 << 40))
        try end()
        return (pages, contiguous)
    }
}
