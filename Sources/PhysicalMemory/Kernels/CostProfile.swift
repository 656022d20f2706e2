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

    /// The most that one step may cost, tenths of a nanosecond: a second.
    static let limitTenths = 10_000_000_000

    /// Nanoseconds of each step, cut to 0 ... 1 s; steps not named cost nothing.
    public init(_ nanoseconds: [CostStep: Double]) {
        tenths = CostStep.allCases.map { step in
            let cost = ((nanoseconds[step] ?? 0) * 10).rounded()
            return cost > 0 ? Int(min(cost, Double(Self.limitTenths))) : 0
        }
    }

    /// Tenths of a nanosecond of each step, in the order of `CostStep`.
    init(tenths: [Int]) { self.tenths = tenths }

    /// Cost of a step in tenths of a nanosecond.
    @inline(__always)
    func tenths(_ step: CostStep) -> Int { tenths[step.rawValue] }

    /// Cost of a step, ns.
    public func nanoseconds(_ step: CostStep) -> Double { Double(tenths[step.rawValue]) / 10 }
}

/// How often each step was taken, and what that cost.
public struct Work: Sendable {
    private var counters = InlineArray<20, Int>(repeating: 0)
    /// Tenths of a nanosecond that are not on the clock yet.
    var pendingTenths = 0

    public init() {}

    /// How often each step was taken, in the order of `CostStep`.
    public var counts: [Int] { counters.indices.map { counters[$0] } }

    public subscript(step: CostStep) -> Int { counters[step.rawValue] }

    /// The steps taken since `earlier`, a copy of this work from before.
    public func since(_ earlier: Work) -> Work {
        var work = Work()
        for step in counters.indices { work.counters[step] = counters[step] - earlier.counters[step] }
        return work
    }

    /// Counts a step `times` times. Time saturates at 29 years.
    @inline(__always)
    mutating func add(_ step: CostStep, _ times: Int, _ profile: CostProfile) {
        counters[step.rawValue] += times
        let (cost, isLong) = times.multipliedReportingOverflow(by: profile.tenths(step))
        let (sum, isLonger) = pendingTenths.addingReportingOverflow(cost)
        pendingTenths = isLong || isLonger ? .max : sum
    }
}
