/// What each step of an allocation costs in emulated time, ns.
///
/// A first profile: round figures for the emulated machine of the recordings, good for the order of
/// magnitude and for the ratios between modes.
public struct CostProfile: Sendable, Hashable {
    /// Entering and leaving cma_alloc(), search of the bitmap included.
    public var call = 30_000
    /// start_isolate_page_range() and its undo, a window.
    public var isolateWindow = 35_000
    /// lru_cache_disable() and enable, a window.
    public var disableLRUCache = 18_000
    /// drain_all_pages(), a window.
    public var drainPerCPULists = 1_500
    /// The migrate stage of a window that has nothing to move.
    public var migrateWindow = 6_000
    /// Unmapping one page, copying it and freeing the old frame.
    public var migratePage = 14_000
    /// Taking one page off the free lists for the caller.
    public var takePage = 250
    /// Giving one page back in cma_release().
    public var releasePage = 400

    public init() {}
}

/// Nanoseconds of the emulated machine since its start; moves only when something costs time.
public final class VirtualClock {
    public private(set) var now: UInt64 = 0

    public init() {}

    /// Moves the clock on by `nanoseconds`, saturating at the end of time.
    @inline(__always)
    public func advance(by nanoseconds: UInt64) {
        let (sum, overflow) = now.addingReportingOverflow(nanoseconds)
        now = overflow ? .max : sum
    }
}
