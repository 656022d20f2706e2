import PhysicalMemory

extension Strategy {
    /// Linux 6.1, asked as often as it takes.
    static let normal = Strategy(
        name: "normal",
        summary: "chunk by chunk, Linux 6.1 as it is",
        origin: "Linux 6.1 mm/cma.c",
        rule: """
            cma_alloc() for each chunk until one fails. Every call searches from the start of the area \
            again; a window gets 5 tries of synchronous migration, after drain_all_pages() and \
            lru_cache_disable().
            """
    ) { ChunkByChunk(.normal) }
}
