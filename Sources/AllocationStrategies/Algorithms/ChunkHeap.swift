import PhysicalMemory

extension Strategy {
    /// The heap of the series' last versions.
    static let chunkHeap = Strategy(
        name: "chunk-heap",
        summary: "the v3/v4 heap: pageblocks without retry until the first failure, then blocking",
        origin: "Kim and Yu, chunk heap v3/v4, January 2021",
        rule: """
            Asks for blocks of max(pageblock, chunk) order, aligned to themselves, with __GFP_NORETRY; when \
            less is missing than a block holds, the block is halved until it fits. The first failure \
            switches the rest of the request to normal calls and asks again for the same size; the second \
            gives everything back. The block is never made smaller because of a failure.
            """
    ) { ChunkHeap(halvesOnFailure: false) }

    /// The heap that devices shipped with.
    static let chunkHeapHalving = Strategy(
        name: "chunk-heap-halving",
        summary: "the shipped heap: fast, then blocking, then half the block",
        origin: "the chunk heap of Samsung's and Google's driver trees",
        rule: """
            As chunk-heap, but after a blocking failure the block is halved and asked for with \
            __GFP_NORETRY again; below the chunk's own order everything is given back. The chunks are \
            sorted by address.
            """
    ) { ChunkHeap(halvesOnFailure: true) }
}

private final class ChunkHeap: GatheringStrategy {
    private let halvesOnFailure: Bool

    init(halvesOnFailure: Bool) { self.halvesOnFailure = halvesOnFailure }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        var mode = AllocationMode.noRetry
        // Chunks of a block, a power of two; chunks of odd sizes are asked for one by one.
        var block = request.order.map { max(1 << (BlockSize.pageblockOrder - $0), 1) } ?? 1
        while chunks.count < request.wanted {
            while block > request.wanted - chunks.count { block /= 2 }
            let align =
                request.order == nil ? request.align : (block * request.chunkPages).trailingZeroBitCount
            let outcome = access.allocate(pages: block * request.chunkPages, align: align, mode: mode)
            if let offset = outcome.offset {
                chunks += (0..<block).map { offset + $0 * request.chunkPages }
            } else if mode == .noRetry {
                mode = .normal
            } else if halvesOnFailure, block > 1 {
                mode = .noRetry
                block /= 2
            } else {
                access.release(chunks, pages: request.chunkPages)
                return []
            }
        }
        return halvesOnFailure ? chunks.sorted() : chunks
    }
}
