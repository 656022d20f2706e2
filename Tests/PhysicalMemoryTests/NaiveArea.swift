import PhysicalMemory

/// cma_alloc() and cma_release() in the plainest words: lists of booleans, every position tried in turn.
///
/// Shares no code with what it checks, and takes its rules from the description of the kernel.
struct NaiveArea {
    let base: Int
    let pages: Int
    let order: Int
    var bits: [Bool]
    var states: [PageState]
    /// Huge pages: for each page of one, where it begins and ends.
    var hugePages: [Int: Range<Int>] = [:]
    /// The last-failed cache.
    var next = 0
    /// How often a search went on from the first page, and how often it found something there.
    private(set) var secondLaps = (begun: 0, successful: 0)

    struct Answer: Equatable {
        var offset: Int?
        var errno = 0
        var busy: [Int] = []
        var migrated = 0
    }

    init(base: Int, pages: Int, order: Int) {
        self.base = base
        self.pages = pages
        self.order = order
        bits = [Bool](repeating: false, count: pages >> order)
        states = [PageState](repeating: .free, count: pages)
    }

    private func bitCount(_ count: Int) -> Int {
        let pagesPerBit = 1 << order
        return count / pagesPerBit + (count % pagesPerBit == 0 ? 0 : 1)
    }

    mutating func allocate(count: Int, align: Int, caching: Bool) -> Answer {
        var answer = Answer()
        let wanted = bitCount(count)
        answer.errno = -12
        if wanted > bits.count { return answer }
        let start = caching && next + wanted <= bits.count ? next : 0
        if take(from: start, below: bits.count, wanted, count, align, caching, &answer) { return answer }
        if start > 0 {
            secondLaps.begun += 1
            if take(from: 0, below: start, wanted, count, align, caching, &answer) {
                secondLaps.successful += 1
                return answer
            }
        }
        if caching { next = 0 }
        return answer
    }

    /// One lap over the candidates in `from ..< end`.
    private mutating func take(
        from: Int, below end: Int, _ wanted: Int, _ count: Int, _ align: Int, _ caching: Bool,
        _ answer: inout Answer
    ) -> Bool {
        let step = align > order ? 1 << (align - order) : 1
        let shift = base % (1 << align) / (1 << order)
        var bit = from
        while bit < end, bit + wanted <= bits.count {
            if (bit + shift) % step != 0 || bits[bit..<bit + wanted].contains(true) {
                bit += 1
                continue
            }
            let first = bit << order
            var stuck = false
            for page in first..<first + count {
                switch states[page] {
                case .free: break
                case .movable:
                    let whole = hugePages[page] ?? page..<page + 1
                    // It leaves as a whole, with the window that its first page is in.
                    guard whole.lowerBound == page else {
                        stuck = true
                        continue
                    }
                    for part in whole {
                        states[part] = .free
                        hugePages[part] = nil
                        answer.migrated += 1
                    }
                case .pinned, .held: stuck = true
                }
            }
            if !stuck {
                for page in first..<first + count { states[page] = .held }
                for taken in bit..<bit + wanted { bits[taken] = true }
                answer.offset = first
                answer.errno = 0
                return true
            }
            answer.errno = -16
            answer.busy.append(first)
            bit += step
            if caching { next = bit }
        }
        return false
    }

    mutating func release(offset: Int, count: Int) -> Bool {
        guard offset >= 0, count > 0, offset + count <= pages else { return false }
        for page in offset..<offset + count where states[page] != .held { return false }
        for page in offset..<offset + count { states[page] = .free }
        let first = offset >> order
        for bit in first..<first + bitCount(count) { bits[bit] = false }
        return true
    }
}
