import PhysicalMemory

extension Strategy {
    /// The standing reserve that the series' authors rejected for what it costs.
    static let pool = Strategy(
        name: "pool",
        summary: "a standing pool of 64 KiB chunks with watermarks, refilled in the background",
        origin: "the alternative weighed in the series' cover letters; ION's chunk heap had such a pool",
        rule: """
            Before any device asks, an eighth of the area is taken with normal calls in chunks of 64 KiB. \
            Requests for chunks of just that size are served from it without a call; what is missing, and \
            every other size, is gathered as fail-fast-then-normal. Chunks that come back fill the pool up \
            again. When it is below half, another CPU refills it with fail-fast calls that do not use the \
            last-failed cache, one after the other, with 10 ms of pause after one that fails. Its pages are \
            lost to everybody else all the time. The sizes are ours.
            """
    ) { Pool() }
}

private final class Pool: GatheringStrategy {
    private static let order = 4
    private static let pause: UInt64 = 10_000_000

    private var stock: [Int] = []
    private var high = 0
    private var isRefilling = false
    /// Whether the background has got a chunk by a call that has not returned yet.
    private var isOneComing = false
    private var access: AreaAccess?

    /// Fail-fast, from the start of the area each time, so that the cache stays the callers' own.
    private static let refillMode = AllocationMode(
        migrateTries: 1, drainsPerCPULists: false, disablesLRUCache: false, migration: .async,
        cachesLastFailure: false)

    func prepare(through access: AreaAccess) {
        self.access = access
        high = access.pages / (8 << Self.order)
        access.gather(
            GatherRequest(wanted: high, chunkPages: 1 << Self.order, align: Self.order), mode: .normal,
            into: &stock)
        stock.reverse()
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        serve(request, into: &chunks)
        access.gather(request, mode: .failFast, into: &chunks)
        access.gather(request, mode: .normal, into: &chunks)
        // What the background has put by meanwhile.
        serve(request, into: &chunks)
        return chunks
    }

    private func serve(_ request: GatherRequest, into chunks: inout [Int]) {
        guard isPooled(request) else { return }
        while chunks.count < request.wanted, let offset = stock.popLast() { chunks.append(offset) }
        refill()
    }

    private func isPooled(_ request: GatherRequest) -> Bool {
        request.order == Self.order
    }

    func takeBack(_ chunk: Range<Int>) -> Bool {
        guard chunk.count == 1 << Self.order, chunk.lowerBound % chunk.count == 0,
            stock.count + (isOneComing ? 1 : 0) < high
        else { return false }
        stock.append(chunk.lowerBound)
        return true
    }

    private func refill() {
        guard !isRefilling, stock.count < high / 2 else { return }
        isRefilling = true
        schedule(after: 0) { $0.refillOne() }
    }

    private func schedule(after delay: UInt64, _ step: @escaping (Pool) -> Void) {
        access?.area.memory.timeline.schedule(after: delay) { [weak self] in
            if let self { step(self) }
        }
    }

    private func refillOne() {
        guard let access, stock.count < high else {
            isRefilling = false
            return
        }
        let outcome = access.allocateMeanwhile(
            pages: 1 << Self.order, align: Self.order, mode: Self.refillMode)
        guard let offset = outcome.offset else {
            schedule(after: Self.pause + outcome.durationNanoseconds) { $0.refillOne() }
            return
        }
        // A chunk cannot be handed out before the call that gets it has returned.
        isOneComing = true
        schedule(after: max(outcome.durationNanoseconds, 1)) { pool in
            pool.isOneComing = false
            pool.stock.insert(offset, at: 0)
            pool.refillOne()
        }
    }
}
