import PhysicalMemory

extension Recording {
    /// Where a contiguous area of the recorded machine lies. Follows struct cma in Linux 7.3 mm/cma.h: an area has
    /// from one to eight ranges, which a search goes through in the order of their index.
    public struct Area: Sendable, Equatable {
        /// nil in a recording of one area, whose line does not name it.
        public var name: String?
        /// Page frame numbers of each range, by index. Offsets of a recording count the pages of range 0, then
        /// those of range 1, and so on.
        public var ranges: [Range<Int>]
        /// log2 of the pages that a bit of the allocation bitmap stands for.
        public var orderPerBit: Int
        /// Pages of a pageblock of the machine.
        public var pageblockPages: Int

        public init(name: String? = nil, ranges: [Range<Int>], orderPerBit: Int, pageblockPages: Int) {
            self.name = name
            self.ranges = ranges
            self.orderPerBit = orderPerBit
            self.pageblockPages = pageblockPages
        }

        /// Offset of the page with a page frame number; nil outside of the area.
        public func offset(ofPFN pfn: Int) -> Int? { AreaGeometry.offset(ofPFN: pfn, in: ranges) }
        /// First page frame number of range 0.
        public var basePFN: Int { ranges.first?.lowerBound ?? 0 }
        /// Pages of all ranges.
        public var pages: Int { ranges.reduce(0) { $0 + $1.count } }
    }

    /// Most areas of a recorded machine. Follows MAX_CMA_AREAS in Linux 6.12 include/linux/cma.h, as a machine of one
    /// node has it by default.
    public static let mostAreas = 8
}

extension RecordLine {
    /// What an `area` line says: where the area begins and how large it is, and into how many ranges it is split.
    struct AreaWords {
        var basePFN: Int
        var pages: Int
        var orderPerBit: Int
        var pageblockPages: Int
    }

    /// The words that each `area` line begins with.
    mutating func area() throws(RecordingError) -> AreaWords {
        let words = AreaWords(
            basePFN: try number(of: "base_pfn", in: 0...(1 << 40 - 1)),
            pages: try number(of: "pages", in: 1...(1 << 28)),
            orderPerBit: try number(of: "order_per_bit", in: 0...20),
            pageblockPages: try number(of: "pageblock_pages", in: 1...(1 << 20)))
        guard words.pages & (1 << words.orderPerBit - 1) == 0 else {
            throw error(.inconsistent("pages \(words.pages) is not a multiple of 2^order_per_bit"))
        }
        guard words.pageblockPages & (words.pageblockPages - 1) == 0 else {
            throw error(.inconsistent("pageblock_pages \(words.pageblockPages) is not a power of two"))
        }
        return words
    }
}

extension RecordLines {
    /// The ranges of an area whose line has just been read, from the `range` records that follow it.
    ///
    /// - Parameters:
    ///   - count: what the area's line says of them; an area of one range has no `range` record.
    ///   - index: the area's number, which each of the records repeats.
    mutating func ranges(
        _ count: Int, of words: RecordLine.AreaWords, area index: Int
    ) throws(RecordingError) -> [Range<Int>] {
        guard count > 1 else { return [words.basePFN..<words.basePFN + words.pages] }
        var ranges: [Range<Int>] = []
        for number in 0..<count {
            guard var line = try next(), let word = line.word(), word.elementsEqual("range".utf8) else {
                throw RecordingError(.missing("range"), line: self.number)
            }
            _ = try line.number(of: "area", in: index...index)
            _ = try line.number(of: "index", in: number...number)
            let base = try line.number(of: "base_pfn", in: 0...(1 << 40 - 1))
            let pages = try line.number(of: "pages", in: 1...words.pages)
            try line.end()
            let range = base..<base + pages
            guard pages & (1 << words.orderPerBit - 1) == 0 else {
                throw line.error(.inconsistent("pages \(pages) is not a multiple of 2^order_per_bit"))
            }
            guard number > 0 || base == words.basePFN else {
                throw line.error(
                    .inconsistent("range 0 begins at pfn \(base), its area at pfn \(words.basePFN)"))
            }
            guard !ranges.contains(where: { $0.overlaps(range) }) else {
                throw line.error(.inconsistent("range \(number) overlaps another range of its area"))
            }
            ranges.append(range)
        }
        let sum = ranges.reduce(0) { $0 + $1.count }
        guard sum == words.pages else {
            throw RecordingError(
                .inconsistent("the ranges add up to \(sum) pages, their area has \(words.pages)"),
                line: self.number)
        }
        return ranges
    }
}
