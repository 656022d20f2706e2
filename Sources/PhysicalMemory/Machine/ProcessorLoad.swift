/// How busy CPUs slow a caller down.
public protocol ProcessorLoad: AnyObject {
    /// Whether the caller computes at the moment, and so takes time from the others.
    var callerIsRunning: Bool { get set }

    /// Time that passes while the caller computes for `nanoseconds`: more when it has to share its
    /// CPU.
    func elapsed(computing nanoseconds: UInt64) -> UInt64

    /// How much longer than on an idle machine it takes until every CPU has flushed its LRU batch: a
    /// CPU busy inside the kernel answers late.
    /// - Parameter first: whether it is the first time in this call.
    func flushDelay(first: Bool) -> UInt64
}
