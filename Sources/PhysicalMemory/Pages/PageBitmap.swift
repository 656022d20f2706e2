/// A bitmap over pages (or groups of 2^order_per_bit pages) with summary levels for both values, so
/// that a search for a set or a clear bit skips full and empty stretches 64, 4096, … bits at a time.
///
/// The words are kept padded with ones behind the last bit: what is not there is not free.
final class PageBitmap {
    /// Number of bits.
    let count: Int
    /// Number of set bits.
    private(set) var setCount = 0

    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int
    /// Indices of words with at least one set bit, and with at least one clear bit.
    private let withSet: BitTree
    private let withClear: BitTree

    /// All bits clear.
    init(count: Int) {
        precondition(count >= 0, "a bitmap has no negative size")
        self.count = count
        wordCount = max((count + 63) >> 6, 1)
        words = .allocate(capacity: wordCount)
        words.initialize(repeating: 0, count: wordCount)
        withSet = BitTree(universe: wordCount)
        withClear = BitTree(universe: wordCount)
        let padding = wordCount << 6 - count
        if padding > 0 { words[wordCount - 1] = ~0 << UInt64(64 - padding) }
        for word in 0..<wordCount {
            if words[word] != 0 { withSet.insert(word) }
            if words[word] != ~0 { withClear.insert(word) }
        }
    }

    deinit {
        words.deallocate()
        withSet.deallocate()
        withClear.deallocate()
    }

    @inline(__always)
    subscript(bit: Int) -> Bool { words[bit >> 6] >> UInt64(bit & 63) & 1 != 0 }

    /// The first clear bit that is not below `from`; `count` if there is none.
    @inline(__always)
    func nextClear(from: Int) -> Int {
        guard from < count else { return count }
        let word = from >> 6
        let rest = ~words[word] & (~0 << UInt64(from & 63))
        if rest != 0 { return word << 6 | rest.trailingZeroBitCount }
        let next = withClear.next(from: word + 1)
        guard next < wordCount else { return count }
        return next << 6 | (~words[next]).trailingZeroBitCount
    }

    /// The first set bit that is not below `from`; `count` if there is none.
    @inline(__always)
    func nextSet(from: Int) -> Int {
        guard from < count else { return count }
        let word = from >> 6
        let rest = words[word] & (~0 << UInt64(from & 63))
        if rest != 0 { return min(word << 6 | rest.trailingZeroBitCount, count) }
        let next = withSet.next(from: word + 1)
        guard next < wordCount else { return count }
        return min(next << 6 | words[next].trailingZeroBitCount, count)
    }

    /// The 64 bits from `bit` on, which lie inside the bitmap.
    @inline(__always)
    func word(from bit: Int) -> UInt64 {
        let low = words[bit >> 6]
        guard bit & 63 != 0 else { return low }
        return low >> UInt64(bit & 63) | words[bit >> 6 + 1] << UInt64(64 - bit & 63)
    }

    /// Whether a bit of `range`, which lies inside the bitmap and is not empty, is set.
    @inline(__always)
    func hasSet(in range: ClosedRange<Int>) -> Bool {
        let first = range.lowerBound >> 6
        let last = range.upperBound >> 6
        if first == last { return words[first] & Self.mask(of: range) != 0 }
        return nextSet(from: range.lowerBound) <= range.upperBound
    }

    /// Whether a bit of `range`, which lies inside the bitmap and is not empty, is clear.
    @inline(__always)
    func hasClear(in range: ClosedRange<Int>) -> Bool {
        let first = range.lowerBound >> 6
        let last = range.upperBound >> 6
        if first == last { return ~words[first] & Self.mask(of: range) != 0 }
        return nextClear(from: range.lowerBound) <= range.upperBound
    }

    /// The bits of a range that lies in one word.
    @inline(__always)
    private static func mask(of range: ClosedRange<Int>) -> UInt64 {
        ~0 << UInt64(range.lowerBound & 63) & ~0 >> UInt64(63 - range.upperBound & 63)
    }

    /// Number of set bits in `range`, which lies inside the bitmap.
    func setCount(in range: Range<Int>) -> Int {
        var total = 0
        forEachWord(of: range) { word, mask in total += (words[word] & mask).nonzeroBitCount }
        return total
    }

    @inline(__always)
    func set(_ bit: Int) { replace(bit >> 6, with: words[bit >> 6] | 1 << UInt64(bit & 63)) }

    @inline(__always)
    func clear(_ bit: Int) { replace(bit >> 6, with: words[bit >> 6] & ~(1 << UInt64(bit & 63))) }

    @inline(__always)
    func set(_ range: Range<Int>) {
        forEachWord(of: range) { word, mask in replace(word, with: words[word] | mask) }
    }

    @inline(__always)
    func clear(_ range: Range<Int>) {
        forEachWord(of: range) { word, mask in replace(word, with: words[word] & ~mask) }
    }

    @inline(__always)
    private func replace(_ word: Int, with new: UInt64) {
        let old = words[word]
        guard new != old else { return }
        words[word] = new
        setCount += new.nonzeroBitCount - old.nonzeroBitCount
        // Of a word that is neither empty nor full before and after, the summaries know all already.
        if (old &+ 1) & ~1 == 0 || (new &+ 1) & ~1 == 0 { resummarise(word, old, new) }
    }

    private func resummarise(_ word: Int, _ old: UInt64, _ new: UInt64) {
        if old == 0 { withSet.insert(word) } else if new == 0 { withSet.remove(word) }
        if old == ~0 { withClear.insert(word) } else if new == ~0 { withClear.remove(word) }
    }

    @inline(__always)
    private func forEachWord(of range: Range<Int>, _ body: (Int, UInt64) -> Void) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the bitmap")
        guard !range.isEmpty else { return }
        let first = range.lowerBound >> 6
        let last = (range.upperBound - 1) >> 6
        let head: UInt64 = ~0 << UInt64(range.lowerBound & 63)
        let tail: UInt64 = ~0 >> UInt64(63 - (range.upperBound - 1) & 63)
        guard first < last else { return body(first, head & tail) }
        body(first, head)
        var word = first + 1
        while word < last {
            body(word, ~0)
            word += 1
        }
        body(last, tail)
    }

    /// First fit of `bits` clear bits at or after `start` whose position plus `offset` is a multiple
    /// of `mask + 1`; nil when none fits.
    ///
    /// Follows bitmap_find_next_zero_area_off() in Linux 6.1 lib/bitmap.c.
    func nextZeroArea(from start: Int, bits: Int, mask: Int, offset: Int) -> Int? {
        let area = zeroArea(from: start, bits: bits, mask: mask, offset: offset)
        return area < count ? area : nil
    }

    /// The same, `count` when none fits.
    @inline(__always)
    func zeroArea(from start: Int, bits: Int, mask: Int, offset: Int) -> Int {
        var start = start
        while true {
            let clear = nextClear(from: start)
            let aligned = (clear + offset + mask) & ~mask - offset
            guard aligned + bits <= count else { return count }
            guard hasSet(in: aligned...aligned + bits - 1) else { return aligned }
            start = nextSet(from: aligned) + 1
        }
    }
}
