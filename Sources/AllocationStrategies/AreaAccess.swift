public import PhysicalMemory

/// A contiguous area as one driver reaches it: every call is put on its account.
public final class AreaAccess {
    public let area: ContiguousArea
    /// Number of the device whose driver this is; nil for what a strategy holds for nobody.
    public let device: Int?
    private let cpu: () -> Int
    private let onCall: (DriverCall) -> Void
    private let onTake: (Range<Int>) -> Void
    private let onGiveBack: (Range<Int>) -> Void
    private let onEvent: ((AllocationEvent) -> Void)?

    /// - Parameters:
    ///   - cpu: the CPU that the driver runs on at the moment.
    ///   - onCall: is called with every call into the allocator when it is over.
    ///   - onTake: is called with pages, as offsets in the area, at the instant at which they become the driver's.
    ///   - onGiveBack: is called with pages at the instant at which they are released.
    ///   - onEvent: is called with everything that a kernel would trace; a release after `onGiveBack`, at the
    ///     same instant.
    public init(
        area: ContiguousArea, device: Int?, cpu: @escaping () -> Int,
        onCall: @escaping (DriverCall) -> Void,
        onTake: @escaping (Range<Int>) -> Void, onGiveBack: @escaping (Range<Int>) -> Void,
        onEvent: ((AllocationEvent) -> Void)? = nil
    ) {
        self.area = area
        self.device = device
        self.cpu = cpu
        self.onCall = onCall
        self.onTake = onTake
        self.onGiveBack = onGiveBack
        self.onEvent = onEvent
    }

    /// Pages of the area.
    public var pages: Int { area.geometry.pages }
    /// The emulated machine's clock, ns.
    public var now: UInt64 { area.memory.timeline.now }

    /// Lets emulated time pass.
    public func sleep(nanoseconds: UInt64) { area.memory.timeline.advance(by: nanoseconds) }

    /// One cma_alloc().
    public func allocate(pages: Int, align: Int, mode: AllocationMode) -> AllocationOutcome {
        let request = AllocationRequest(count: pages, align: align)
        let outcome = area.allocate(request, mode: mode, cpu: cpu(), onTake: onTake, onEvent: onEvent)
        let window = outcome.offset.map { $0..<$0 + pages }
        onCall(
            DriverCall(
                request: request, outcome: outcome, firstTaken: window, taken: window == nil ? 0 : 1))
        return outcome
    }

    /// One call that chooses its windows itself.
    ///
    /// - Parameter request: what it wants of each of them; nil for a call that takes none.
    public func call<Result>(
        for request: AllocationRequest?, _ body: (inout AllocationOutcome) -> Result
    ) -> Result {
        firstTaken = nil
        taken = 0
        var outcome = area.beginCall()
        let result = body(&outcome)
        area.endCall(&outcome)
        onCall(DriverCall(request: request, outcome: outcome, firstTaken: firstTaken, taken: taken))
        return result
    }

    /// What the call under way has taken until now: its first window, and how many.
    private var firstTaken: Range<Int>?
    private var taken = 0

    /// Counts a window of the call under way and hands it on; made once, for a call may try thousands.
    private lazy var take: (Range<Int>) -> Void = { [unowned self] window in
        firstTaken = firstTaken ?? window
        taken += 1
        onTake(window)
    }

    /// One window within a call. True when its pages are the driver's now.
    public func tryWindow(
        _ window: Range<Int>, mode: AllocationMode, in outcome: inout AllocationOutcome
    ) -> Bool {
        tell(.start, window.lowerBound, window.count)
        guard area.tryWindow(window, mode: mode, cpu: cpu(), onTake: take, into: &outcome) else {
            if outcome.errno == .busy { tell(.busyRetry, window.lowerBound, window.count) }
            tell(.failure, window.lowerBound, window.count, errno: outcome.errno)
            return false
        }
        tell(.success, window.lowerBound, window.count)
        return true
    }

    /// A window of the strategy's own choice is a call by itself in a trace.
    private func tell(
        _ kind: AllocationEvent.Kind, _ offset: Int?, _ count: Int, align: Int = 0,
        errno: AllocationErrno? = nil
    ) {
        onEvent?(
            AllocationEvent(
                kind: kind, nanoseconds: area.instant, offset: offset, count: count, align: align,
                errno: errno))
    }

    /// One call that takes chunks by `harvest`. In a trace each chunk is a call by itself, which lasts from the
    /// end of the one before until the chunk is taken; the chunk that the call ends without is a failure.
    func callToHarvest(_ request: GatherRequest, _ body: (inout AllocationOutcome) -> Void) {
        call(for: request.window) { outcome in
            tell(.start, nil, request.chunkPages, align: request.align)
            body(&outcome)
            guard taken < request.wanted else { return }
            tell(.failure, nil, request.chunkPages, align: request.align, errno: outcome.errno)
        }
    }

    /// Takes up to `limit` chunks out of the pageblocks of a stretch, within `callToHarvest`.
    func harvest(
        _ stretch: Range<Int>, for request: GatherRequest, limit: Int, mode: AllocationMode,
        in outcome: inout AllocationOutcome
    ) -> [Int] {
        area.harvest(
            stretch, for: request.window, limit: limit, mode: mode, cpu: cpu(), onTake: take,
            onTaken: { chunk in
                tell(.success, chunk.lowerBound, chunk.count, align: request.align)
                if taken < request.wanted { tell(.start, nil, chunk.count, align: request.align) }
            }, into: &outcome)
    }

    /// One cma_alloc() that another CPU makes while the driver does something else.
    func allocateMeanwhile(pages: Int, align: Int, mode: AllocationMode) -> AllocationOutcome {
        area.allocateMeanwhile(
            AllocationRequest(count: pages, align: align), mode: mode, cpu: area.memory.cpuCount - 1,
            onTake: onTake, onEvent: onEvent)
    }

    /// cma_release() of pages that this driver took.
    public func release(_ pages: Range<Int>) {
        area.release(offset: pages.lowerBound, count: pages.count, cpu: cpu()) { event in
            onGiveBack(pages)
            onEvent?(event)
        }
    }

    func release(_ chunks: [Int], pages: Int) {
        for offset in chunks { release(offset..<offset + pages) }
    }

    /// Asks chunk by chunk until all are there or a call fails.
    func gather(_ request: GatherRequest, mode: AllocationMode, into chunks: inout [Int]) {
        while chunks.count < request.wanted {
            guard let offset = allocate(pages: request.chunkPages, align: request.align, mode: mode).offset
            else { return }
            chunks.append(offset)
        }
    }
}

/// A call into the allocator, as it is put on its driver's account when it is over.
public struct DriverCall: Sendable {
    /// What the call wanted: of each chunk, where it chose its windows itself. Nil for one that took nothing, such
    /// as a drain.
    public var request: AllocationRequest?
    public var outcome: AllocationOutcome
    /// The first window that it took, in pages from the area's base, and how many windows that were.
    public var firstTaken: Range<Int>?
    public var taken: Int
}
