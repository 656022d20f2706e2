/// The named steps of an allocation that cost time, each counted where the emulator takes it.
public enum CostStep: Int, Sendable, CaseIterable {
    /// One call of cma_alloc(), whatever comes of it.
    case call
    /// One candidate window: search of the bitmap, mutex, final test, undo of the isolation.
    case window
    /// start_isolate_page_range() of a window, its fixed part.
    case isolateWindow
    /// One step of a walk over a pageblock: a page in use, or a free block as a whole.
    case isolateStep
    /// One free block moved between free lists.
    case isolateFreeBlock
    /// lru_cache_disable() in the first window of a call, in each window, and for each further CPU.
    case disableLRUFirst
    case disableLRUWindow
    case disableLRUPerCPU
    /// The migrate stage of a window, its fixed part.
    case migrateWindow
    /// One batch of at most 32 isolated pages handed to migrate_pages().
    case migrateBatch
    /// One page unmapped, copied and freed.
    case migratePage
    /// One attempt at a page that could not be moved.
    case migrateAttempt
    /// One clean page of the page cache dropped.
    case dropPage
    /// drain_all_pages() of a window, and when there is something to drain.
    case drainWindow
    case drainPages
    /// One page taken for the caller, one page behind its edges given back.
    case takePage
    case edgePage
    /// cma_release(), and each page of it.
    case release
    case releasePage
    /// The first contiguous allocation after boot, with cold caches.
    case firstCall
}

/// What each step costs in emulated time, in tenths of a nanosecond so that a page can cost less than
/// a few.
public struct CostProfile: Sendable, Hashable {
    private var tenths: [Int]

    /// Nanoseconds of each step; steps not named cost nothing.
    public init(_ nanoseconds: [CostStep: Double]) {
        tenths = CostStep.allCases.map { Int(((nanoseconds[$0] ?? 0) * 10).rounded()) }
    }

    /// Cost of a step in tenths of a nanosecond.
    @inline(__always)
    func tenths(_ step: CostStep) -> Int { tenths[step.rawValue] }

    /// Cost of a step, ns.
    public func nanoseconds(_ step: CostStep) -> Double { Double(tenths[step.rawValue]) / 10 }

    /// A Linux 6.1 guest under QEMU's software emulation, as the recordings were made on.
    public static let qemu = CostProfile([
        .call: 6355, .window: 9861, .isolateWindow: 4816, .isolateStep: 20.8, .isolateFreeBlock: 22.8,
        .disableLRUFirst: 9235, .disableLRUWindow: 21216, .disableLRUPerCPU: 3989,
        .migrateWindow: 3567, .migrateBatch: 18793, .migratePage: 14452, .migrateAttempt: 2000,
        .dropPage: 6000, .drainWindow: 1299, .drainPages: 13374, .takePage: 89, .edgePage: 285,
        .release: 2000, .releasePage: 400, .firstCall: 5_000_000,
    ])
}

/// How often each step was taken, and what that cost.
public struct Work: Sendable {
    public private(set) var counts: [Int]
    /// Tenths of a nanosecond that are not on the clock yet.
    var pendingTenths = 0

    public init() { counts = [Int](repeating: 0, count: CostStep.allCases.count) }

    public subscript(step: CostStep) -> Int { counts[step.rawValue] }

    @inline(__always)
    mutating func add(_ step: CostStep, _ times: Int, _ profile: CostProfile) {
        counts[step.rawValue] += times
        pendingTenths += times * profile.tenths(step)
    }
}
