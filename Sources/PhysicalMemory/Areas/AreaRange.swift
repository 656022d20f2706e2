/// One range of a contiguous area: its part of the allocation bitmap, with bit 0 at its own first page.
///
/// Follows struct cma_memrange in Linux 7.3 mm/cma.h; before 6.15 an area is one range.
final class AreaRange {
    /// Offsets of its pages in the area.
    let offsets: Range<Int>
    /// Its pages as frames of the machine's zone.
    let frames: Range<Int>
    /// Page frame number of its first page.
    let basePFN: Int
    let bitmap: PageBitmap
    /// What is known of the windows of requests that had many refused; see `ContiguousArea.passRefused`.
    var windowMaps: [WindowMap] = []
    /// Where the last-failed-pfn cache lets the next search begin, as a bit number.
    var nextSearchBit = 0
    /// Index in the area.
    let index: Int
    private let orderPerBit: Int

    /// - Parameter firstPFN: where the machine's memory begins.
    init(_ index: Int, of geometry: AreaGeometry, firstPFN: Int) {
        self.index = index
        orderPerBit = geometry.orderPerBit
        offsets = geometry.offsets[index]
        let range = geometry.ranges[index]
        basePFN = range.lowerBound
        frames = range.lowerBound - firstPFN..<range.upperBound - firstPFN
        bitmap = PageBitmap(count: range.count >> geometry.orderPerBit)
    }

    /// First frame of the page at an offset of the area that lies in this range.
    @inline(__always)
    func frame(at offset: Int) -> Int { frames.lowerBound + offset - offsets.lowerBound }

    /// The frames of pages of this range, given by their offsets in the area.
    @inline(__always)
    func frames(at pages: Range<Int>) -> Range<Int> {
        frame(at: pages.lowerBound)..<frame(at: pages.lowerBound) + pages.count
    }

    /// Offset in the area of a frame of this range.
    @inline(__always)
    func offset(of frame: Int) -> Int { frame - frames.lowerBound + offsets.lowerBound }

    /// Offset in the area of the first page that a bit stands for.
    @inline(__always)
    func offset(ofBit bit: Int) -> Int { offsets.lowerBound + bit << orderPerBit }

    /// The bits of pages that begin where a bit does; the last one may stand for pages beyond them.
    @inline(__always)
    func bits(of pages: Range<Int>) -> Range<Int> {
        let first = (pages.lowerBound - offsets.lowerBound) >> orderPerBit
        return first..<first + (pages.count + 1 << orderPerBit - 1) >> orderPerBit
    }

    /// The frames that bits stand for.
    @inline(__always)
    func frames(of bits: Range<Int>) -> Range<Int> {
        frames.lowerBound + bits.lowerBound << orderPerBit..<frames.lowerBound + bits.upperBound
            << orderPerBit
    }

    /// Bits of the longest stretch that is clear.
    var longestClearRun: Int {
        var longest = 0
        var first = bitmap.nextClear(from: 0)
        while first < bitmap.count {
            let end = bitmap.nextSet(from: first)
            longest = max(longest, end - first)
            first = bitmap.nextClear(from: end)
        }
        return longest
    }
}

extension ContiguousArea {
    /// The range that has the page at `offset`, 0 ..< geometry.pages.
    @inline(__always)
    func range(at offset: Int) -> AreaRange {
        let first = ranges[0]
        return offset < first.offsets.upperBound ? first : laterRange(at: offset)
    }

    private func laterRange(at offset: Int) -> AreaRange {
        for range in ranges where range.offsets.contains(offset) { return range }
        preconditionFailure("offset \(offset) of an area of \(geometry.pages) pages")
    }

    /// The page at `offset` as a frame of the machine's zone, which counts from the beginning of memory.
    @inline(__always)
    public func frame(at offset: Int) -> Int { range(at: offset).frame(at: offset) }

    /// The frames of the pages at `offsets`, a stretch for each range that has some of them.
    public func frames(at offsets: Range<Int>) -> [Range<Int>] {
        parts(of: offsets).map { $0.frames(at: $1) }
    }

    /// The parts of `offsets` that lie in each range, by index; those outside the area are left out.
    func parts(of offsets: Range<Int>) -> [(range: AreaRange, offsets: Range<Int>)] {
        ranges.compactMap { range in
            let part = offsets.clamped(to: range.offsets)
            return part.isEmpty ? nil : (range, part)
        }
    }

    /// Whether pages lie in one range of the area, so that one allocation can hold them. Follows
    /// cma_range_alloc() in Linux 7.3 mm/cma.c.
    func isInOneRange(_ offsets: Range<Int>) -> Bool {
        guard !offsets.isEmpty, offsets.lowerBound >= 0, offsets.upperBound <= geometry.pages else {
            return false
        }
        return offsets.upperBound <= range(at: offsets.lowerBound).offsets.upperBound
    }

    /// Sets bits of the allocation bitmap of a range.
    func mark(_ bits: Range<Int>, of range: AreaRange) {
        range.bitmap.set(bits)
        zone.changes.mark(frames: range.frames(of: bits))
    }

    /// Clears them.
    func unmark(_ bits: Range<Int>, of range: AreaRange) {
        range.bitmap.clear(bits)
        zone.changes.mark(frames: range.frames(of: bits))
    }

    /// Pages whose bit is set in the allocation bitmap.
    public var allocatedPages: Int {
        var bits = 0
        for range in ranges { bits += range.bitmap.setCount }
        return bits << geometry.orderPerBit
    }

    /// Pages of the longest stretch of the allocation bitmap that is clear, whatever its pages are used for.
    public var longestUnallocatedRun: Int {
        ranges.reduce(0) { max($0, $1.longestClearRun) } << geometry.orderPerBit
    }
}
