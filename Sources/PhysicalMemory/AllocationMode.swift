/// How hard one cma_alloc() tries: the independent knobs that the debate of December 2020 was about.
///
/// The named values are the five modes of the recorded kernels; every other combination is as valid.
public struct AllocationMode: Sendable, Hashable {
    /// How migration treats a page that is locked or under writeback.
    public enum Migration: String, Sendable {
        /// MIGRATE_SYNC: waits for the lock and for the end of writeback.
        case sync
        /// MIGRATE_ASYNC: never waits; a page under writeback is refused at once.
        case async
    }

    /// Where the search goes on behind a refused window.
    public enum RetryStep: String, Sendable {
        /// One alignment unit further, as Linux 6.1 does.
        case alignment
        /// At the next block of the largest order: the rest of a block with one bad page is skipped.
        case largestBlock
    }

    /// migrate_pages() calls that one isolated batch gets; Linux 6.1 gives 5. With 0 nothing is
    /// isolated or moved: only a window that is free already can be had.
    public var migrateTries: Int
    /// Whether drain_all_pages() empties the per-CPU page lists before each window is tested.
    public var drainsPerCPULists: Bool
    /// Whether the per-CPU page lists are switched off for the whole call, as memory offlining does
    /// with zone_pcp_disable(): emptied once, and nothing is put on them until the call ends.
    public var disablesPerCPULists: Bool
    /// Whether lru_cache_disable() empties the per-CPU LRU batches before pages are isolated.
    public var disablesLRUCache: Bool
    public var migration: Migration
    /// Whether the search starts behind the last window that failed, in whichever call.
    public var cachesLastFailure: Bool
    /// Whether -EBUSY of the migrate stage refuses the window at once. Linux 6.1 forgives it when the
    /// window turns out to be free.
    public var busyIsFinal: Bool
    public var retryStep: RetryStep
    /// How often a search that found every window busy sleeps and begins again, and how long it
    /// sleeps, ns. The driver trees that do so use 5 times 100 ms.
    public var rescans: Int
    public var rescanDelayNanoseconds: UInt64

    public init(
        migrateTries: Int, drainsPerCPULists: Bool, disablesLRUCache: Bool, migration: Migration,
        cachesLastFailure: Bool, disablesPerCPULists: Bool = false, busyIsFinal: Bool = false,
        retryStep: RetryStep = .alignment, rescans: Int = 0,
        rescanDelayNanoseconds: UInt64 = 100_000_000
    ) {
        self.migrateTries = migrateTries
        self.drainsPerCPULists = drainsPerCPULists
        self.disablesPerCPULists = disablesPerCPULists
        self.disablesLRUCache = disablesLRUCache
        self.migration = migration
        self.cachesLastFailure = cachesLastFailure
        self.busyIsFinal = busyIsFinal
        self.retryStep = retryStep
        self.rescans = rescans
        self.rescanDelayNanoseconds = rescanDelayNanoseconds
    }

    /// Linux 6.1 as it is.
    public static let normal = AllocationMode(
        migrateTries: 5, drainsPerCPULists: true, disablesLRUCache: true, migration: .sync,
        cachesLastFailure: false)

    /// Linux 6.1 with the last-failed-pfn cache.
    public static let cached = AllocationMode(
        migrateTries: 5, drainsPerCPULists: true, disablesLRUCache: true, migration: .sync,
        cachesLastFailure: true)

    /// One try, no drain, but blocking: versions 1 and 2 of the patch series.
    public static let noDrain = AllocationMode(
        migrateTries: 1, drainsPerCPULists: false, disablesLRUCache: false, migration: .sync,
        cachesLastFailure: false)

    /// One try, drains, never blocking: `__GFP_NORETRY` of versions 3 and 4.
    public static let noRetry = AllocationMode(
        migrateTries: 1, drainsPerCPULists: true, disablesLRUCache: true, migration: .async,
        cachesLastFailure: false)

    /// CMA_ALLOC_FAIL_FAST of the December 2020 mail: every named overhead avoided.
    public static let failFast = AllocationMode(
        migrateTries: 1, drainsPerCPULists: false, disablesLRUCache: false, migration: .async,
        cachesLastFailure: true)

    /// The named modes, as the recordings and the command line spell them.
    public static let named: [(name: String, mode: AllocationMode)] = [
        ("normal", .normal), ("cached", .cached), ("nodrain", .noDrain), ("noretry", .noRetry),
        ("failfast", .failFast),
    ]

    /// The mode of that name; `fail-fast` is accepted for `failfast`. Nil for any other text.
    public init?(named name: String) {
        let wanted = name == "fail-fast" ? "failfast" : name
        guard let found = Self.named.first(where: { $0.name == wanted }) else { return nil }
        self = found.mode
    }

    /// The mode's name in `named`, or its knobs.
    public var name: String {
        if let found = Self.named.first(where: { $0.mode == self }) { return found.name }
        return "tries=\(migrateTries),drain=\(drainsPerCPULists),lru=\(disablesLRUCache),"
            + "pcp-off=\(disablesPerCPULists),"
            + "\(migration.rawValue),cache=\(cachesLastFailure),busy-final=\(busyIsFinal),"
            + "step=\(retryStep.rawValue),rescans=\(rescans)"
    }
}
