/// A contiguous area that is made of several free stretches of memory because none of them has room for all of it.
///
/// Follows cma_declare_contiguous_multi() in Linux 7.3 mm/cma.c as it runs: its lists are sorted by inserting before
/// the first larger entry, and before the last one where there is none. The stretches that are held therefore ascend
/// by size but for a new largest, which comes last but one, and the ranges descend by address in most cases.
enum SplitArea {
    /// Only stretches that begin here or above are used: those whose address has a bit above the lower 32 set.
    static let lowest: UInt64 = 4 << 30

    /// The ranges of an area, in the order in which a search goes through them; nil where the stretches together are
    /// too small.
    ///
    /// - Parameters:
    ///   - size: of the area, bytes.
    ///   - free: free memory, ascending.
    ///   - alignment: of each range's ends but the last one's, bytes; a power of two.
    ///   - mostRanges: stretches that are held at a time, at most.
    static func ranges(
        of size: UInt64, in free: [Range<UInt64>], alignment: UInt64, mostRanges: Int
    ) -> [Range<UInt64>]? {
        var held: [Range<UInt64>] = []
        for stretch in free where stretch.lowerBound >= lowest {
            guard let base = MemoryMap.roundedUp(stretch.lowerBound, to: alignment) else { continue }
            let end = stretch.upperBound & ~(alignment - 1)
            guard base < end else { continue }
            if held.count == mostRanges {
                guard let last = held.last, end - base >= length(last) else { continue }
                held.removeLast()
            }
            insert(base..<end, into: &held) { length($0) > length($1) }
        }
        guard held.reduce(0, { $0 + length($1) }) >= size else { return nil }
        var ranges: [Range<UInt64>] = []
        var sum: UInt64 = 0
        for stretch in held where sum < size {
            insert(stretch, into: &ranges) { $0.lowerBound < $1.lowerBound }
            sum += length(stretch)
        }
        var left = size
        for index in ranges.indices {
            let part = min(left, length(ranges[index]))
            ranges[index] = ranges[index].lowerBound..<ranges[index].lowerBound + part
            left -= part
        }
        return ranges.filter { !$0.isEmpty }
    }

    /// Inserts before the first entry that comes after the new one, and before the last one where none does.
    private static func insert(
        _ new: Range<UInt64>, into list: inout [Range<UInt64>],
        _ comesAfter: (Range<UInt64>, Range<UInt64>) -> Bool
    ) {
        let place = list.firstIndex { comesAfter($0, new) } ?? max(list.count - 1, 0)
        list.insert(new, at: place)
    }

    private static func length(_ range: Range<UInt64>) -> UInt64 { range.upperBound - range.lowerBound }
}
