/// What a kernel would trace of a contiguous allocation or release. Follows the events of
/// include/trace/events/cma.h in Linux 6.1.
public struct AllocationEvent: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// cma_alloc() was entered.
        case start
        /// A window was refused with -EBUSY.
        case busyRetry
        /// cma_alloc() returned its pages.
        case success
        /// It returned none.
        case failure
        /// cma_release() gave pages back.
        case release
    }

    public var kind: Kind
    /// The clock, ns, with what the call has cost until then.
    public var nanoseconds: UInt64
    /// First page of the window, the pages, or the last window tried, from the area's base; nil for none.
    public var offset: Int?
    public var count: Int
    public var align: Int
    /// Why a call failed; nil for every other event.
    public var errno: AllocationErrno?

    public init(
        kind: Kind, nanoseconds: UInt64, offset: Int?, count: Int, align: Int, errno: AllocationErrno? = nil
    ) {
        self.kind = kind
        self.nanoseconds = nanoseconds
        self.offset = offset
        self.count = count
        self.align = align
        self.errno = errno
    }
}

extension ContiguousArea {
    /// The clock, with what has been spent and not yet been put on it, ns; saturates as the clock does.
    public var instant: UInt64 {
        let (sum, overflow) = memory.timeline.now.addingReportingOverflow(
            UInt64(max(zone.work.pendingTenths, 0) / 10))
        return overflow ? .max : sum
    }
}
