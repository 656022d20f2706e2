import PhysicalMemory

extension Strategy {
    /// The hardest of the gfp masks that still may fail.
    static let gfpRetryMayFail = Strategy(
        name: "gfp-retry-mayfail",
        summary: "__GFP_RETRY_MAYFAIL: normal calls, scanned again as long as that moves something",
        origin: "Hocko on linux-mm, December 2020 (hard, but no OOM killer)",
        rule: """
            As normal; a call that found every window busy is made again at once if it moved or dropped \
            at least one page, up to 16 times in all, the limit that the page allocator has for the same \
            flag. How often was not said; the number is ours.
            """
    ) { GFPRetryMayFail() }
}

private final class GFPRetryMayFail: GatheringStrategy {
    /// MAX_RECLAIM_RETRIES of the page allocator.
    private static let attempts = 16

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        while chunks.count < request.wanted, let offset = allocate(request, through: access) {
            chunks.append(offset)
        }
        return chunks
    }

    private func allocate(_ request: GatherRequest, through access: AreaAccess) -> Int? {
        for _ in 0..<Self.attempts {
            let outcome = access.allocate(
                pages: request.chunkPages, align: request.align, mode: .normal)
            if let offset = outcome.offset { return offset }
            guard outcome.errno == .busy, outcome.pagesMigrated + outcome.pagesDropped > 0 else { return nil }
        }
        return nil
    }
}
