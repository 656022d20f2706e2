import PhysicalMemory

extension Strategy {
    /// What drivers did before the series, and the reason for it.
    static let split2M = Strategy(
        name: "split-2m",
        summary: "ask for 2 MiB at a time and split it into chunks",
        origin: "the alternative that the series' cover letters call too slow, 2020",
        rule: """
            Normal calls for 2 MiB, aligned to 2 MiB, each cut into chunks; the last one asks only for what \
            is missing. A pageblock with one bad page gives nothing. Ends with the first call that fails and \
            keeps what it got.
            """
    ) { Split2M() }
}

private final class Split2M: GatheringStrategy {
    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        let most = request.order.map { max(1 << (BlockSize.pageblockOrder - $0), 1) } ?? 1
        let isCut = request.order.map { $0 <= BlockSize.pageblockOrder } ?? false
        let align = isCut ? BlockSize.pageblockOrder : request.align
        while chunks.count < request.wanted {
            let number = min(most, request.wanted - chunks.count)
            let outcome = access.allocate(pages: number * request.chunkPages, align: align, mode: .normal)
            guard let offset = outcome.offset else { break }
            chunks += (0..<number).map { offset + $0 * request.chunkPages }
        }
        return chunks
    }
}
