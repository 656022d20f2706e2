public import PhysicalMemory

/// What decides calls in modes that do not drain, and no record tells: how full the per-CPU lists of
/// the recording program's CPU were, and how far its buffers had grown.
public struct UnrecordedStart: Sendable, Hashable {
    /// Free pages from outside the area on the CPU's list of movable pages and on its other lists.
    public var movablePages = 0
    public var otherPages = 0
    /// Pages in the CPU's LRU batch.
    public var batchedPages = 0
    /// The lists of the CPU where lists tune themselves; nil for lists as ``movablePages`` and ``otherPages`` say.
    public var lists: CPUListState?
    /// Bytes of its first page of slots that the recording program had used; nil for a program that
    /// had its buffers in memory before (the scenario's `obuf`).
    public var slotBytes: Int?

    public init() {}
}
