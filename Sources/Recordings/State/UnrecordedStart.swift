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
    /// Eighths of a second from the start until the lists decay for the first time, 0 to 7.
    public var decayEighth = 4
    /// Bytes of its first page of slots that the recording program had used; nil for a program that
    /// had its buffers in memory before (the scenario's `obuf`).
    public var slotBytes: Int?

    public init() {}

    /// What is assumed where the lists are recorded: the recording program has touched two pages since the area's
    /// pages were written down, which empties the LRU batch. With one to three of them every call of the recordings of
    /// scenes with pages of 16 KiB is exact; others do not tell.
    static let besideLists = {
        var start = UnrecordedStart()
        start.batchedPages = 2
        return start
    }()

    /// What is assumed where nothing else is known: empty lists, or for lists that tune themselves what the recordings
    /// of one CPU show at their start.
    init(usualFor kernel: Kernel) {
        switch kernel.lists.high {
        case .lowWatermark: break
        case .tuned:
            lists = CPUListState(usualWithHigh: 2500)
            batchedPages = kernel.lists.lruBatch / 2
        }
    }
}

extension CPUListState {
    /// The lists of a CPU as most recordings of one CPU have them at their start, but for `high`, which differs.
    init(usualWithHigh high: Int) {
        self.init()
        self.high = high
        count = 336
        movable[0] = 272
        allocFactor = 5
    }
}
