/// The errno values with which cma_alloc() and alloc_contig_range() end.
public enum AllocationErrno: Int, Sendable {
    /// -ENOMEM: no window was ever tried, or no page frame was left to migrate to.
    case noMemory = -12
    /// -EBUSY: windows were tried and each held a page that could not be moved.
    case busy = -16
}

/// What one call of cma_alloc() asks for.
public struct AllocationRequest: Sendable, Hashable {
    /// Pages wanted, 1 or more.
    public var count: Int
    /// The first pfn shall be a multiple of 2^align pages.
    public var align: Int

    public init(count: Int, align: Int) {
        self.count = count
        self.align = align
    }
}

/// What one call of cma_alloc() did.
public struct AllocationOutcome: Sendable, Hashable {
    /// First page of the allocation in pages from the area's base; nil when the call failed.
    public var offset: Int?
    /// Errno of the last window tried; nil when the call succeeded.
    public var errno: AllocationErrno?
    /// Windows that were tried and answered -EBUSY.
    public var busyRetries = 0
    /// Pages that were copied to another frame, over all windows.
    public var pagesMigrated = 0
    /// Clean pages of the page cache that were dropped instead.
    public var pagesDropped = 0
    /// Pages that migrate_pages() gave up on, over all tries.
    public var migrateFailed = 0
    /// Calls of drain_all_pages() and lru_cache_disable(), over all windows, and the CPUs that these
    /// interrupted for it.
    public var drains = 0
    public var interrupts = 0
    /// Time that others waited for this call to leave its windows, ns, summed over them.
    public var othersWaitedNanoseconds: UInt64 = 0
    /// Time that the call waited for other callers to leave their windows, ns.
    public var mutexWaitNanoseconds: UInt64 = 0
    /// The clock when the call began and how long it took, ns of emulated time.
    public var startNanoseconds: UInt64 = 0
    public var durationNanoseconds: UInt64 = 0
    /// Whether this call has flushed the LRU batches of all CPUs before: the first time costs more.
    var hasFlushedLRU = false

    public init() {}

    /// Adds what was done in a window.
    mutating func add(_ window: RangeOutcome) {
        pagesMigrated += window.migrated
        migrateFailed += window.failed
        pagesDropped += window.dropped
        drains += window.drains
        interrupts += window.interrupts
        errno = window.errno
    }
}
