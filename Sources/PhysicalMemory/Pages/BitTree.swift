/// A set of small integers over a fixed universe that finds its next member without walking.
///
/// Level 0 holds a bit a member; each bit of level k + 1 says whether a 64-bit word of level k is
/// non-zero. With at most five levels (2^30 members) an insertion, a removal and a search for the
/// next member each touch a handful of words whatever the size.
struct BitTree {
    /// Levels from the leaves up, in one allocation.
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int
    /// Index of each level's first word; unused levels repeat the last.
    private let levelStart: (Int, Int, Int, Int, Int)
    private let levelCount: Int
    let universe: Int

    /// An empty set over 0 ..< universe. `deallocate()` gives its memory back.
    init(universe: Int) {
        precondition(universe >= 0 && universe <= 1 << 30, "BitTree holds at most 2^30 members")
        self.universe = universe
        var starts: [Int] = []
        var total = 0
        var bits = max(universe, 1)
        repeat {
            let count = (bits + 63) >> 6
            starts.append(total)
            total += count
            bits = count
        } while bits > 1
        levelCount = starts.count
        while starts.count < 5 { starts.append(starts[starts.count - 1]) }
        levelStart = (starts[0], starts[1], starts[2], starts[3], starts[4])
        wordCount = total
        words = .allocate(capacity: total)
        words.initialize(repeating: 0, count: total)
    }

    func deallocate() { words.deallocate() }

    @inline(__always)
    private func start(ofLevel level: Int) -> Int {
        switch level {
        case 0: levelStart.0
        case 1: levelStart.1
        case 2: levelStart.2
        case 3: levelStart.3
        default: levelStart.4
        }
    }

    @inline(__always)
    func contains(_ member: Int) -> Bool {
        words[member >> 6] >> UInt64(member & 63) & 1 != 0
    }

    @inline(__always)
    func insert(_ member: Int) {
        var index = member
        for level in 0..<levelCount {
            let word = start(ofLevel: level) + index >> 6
            let before = words[word]
            words[word] = before | 1 << UInt64(index & 63)
            if before != 0 { return }
            index >>= 6
        }
    }

    @inline(__always)
    func remove(_ member: Int) {
        var index = member
        for level in 0..<levelCount {
            let word = start(ofLevel: level) + index >> 6
            let after = words[word] & ~(1 << UInt64(index & 63))
            words[word] = after
            if after != 0 { return }
            index >>= 6
        }
    }

    /// The smallest member that is not below `from`; `universe` if there is none.
    @inline(__always)
    func next(from: Int) -> Int {
        guard from < universe else { return universe }
        let rest = words[from >> 6] & (~0 << UInt64(from & 63))
        return rest != 0 ? from & ~63 | rest.trailingZeroBitCount : nextBeyondWord(of: from)
    }

    /// The smallest member behind the word of `from`.
    private func nextBeyondWord(of from: Int) -> Int {
        guard levelCount > 1 else { return universe }
        var index = from >> 6 + 1
        var level = 1
        // Up until a word has a member at or after `index`, then down along first members.
        while true {
            let levelBase = start(ofLevel: level)
            let limit = level + 1 < levelCount ? start(ofLevel: level + 1) : wordCount
            let word = levelBase + index >> 6
            guard word < limit else { return universe }
            let rest = words[word] & (~0 << UInt64(index & 63))
            if rest != 0 {
                index = index & ~63 | rest.trailingZeroBitCount
                break
            }
            level += 1
            guard level < levelCount else { return universe }
            index = index >> 6 + 1
        }
        while level > 0 {
            level -= 1
            index = index << 6 | words[start(ofLevel: level) + index].trailingZeroBitCount
        }
        return index
    }
}
