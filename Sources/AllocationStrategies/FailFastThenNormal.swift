import PhysicalMemory

extension Strategy {
    /// What the mode was meant for: the cheap chunks first.
    static let failFastThenNormal = Strategy(
        name: "fail-fast-then-normal",
        summary: "fail-fast until it fails, then normal calls for what is missing",
        origin: "the use that CMA_ALLOC_FAIL_FAST was proposed for, December 2020",
        rule: """
            As fail-fast until a call fails; from there to the end of the request as normal. The next \
            request begins fail-fast again. This is what a driver does unless it is told otherwise.
            """
    ) { ChunkByChunk(.failFast, .normal) }
}
