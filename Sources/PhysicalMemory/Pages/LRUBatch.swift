/// Pages in use that wait to be put on the LRU together: a list that is filled and emptied for every
/// page that moves, in memory that stays where it is.
struct LRUBatch: RandomAccessCollection {
    private var frames: UnsafeMutablePointer<Int32>
    private var capacity = 16
    private(set) var endIndex = 0

    /// An empty batch. `deallocate()` gives its memory back.
    init() { frames = .allocate(capacity: capacity) }

    func deallocate() { frames.deallocate() }

    var startIndex: Int { 0 }

    /// The frame number at a position.
    @inline(__always)
    subscript(position: Int) -> Int { Int(frames[position]) }

    @inline(__always)
    mutating func append(_ pfn: Int) {
        if endIndex == capacity { grow() }
        frames[endIndex] = Int32(truncatingIfNeeded: pfn)
        endIndex += 1
    }

    /// A start state may leave more pages waiting than a batch ever holds.
    private mutating func grow() {
        let more = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
        more.moveInitialize(from: frames, count: endIndex)
        frames.deallocate()
        frames = more
        capacity *= 2
    }

    @inline(__always)
    mutating func removeAll() { endIndex = 0 }

    /// Takes a page out; the others keep their order.
    mutating func remove(_ pfn: Int) {
        var kept = 0
        for position in 0..<endIndex where self[position] != pfn {
            frames[kept] = frames[position]
            kept += 1
        }
        endIndex = kept
    }
}
