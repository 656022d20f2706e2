/// A list threaded through the links of page frames.
struct FrameList {
    private(set) var first = 0
    private(set) var last = 0
    private(set) var count = 0

    @inline(__always)
    mutating func insertFirst(_ pfn: Int, _ frames: UnsafeMutablePointer<PageFrame>) {
        frames[pfn].next = first
        frames[pfn].previous = 0
        if first == 0 { last = pfn } else { frames[first].previous = pfn }
        first = pfn
        count += 1
    }

    @inline(__always)
    mutating func insertLast(_ pfn: Int, _ frames: UnsafeMutablePointer<PageFrame>) {
        frames[pfn].previous = last
        frames[pfn].next = 0
        if last == 0 { first = pfn } else { frames[last].next = pfn }
        last = pfn
        count += 1
    }

    @inline(__always)
    mutating func remove(_ pfn: Int, _ frames: UnsafeMutablePointer<PageFrame>) {
        let next = frames[pfn].next
        let previous = frames[pfn].previous
        if previous == 0 { first = next } else { frames[previous].next = next }
        if next == 0 { last = previous } else { frames[next].previous = previous }
        count -= 1
    }

    /// Whether a frame is on the list; walks it.
    func contains(_ pfn: Int, _ frames: UnsafeMutablePointer<PageFrame>) -> Bool {
        var member = first
        while member != 0, member != pfn { member = frames[member].next }
        return member != 0
    }
}
