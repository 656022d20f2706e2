import PhysicalMemory

extension Strategy {
    /// `__GFP_NORETRY` of the series' last versions.
    static let noRetry = Strategy(
        name: "noretry",
        summary: "versions 3 and 4 of the series: __GFP_NORETRY means one asynchronous try",
        origin: "Kim, cma_alloc with a gfp mask, January 2021",
        rule: """
            cma_alloc() for each chunk until one fails: one try of asynchronous migration, but both drains \
            as in normal mode, and every search from the start of the area.
            """
    ) { ChunkByChunk(.noRetry) }
}
