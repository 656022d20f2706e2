import PhysicalMemory

extension Strategy {
    /// The first RFC, as far as it is known.
    static let pagesBulk = Strategy(
        name: "pages-bulk",
        summary: "alloc_pages_bulk: empty a pageblock, take every chunk that came free",
        origin: "Kim, RFC of August 2020; only its interface and the heap's description are known",
        rule: """
            One call goes over the pageblocks of the area, beginning behind the one where the last call \
            ended and round once. Each is isolated and emptied as far as that goes, best effort: a batch \
            of pages that will not move is passed over. Then every chunk in it that is free is taken. So a \
            bad page costs its own chunk and not the pageblock. Effort as in a normal call. What was got is \
            kept. How the RFC treated a batch that would not move is not known; passing over it is ours.
            """
    ) { PagesBulk() }
}

private final class PagesBulk: GatheringStrategy {
    private var next = 0

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        let step = max(BlockSize.pageblockPages, request.chunkPages)
        let stretches = (access.pages + step - 1) / step
        access.call { outcome in
            for _ in 0..<stretches where chunks.count < request.wanted {
                let first = next * step
                chunks += access.harvest(
                    first..<min(first + step, access.pages), for: request,
                    limit: request.wanted - chunks.count, mode: .normal, in: &outcome)
                if outcome.errno == .noMemory { break }
                if chunks.count < request.wanted { next = (next + 1) % stretches }
            }
            outcome.errno = chunks.count < request.wanted ? outcome.errno ?? .busy : nil
        }
        return chunks
    }
}
