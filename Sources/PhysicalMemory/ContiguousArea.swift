/// A contiguous memory area (struct cma) with its pages: cma_alloc() and cma_release() over a bitmap.
///
/// Not safe for use from several threads; an emulated machine lives on one.
public final class ContiguousArea {
    public let geometry: AreaGeometry
    public let clock: VirtualClock
    public let costs: CostProfile
    /// Whether `busyWindows` is filled; costs an append for each refused window.
    public var recordsBusyWindows = false
    /// Offsets in pages of the windows that the last call tried and found busy, in order.
    public private(set) var busyWindows: [Int] = []

    private let bitmap: PageBitmap
    private let states: PageStates
    /// Where the last-failed-pfn cache lets the next search begin, as a bit number.
    private var nextSearchBit = 0

    /// An area whose pages are all free.
    public init(geometry: AreaGeometry, clock: VirtualClock, costs: CostProfile = CostProfile()) {
        self.geometry = geometry
        self.clock = clock
        self.costs = costs
        bitmap = PageBitmap(count: geometry.bits)
        states = PageStates(pages: geometry.pages)
    }

    /// State of the page `offset` pages from the base, 0 ..< geometry.pages. Setting `.held` or
    /// overwriting it is for the caller's own bookkeeping: it leaves the allocation bitmap alone.
    public subscript(offset: Int) -> PageState {
        get { states[offset] }
        set { states[offset] = newValue }
    }

    /// How many pages of `range` are in each state.
    public func counts(in range: Range<Int>) -> (free: Int, movable: Int, pinned: Int, held: Int) {
        let movable = states.movable.setCount(in: range)
        let pinned = states.pinned.setCount(in: range)
        let held = states.held.setCount(in: range)
        return (range.count - movable - pinned - held, movable, pinned, held)
    }

    /// Pages whose bit is set in the allocation bitmap.
    public var allocatedPages: Int { bitmap.setCount << geometry.orderPerBit }

    /// Allocates `request.count` pages whose first pfn is a multiple of 2^align.
    ///
    /// First fit from bit 0, or from behind the last failure when the mode caches it; a window with a
    /// page that cannot move is refused and the search goes on one alignment unit further.
    /// - Returns: the offset, or the errno: `.noMemory` if no window was tried, else `.busy`.
    ///
    /// Follows cma_alloc() in Linux 6.1 mm/cma.c.
    public func allocate(_ request: AllocationRequest, mode: AllocationMode) -> AllocationOutcome {
        var outcome = AllocationOutcome()
        outcome.startNanoseconds = clock.now
        if recordsBusyWindows { busyWindows.removeAll(keepingCapacity: true) }
        var cost = costs.call
        search(request, mode: mode, into: &outcome, cost: &cost)
        clock.advance(by: UInt64(cost))
        outcome.durationNanoseconds = clock.now - outcome.startNanoseconds
        return outcome
    }

    private func search(
        _ request: AllocationRequest, mode: AllocationMode, into outcome: inout AllocationOutcome,
        cost: inout Int
    ) {
        outcome.errno = .noMemory
        guard request.count > 0, request.count <= geometry.pages, (0...40).contains(request.align) else {
            return
        }
        let bits = geometry.bits(forPages: request.count)
        let mask = geometry.mask(alignOrder: request.align)
        let alignOffset = geometry.alignOffset(alignOrder: request.align)
        guard bits <= geometry.bits else { return }

        let firstBit = mode.cachesLastFailure && nextSearchBit + bits <= geometry.bits ? nextSearchBit : 0
        var start = firstBit
        var wrapped = firstBit == 0
        while true {
            let found = bitmap.nextZeroArea(from: start, bits: bits, mask: mask, offset: alignOffset)
            guard let bit = found, !(wrapped && firstBit > 0 && bit >= firstBit) else {
                if wrapped { break }
                wrapped = true
                start = 0
                continue
            }
            let offset = bit << geometry.orderPerBit
            let (errno, migrated) = states.takeRange(offset..<offset + request.count)
            outcome.pagesMigrated += migrated
            cost += windowCost(mode: mode, migrated: migrated)
            guard errno != nil else {
                bitmap.set(bit..<bit + bits)
                outcome.offset = offset
                outcome.errno = nil
                cost += request.count * costs.takePage
                return
            }
            outcome.errno = errno
            outcome.busyRetries += 1
            if recordsBusyWindows { busyWindows.append(offset) }
            start = bit + mask + 1
            if mode.cachesLastFailure { nextSearchBit = start }
        }
        if mode.cachesLastFailure { nextSearchBit = 0 }
    }

    private func windowCost(mode: AllocationMode, migrated: Int) -> Int {
        costs.isolateWindow + costs.migrateWindow + migrated * costs.migratePage
            + (mode.drainsPerCPULists ? costs.drainPerCPULists : 0)
            + (mode.disablesLRUCache ? costs.disableLRUCache : 0)
    }

    /// Gives back `count` pages from `offset`, both in pages; part of an allocation is allowed.
    /// - Returns: false, with nothing changed, when the range leaves the area or a page of it is not
    ///   allocated. Where the kernel checks only the first page and then trusts its caller, this
    ///   refuses.
    ///
    /// Follows cma_release() in Linux 6.1 mm/cma.c.
    @discardableResult
    public func release(offset: Int, count: Int) -> Bool {
        guard offset >= 0, count > 0, offset < geometry.pages, count <= geometry.pages - offset,
            states.held.setCount(in: offset..<offset + count) == count
        else { return false }
        states.held.clear(offset..<offset + count)
        let firstBit = offset >> geometry.orderPerBit
        bitmap.clear(firstBit..<firstBit + geometry.bits(forPages: count))
        clock.advance(by: UInt64(count * costs.releasePage))
        return true
    }

    /// Marks `count` pages from `offset` as allocated without an allocation, for a start state. What
    /// was there is gone.
    public func hold(offset: Int, count: Int) {
        let pages = offset..<offset + count
        states.movable.clear(pages)
        states.pinned.clear(pages)
        states.held.set(pages)
        let firstBit = offset >> geometry.orderPerBit
        bitmap.set(firstBit..<firstBit + geometry.bits(forPages: count))
    }
}
