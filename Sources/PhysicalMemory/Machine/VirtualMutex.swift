/// A mutex in emulated time: callers queue in the order in which they came.
final class VirtualMutex {
    private var isHeld = false
    private var lockedAt: UInt64 = 0
    /// When each of those came who wait now.
    private var arrivals: [UInt64] = []

    /// Whether nobody has it or waits for it.
    var isIdle: Bool { !isHeld && arrivals.isEmpty }

    /// Waits until the mutex is free and takes it.
    /// - Returns: how long that took, ns of emulated time.
    @inline(__always)
    func lock(_ timeline: Timeline) -> UInt64 {
        let waited = isHeld ? wait(timeline) : 0
        isHeld = true
        lockedAt = timeline.now
        return waited
    }

    /// Takes the mutex if nobody has it.
    func tryLock(_ timeline: Timeline) -> Bool {
        guard !isHeld else { return false }
        isHeld = true
        lockedAt = timeline.now
        return true
    }

    private func wait(_ timeline: Timeline) -> UInt64 {
        let begin = timeline.now
        arrivals.append(begin)
        _ = timeline.wait { !self.isHeld }
        if let mine = arrivals.firstIndex(of: begin) { arrivals.remove(at: mine) }
        return timeline.now - begin
    }

    /// Gives the mutex back.
    /// - Returns: how long others waited for this holder, ns, summed over them.
    @inline(__always)
    func unlock(_ timeline: Timeline) -> UInt64 {
        isHeld = false
        if arrivals.isEmpty { return 0 }
        return arrivals.reduce(0) { $0 + timeline.now - max($1, lockedAt) }
    }
}
