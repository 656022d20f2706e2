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
            page that cannot move in every window means that nothing is had. Where chunks cannot lie side \
            by side, because their size is no multiple of their alignment, the gaps between them are given \
            back.
            """
    ) { OneBlock() }
}

private final class OneBlock: GatheringStrategy {
    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        let unit = 1 << request.align
        let stride = (request.chunkPages + unit - 1) / unit * unit
        let (gross, isHuge) = request.wanted.multipliedReportingOverflow(by: stride)
        guard !isHuge, gross > 0 else { return [] }
        let gap = stride - request.chunkPages
        let pages = gross - gap
        let order = Int.bitWidth - (pages - 1).leadingZeroBitCount
        let align = max(min(order, 8), request.align)
        guard let first = access.allocate(pages: pages, align: align, mode: .normal).offset else { return [] }
        let chunks = (0..<request.wanted).map { first + $0 * stride }
        if gap > 0 { for chunk in chunks.dropFirst() { access.release(chunk - gap..<chunk) } }
        return chunks
    }
}
