import PhysicalMemory

extension Strategy {
    /// The simplest demand there is, and the reason for all the others.
    static let oneBlock = Strategy(
        name: "one-block",
        summary: "a single allocation of everything that is asked for at once",
        origin: "what the DMA API does for a buffer; rejected for 300 MiB in August 2020",
        rule: """
            One cma_alloc() in normal mode for all chunks together, aligned to the power of two at or \
            above its size, but to no more than 1 MiB (CONFIG_CMA_ALIGNMENT), and cut into chunks. One \
            page that cannot move in every window means that nothing is had.
            """
    ) { OneBlock() }
}

private final class OneBlock: GatheringStrategy {
    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        let (pages, isHuge) = request.wanted.multipliedReportingOverflow(by: request.chunkPages)
        guard !isHuge, pages > 0 else { return [] }
        let order = Int.bitWidth - (pages - 1).leadingZeroBitCount
        let align = max(min(order, 8), request.align)
        guard let first = access.allocate(pages: pages, align: align, mode: .normal).offset else { return [] }
        return (0..<request.wanted).map { first + $0 * request.chunkPages }
    }
}
