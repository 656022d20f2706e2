public import PhysicalMemory

/// A contiguous area as one driver reaches it: every call is put on its account.
public final class AreaAccess {
    public let area: ContiguousArea
    /// Number of the device whose driver this is; nil for what a strategy holds for nobody.
    public let device: Int?
    private let cpu: () -> Int
    private let onCall: (AllocationOutcome) -> Void
    private let onTake: (Range<Int>) -> Void
    private let onGiveBack: (Range<Int>) -> Void
    private let onEvent: ((AllocationEvent) -> Void)?

    /// - Parameters:
    ///   - cpu: the CPU that the driver runs on at the moment.
    ///   - onCall: hears of every call into the allocator when it is over.
    ///   - onTake: hears of pages that are the driver's now, as offsets in the area.
    ///   - onGiveBack: hears of pages that it released.
    ///   - onEvent: hears of everything that a kernel would trace.
    public init(
        area: ContiguousArea, device: Int?, cpu: @escaping () -> Int,
        onCall: @escaping (AllocationOutcome) -> Void,
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
        let outcome = area.allocate(
            AllocationRequest(count: pages, align: align), mode: mode, cpu: cpu(), onEvent: onEvent)
        if let offset = outcome.offset { onTake(offset..<offset + pages) }
        onCall(outcome)
        return outcome
    }

    /// One call that chooses its windows itself.
    public func call<Result>(_ body: (inout AllocationOutcome) -> Result) -> Result {
        var outcome = area.beginCall()
        let result = body(&outcome)
        area.endCall(&outcome)
        onCall(outcome)
        return result
    }

    /// One window within a call. True when its pages are the driver's now.
    public func tryWindow(
        _ window: Range<Int>, mode: AllocationMode, in outcome: inout AllocationOutcome
    ) -> Bool {
        tell(.start, window)
        guard area.tryWindow(window, mode: mode, cpu: cpu(), into: &outcome) else {
            if outcome.errno == .busy { tell(.busyRetry, window) }
            tell(.failure, window)
            return false
        }
        onTake(window)
        tell(.success, window)
        return true
    }

    /// A window of the strategy's own choice is a call by itself to whoever traces.
    private func tell(_ kind: AllocationEvent.Kind, _ window: Range<Int>) {
        onEvent?(
            AllocationEvent(
                kind: kind, nanoseconds: area.instant, offset: window.lowerBound, count: window.count,
                align: 0))
    }

    /// Takes up to `limit` chunks out of the pageblocks of a stretch, within a call.
    func harvest(
        _ stretch: Range<Int>, for request: GatherRequest, limit: Int, mode: AllocationMode,
        in outcome: inout AllocationOutcome
    ) -> [Int] {
        let offsets = area.harvest(
            stretch, for: AllocationRequest(count: request.chunkPages, align: request.align), limit: limit,
            mode: mode, cpu: cpu(), into: &outcome)
        for offset in offsets {
            let chunk = offset..<offset + request.chunkPages
            onTake(chunk)
            tell(.start, chunk)
            tell(.success, chunk)
        }
        return offsets
    }

    /// One cma_alloc() that another CPU makes while the driver does something else.
    func allocateMeanwhile(pages: Int, align: Int, mode: AllocationMode) -> AllocationOutcome {
        let outcome = area.allocateMeanwhile(
            AllocationRequest(count: pages, align: align), mode: mode, cpu: area.memory.cpuCount - 1,
            onEvent: onEvent)
        if let offset = outcome.offset { onTake(offset..<offset + pages) }
        return outcome
    }

    /// cma_release() of pages that this driver took.
    public func release(_ pages: Range<Int>) {
        onGiveBack(pages)
        area.release(offset: pages.lowerBound, count: pages.count, cpu: cpu())
        tell(.release, pages)
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

/// Asks chunk by chunk in one mode after the other: the next one takes over where a call of the one
/// before fails.
final class ChunkByChunk: GatheringStrategy {
    private let modes: [AllocationMode]

    init(_ modes: AllocationMode...) { self.modes = modes }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        for mode in modes { access.gather(request, mode: mode, into: &chunks) }
        return chunks
    }
}
