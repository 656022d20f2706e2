/// Where a contiguous area lies and how its bitmap maps to pages. Follows struct cma in Linux 7.3 mm/cma.h and the
/// arithmetic at the top of mm/cma.c; before 6.15 an area has one range.
public struct AreaGeometry: Sendable, Hashable {
    /// Page frame number of the first page of range 0: its physical address in pages.
    public let basePFN: Int
    /// Size of all ranges, pages.
    public let pages: Int
    /// log2 of the pages that one bit of the bitmap stands for.
    public let orderPerBit: Int
    /// Page frame numbers of each range, in the order in which a search goes through them, which need not be that of
    /// their addresses. Offsets count the pages of range 0, then those of range 1, and so on.
    public let ranges: [Range<Int>]
    /// Pages of range 0.
    private let firstPages: Int

    /// Most ranges of an area. Follows CMA_MAX_RANGES in Linux 7.3 mm/cma.h.
    public static let mostRanges = 8

    /// An area of one range. Nil unless it has at least one bit, its size is a multiple of a bit's pages, and every
    /// page frame number fits in 40 bits.
    public init?(basePFN: Int, pages: Int, orderPerBit: Int = 0) {
        guard basePFN >= 0, pages > 0, pages <= 1 << 30, basePFN < 1 << 40 else { return nil }
        self.init(ranges: [basePFN..<basePFN + pages], orderPerBit: orderPerBit)
    }

    /// An area of one to ``mostRanges`` ranges. Nil unless each has at least one bit, its size is a multiple of a
    /// bit's pages, every page frame number fits in 40 bits, and no two overlap.
    public init?(ranges: [Range<Int>], orderPerBit: Int = 0) {
        guard (1...Self.mostRanges).contains(ranges.count), (0...30).contains(orderPerBit) else { return nil }
        var pages = 0
        for (index, range) in ranges.enumerated() {
            guard range.lowerBound >= 0, range.lowerBound < 1 << 40, !range.isEmpty, range.count <= 1 << 30,
                range.count & (1 << orderPerBit - 1) == 0,
                !ranges[..<index].contains(where: { $0.overlaps(range) })
            else { return nil }
            pages += range.count
        }
        guard pages <= 1 << 30 else { return nil }
        basePFN = ranges[0].lowerBound
        self.pages = pages
        self.orderPerBit = orderPerBit
        self.ranges = ranges
        firstPages = ranges[0].count
    }

    /// Page frame number of the page at an offset, 0 ..< `pages`.
    @inline(__always)
    public func pfn(at offset: Int) -> Int {
        if offset < firstPages { return basePFN + offset }
        guard let pfn = Self.pfn(at: offset, in: ranges) else {
            preconditionFailure("offset \(offset) of an area of \(pages) pages")
        }
        return pfn
    }

    /// Offset of the page with a page frame number; nil where it is not in the area.
    public func offset(ofPFN pfn: Int) -> Int? { Self.offset(ofPFN: pfn, in: ranges) }

    /// The page frame number at an offset of an area that has these ranges; nil outside of it.
    public static func pfn(at offset: Int, in ranges: [Range<Int>]) -> Int? {
        var first = 0
        for range in ranges {
            if (first..<first + range.count).contains(offset) { return range.lowerBound + offset - first }
            first += range.count
        }
        return nil
    }

    /// The offset of a page frame number in an area that has these ranges; nil outside of it.
    public static func offset(ofPFN pfn: Int, in ranges: [Range<Int>]) -> Int? {
        var first = 0
        for range in ranges {
            if range.contains(pfn) { return first + pfn - range.lowerBound }
            first += range.count
        }
        return nil
    }

    /// The page frame number above all ranges.
    public var endPFN: Int { ranges.reduce(0) { max($0, $1.upperBound) } }

    /// Offsets of the pages of each range, by index.
    public var offsets: [Range<Int>] {
        var first = 0
        return ranges.map { range in
            defer { first += range.count }
            return first..<first + range.count
        }
    }

    /// The stretches of page frame numbers that the pages at `offsets` are, one for each range that has some of them.
    public func frames(at offsets: Range<Int>) -> [Range<Int>] {
        zip(ranges, self.offsets).compactMap { range, own in
            let part = offsets.clamped(to: own)
            guard !part.isEmpty else { return nil }
            let first = range.lowerBound + part.lowerBound - own.lowerBound
            return first..<first + part.count
        }
    }

    /// Bits in the bitmaps of all ranges.
    public var bits: Int { pages >> orderPerBit }

    /// Bits that a request of `pages` takes, rounded up.
    @inline(__always)
    func bits(forPages pages: Int) -> Int { (pages + 1 << orderPerBit - 1) >> orderPerBit }

    /// The alignment mask in bits for an alignment order in pages.
    @inline(__always)
    func mask(alignOrder: Int) -> Int { alignOrder <= orderPerBit ? 0 : 1 << (alignOrder - orderPerBit) - 1 }

    /// How far the beginning of a range, a page frame number, lies above one aligned to the order, in bits.
    @inline(__always)
    func alignOffset(alignOrder: Int, base: Int) -> Int { (base & (1 << alignOrder - 1)) >> orderPerBit }
}
