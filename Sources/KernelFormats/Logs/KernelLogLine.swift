/// One line of a kernel's log and the words in it that are of interest.
struct KernelLogLine {
    let text: ArraySlice<UInt8>
    let number: Int

    init(_ text: ArraySlice<UInt8>, number: Int) {
        self.text = text
        self.number = number
    }

    /// `[   12.345678]`, the first of the line.
    var nanoseconds: UInt64? {
        for part in bracketed {
            let sides = part.trimmed.split(separator: UInt8(ascii: "."))
            if sides.count == 2, let seconds = sides[0].decimal, let fraction = sides[1].decimal,
                seconds < 1 << 33, sides[1].count == 6
            {
                return UInt64(seconds) * 1_000_000_000 + UInt64(fraction) * 1000
            }
        }
        return nil
    }

    /// `[  T612]` or `[    C1]`, as CONFIG_PRINTK_CALLER prints it.
    var caller: String? {
        for part in bracketed {
            let word = part.trimmed
            if let first = word.first, first == UInt8(ascii: "T") || first == UInt8(ascii: "C"),
                word.dropFirst().decimal != nil
            {
                return String(decoding: word, as: UTF8.self)
            }
        }
        return nil
    }

    /// What stands in brackets among the first of the line.
    private var bracketed: [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var from = text.startIndex
        while found.count < 4, let open = text[from...].firstIndex(of: UInt8(ascii: "[")),
            let close = text[open...].firstIndex(of: UInt8(ascii: "]"))
        {
            found.append(text[(open + 1)..<close])
            from = close + 1
        }
        return found
    }

    /// The area's name: the last of the words with colons before the complaint, unless that is the function's.
    func area(before position: Int) -> String? {
        var before = text[..<position].trimmed
        guard before.last == UInt8(ascii: ":") else { return nil }
        before = before.dropLast()
        let start = before.lastIndex(of: 32).map { $0 + 1 } ?? before.startIndex
        let word = before[start...]
        return word.isEmpty || word.contains(text: "cma_alloc")
            ? nil : String(decoding: word, as: UTF8.self)
    }

    /// The first word that is the name of an allocation function.
    func function(before position: Int) -> String {
        let words = text[..<position].split { $0 == 32 || $0 == UInt8(ascii: ":") }
        return words.first { $0.contains(text: "cma_alloc") }.map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }

    /// The line without what stands in brackets before it, times and callers.
    var message: ArraySlice<UInt8> {
        var rest = text.trimmed
        while rest.first == UInt8(ascii: "["), let close = rest.firstIndex(of: UInt8(ascii: "]")) {
            rest = rest[(close + 1)...].trimmed
        }
        return rest
    }

    func number(
        behind words: StaticString, in range: ClosedRange<Int>
    ) throws(KernelFormatError) -> Int {
        let found = text.firstIndex(ofText: words).map {
            text[($0 + words.utf8CodeUnitCount)...].prefix { $0 != 32 && $0 != UInt8(ascii: ",") }
        }
        guard let value = found?.decimal, range.contains(value) else {
            throw KernelFormatError(
                line: number,
                "expected a number from \(range.lowerBound) to \(range.upperBound) behind '\(words)' in "
                    + "'\(excerpt(text))'")
        }
        return value
    }

    /// `[2ef00, 2f00a) PFNs busy`
    func busyWindow() throws(KernelFormatError) -> KernelLog.Window {
        if let end = text.firstIndex(ofText: ") PFNs busy"),
            let open = text[..<end].lastIndex(of: UInt8(ascii: "["))
        {
            let sides = text[(open + 1)..<end].split(separator: UInt8(ascii: ","))
            if sides.count == 2, let first = sides[0].trimmed.hexadecimal,
                let last = sides[1].trimmed.hexadecimal, first < last, last < 1 << 40
            {
                return KernelLog.Window(pfn: Int(first), pages: Int(last - first))
            }
        }
        throw KernelFormatError(
            line: number,
            "expected '[FIRST, END) PFNs busy' with two ascending hexadecimal numbers in "
                + "'\(excerpt(text))'")
    }

    /// `12@4+3@40`, behind the last colon of what is given.
    func runs(in part: ArraySlice<UInt8>) throws(KernelFormatError) -> [KernelLog.FreePages.Run] {
        let list = (part.lastIndex(of: UInt8(ascii: ":")).map { part[($0 + 1)...] } ?? part).trimmed
        var runs: [KernelLog.FreePages.Run] = []
        for item in list.split(separator: UInt8(ascii: "+")) {
            let sides = item.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            guard sides.count == 2, let pages = sides[0].trimmed.decimal, pages > 0,
                let bit = sides[1].trimmed.decimal, bit >= (runs.last.map { $0.bit + 1 } ?? 0),
                pages <= 1 << 40, bit <= 1 << 40
            else {
                throw KernelFormatError(
                    line: number,
                    "'\(excerpt(item))' is no PAGES@BIT behind the run before it")
            }
            runs.append(.init(pages: pages, bit: bit))
        }
        return runs
    }

    // MARK: Boot

    /// `cma: Reserved 64 MiB at 0x…` or `created CMA memory pool at 0x…, size 64 MiB`.
    func pool() -> KernelLog.Pool? {
        let isReserved = text.contains(text: "cma: Reserved ") || text.contains(text: "CMA: reserved ")
        guard isReserved || text.contains(text: "created CMA memory pool at "),
            let size = word(behind: isReserved ? "eserved " : "size ")?.decimal, size > 0, size <= 1 << 24,
            text.contains(text: " MiB")
        else { return nil }
        let base = word(behind: " at ")?.hexadecimal.flatMap { $0 < 1 << 52 ? Int($0) : nil }
        return KernelLog.Pool(name: nil, bytes: size << 20, base: base, line: number)
    }

    /// `initialized node linux,cma, compatible id shared-dma-pool`, behind the pool that it names.
    func poolName() -> String? {
        guard text.contains(text: "initialized node "), text.contains(text: "shared-dma-pool"),
            let start = text.firstIndex(ofText: "initialized node "),
            let end = text.firstIndex(ofText: ", compatible id"), end > start + 17
        else { return nil }
        return String(decoding: text[(start + 17)..<end], as: UTF8.self)
    }

    /// `Memory: 1002480K/1048576K available`, in bytes.
    func memoryBytes() -> Int? {
        guard text.contains(text: "Memory: "), text.contains(text: "K available"),
            let sizes = word(behind: "Memory: ")?.split(separator: UInt8(ascii: "/")), sizes.count == 2,
            let total = sizes[1].prefix(while: { (48...57).contains($0) }).decimal, total <= 1 << 40
        else { return nil }
        return total << 10
    }

    /// `Linux version 6.12.117 (…`, at the beginning of the message.
    func release() -> String? {
        guard let start = text.firstIndex(ofText: "Linux version "),
            text[..<start].isEmpty || [32, UInt8(ascii: ">")].contains(text[start - 1]),
            let word = word(behind: "Linux version "), (1...64).contains(word.count)
        else { return nil }
        return String(decoding: word, as: UTF8.self)
    }

    /// The word behind others, up to a space or comma.
    private func word(behind words: StaticString) -> ArraySlice<UInt8>? {
        text.firstIndex(ofText: words).map {
            text[($0 + words.utf8CodeUnitCount)...].prefix { $0 != 32 && $0 != UInt8(ascii: ",") }
        }
    }
}
