/// A mutex in emulated time: callers queue in the order in which they came.
final class VirtualMutex {
    private var isHeld = false

    /// Waits until the mutex is free and takes it.
    /// - Returns: how long that took, ns of emulated time.
    @inline(__always)
    func lock(_ timeline: Timeline) -> UInt64 {
        guard isHeld else {
            isHeld = true
            return 0
        }
        let begin = timeline.now
        _ = timeline.wait { !self.isHeld }
        isHeld = true
        return timeline.now - begin
    }

    @inline(__always)
    func unlock() { isHeld = false }
}
