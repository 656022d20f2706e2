import PhysicalMemory

extension Strategy {
    /// The mode that the thread asked for, as it is.
    static let failFast = Strategy(
        name: "fail-fast",
        summary: "CMA_ALLOC_FAIL_FAST with the last-failed cache, never blocking",
        origin: "Kim on linux-mm, December 2020",
        rule: """
            cma_alloc() for each chunk until one fails: one try of asynchronous migration, no drain of \
            per-CPU lists or LRU batches, the search behind the last failure. It never waits for I/O.
            """
    ) { ChunkByChunk(.failFast) }
}
