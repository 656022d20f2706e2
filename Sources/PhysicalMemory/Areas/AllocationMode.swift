/// How hard a caller asks cma_alloc() to try: the independent knobs that the debate of December 2020 was about.
///
/// What a caller leaves nil is the kernel's to decide; see ``Kernel``. The named values are the five modes of
/// the recorded kernels; every other combination is as valid.
public struct AllocationMode: Sendable, Hashable {
    /// How migration treats a page that is locked or under writeback.
    public enum Migration: String, Sendable {
        /// MIGRATE_SYNC: waits for the lock and for the end of writeback.
        case sync
        /// MIGRATE_ASYNC: never waits; a page under writeback is refused at once.
        case async
    }

    /// migrate_pages() calls that one isolated batch gets; nil for as many as the kernel gives. With 0 nothing
    /// is isolated or moved: only a window that is free already is taken.
    public var migrateTries: Int?
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
    /// Whether -EBUSY of the migrate stage refuses the window at once, or is forgiven when the window turns out
    /// to be free; nil for what the kernel does.
    public var busyIsFinal: Bool?
    /// Where the search resumes after a refused window; nil for where the kernel does.
    public var retryStep: RetryStep?
    /// How often a search that found every window busy sleeps and begins again, nil for as often as the kernel
    /// does, and how long it sleeps, ns. The driver trees that do so use 5 times 100 ms.
    public var rescans: Int?
    public var rescanDelayNanoseconds: UInt64

    public init(
        migrateTries: Int? = nil, drainsPerCPULists: Bool, disablesLRUCache: Bool, migration: Migration,
        cachesLastFailure: Bool, disablesPerCPULists: Bool = false, busyIsFinal: Bool? = nil,
        retryStep: RetryStep? = nil, rescans: Int? = nil,
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

    /// The kernel as it is.
    public static let normal = AllocationMode(
        drainsPerCPULists: true, disablesLRUCache: true, migration: .sync, cachesLastFailure: false)

    /// The kernel with the last-failed-pfn cache.
    public static let cached = AllocationMode(
        drainsPerCPULists: true, disablesLRUCache: true, migration: .sync, cachesLastFailure: true)

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

    /// The mode's name in `named`, or its knobs as they are on a kernel.
    public func name(on kernel: Kernel) -> String {
        let effort = kernel.effort(of: self)
        if let found = Self.named.first(where: { kernel.effort(of: $0.mode) == effort }) { return found.name }
        return "tries=\(effort.tries),drain=\(effort.drainsPerCPULists),lru=\(effort.disablesLRUCache),"
            + "pcp-off=\(effort.disablesPerCPULists),"
            + "\(effort.migration.rawValue),cache=\(effort.cachesLastFailure),busy-final=\(effort.busyIsFinal),"
            + "step=\(effort.retryStep.rawValue),rescans=\(effort.rescans)"
    }
}

/// What a call does on one kernel: the caller's mode, completed by the kernel's rules.
struct AllocationEffort: Hashable {
    let tries: Int
    let drainsPerCPULists: Bool
    let disablesPerCPULists: Bool
    let disablesLRUCache: Bool
    let migration: AllocationMode.Migration
    let cachesLastFailure: Bool
    let busyIsFinal: Bool
    let retryStep: RetryStep
    let rescans: Int
    /// ns.
    let rescanDelayNanoseconds: UInt64
}

extension AllocationEffort {
    @inline(__always)
    init(_ mode: AllocationMode, search: SearchRule, range: RangeRule) {
        tries = mode.migrateTries ?? range.tries
        drainsPerCPULists = mode.drainsPerCPULists
        disablesPerCPULists = mode.disablesPerCPULists
        disablesLRUCache = mode.disablesLRUCache
        migration = mode.migration
        cachesLastFailure = mode.cachesLastFailure
        busyIsFinal = mode.busyIsFinal ?? !range.forgivesBusy
        retryStep = mode.retryStep ?? search.retryStep
        rescans = mode.rescans ?? (mode.migration == .sync ? search.rescans : 0)
        rescanDelayNanoseconds = mode.rescanDelayNanoseconds
    }
}

extension Kernel {
    /// What a caller's mode comes to on this kernel.
    func effort(of mode: AllocationMode) -> AllocationEffort {
        AllocationEffort(mode, search: search, range: range)
    }
}

extension Zone {
    /// What a caller's mode comes to on the zone's kernel.
    @inline(__always)
    func effort(of mode: AllocationMode) -> AllocationEffort {
        AllocationEffort(mode, search: search, range: range)
    }
}
