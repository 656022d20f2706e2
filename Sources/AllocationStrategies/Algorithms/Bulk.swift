import PhysicalMemory

extension AllocationMode {
    /// ALLOC_CONTIG_FAST of version 2: one synchronous try, no drain of per-CPU lists; the LRU batches
    /// are flushed all the same.
    static let contigFast = AllocationMode(
        migrateTries: 1, drainsPerCPULists: false, disablesLRUCache: true, migration: .sync,
        cachesLastFailure: false)
}

extension Strategy {
    private static let call = """
        One cma_alloc_bulk(): both drains once for the whole machine, then the area is searched for free \
        stretches of a pageblock (or of what is still missing) and each goes to alloc_contig_range(). A \
        stretch that is busy is skipped whole, so that one bad page costs up to a pageblock; one that is \
        had is cut into chunks. The search never goes back, and what was got is kept. The proposal took no \
        mutex around alloc_contig_range(), because the kernel of that time had none; here the area's is \
        taken, as in Linux 6.1.
        """

    /// `cma_alloc_bulk` of version 2, patient.
    static let bulk = Strategy(
        name: "bulk", summary: "cma_alloc_bulk, fast = false: one call, normal effort for each stretch",
        origin: "Kim, cma_alloc_bulk v2, December 2020",
        rule: call + " Each stretch gets the effort of a normal call."
    ) { Bulk(calls: [.normal], keepsPart: true) }

    /// `cma_alloc_bulk` of version 2, fast.
    static let bulkFast = Strategy(
        name: "bulk-fast", summary: "cma_alloc_bulk, fast = true: one try for each stretch, no drain",
        origin: "Kim, cma_alloc_bulk v2, December 2020",
        rule: call + " Each stretch gets one synchronous try without a drain of the per-CPU lists; it may "
            + "still wait for I/O."
    ) { Bulk(calls: [.contigFast], keepsPart: true) }

    /// The chunk heap's use of it.
    static let bulkHeap = Strategy(
        name: "bulk-heap", summary: "the heap over cma_alloc_bulk: four fast calls, then a slow one",
        origin: "Kim, chunk heap over cma_alloc_bulk v2, December 2020",
        rule: call + " The heap makes up to four fast calls for what is missing and then one with normal "
            + "effort. A call that ends otherwise than -EBUSY ends the attempt. Without all chunks it gives "
            + "everything back."
    ) { Bulk(calls: [.contigFast, .contigFast, .contigFast, .contigFast, .normal], keepsPart: false) }
}

private final class Bulk: GatheringStrategy {
    private let calls: [AllocationMode]
    private let keepsPart: Bool

    init(calls: [AllocationMode], keepsPart: Bool) {
        self.calls = calls
        self.keepsPart = keepsPart
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        for mode in calls where chunks.count < request.wanted {
            let errno = access.call(for: request.window) { outcome in
                Self.bulk(request, mode: mode, chunks: &chunks, through: access, outcome: &outcome)
                return outcome.errno
            }
            if errno != .busy { break }
        }
        guard !keepsPart, chunks.count < request.wanted else { return chunks }
        access.release(chunks, pages: request.chunkPages)
        return []
    }

    /// Stretches are whole pageblocks of chunks where the chunk's size allows that.
    private static func bulk(
        _ request: GatherRequest, mode: AllocationMode, chunks: inout [Int], through access: AreaAccess,
        outcome: inout AllocationOutcome
    ) {
        access.area.drainAll(into: &outcome)
        let most = request.order.map { max(1 << (BlockSize.pageblockOrder - $0), 1) } ?? 1
        var start = 0
        while chunks.count < request.wanted {
            let number = min(most, request.wanted - chunks.count)
            let pages = number * request.chunkPages
            let window = AllocationRequest(count: pages, align: request.align)
            guard let offset = access.area.nextWindow(from: start, for: window) else { break }
            start = offset + pages
            if access.tryWindow(offset..<start, mode: mode, in: &outcome) {
                chunks += (0..<number).map { offset + $0 * request.chunkPages }
            } else if outcome.errno != .busy {
                return
            }
        }
        // The proposal's own order of errors: that of the last stretch, else -EBUSY for what is missing.
        if outcome.errno == nil, chunks.count < request.wanted { outcome.errno = .busy }
    }
}

/// Sizes of blocks that drivers ask for to cut them into chunks.
enum BlockSize {
    static let pageblockOrder = 9
    static let pageblockPages = 1 << pageblockOrder
}
