import PhysicalMemory

extension AllocationMode {
    /// Nothing that could sleep: no drain, no migration. Only what is free already can be had.
    static let noWait = AllocationMode(
        migrateTries: 0, drainsPerCPULists: false, disablesLRUCache: false, migration: .async,
        cachesLastFailure: false)
}

extension Strategy {
    /// The lightest of the gfp masks that the maintainers asked for.
    static let gfpNoWait = Strategy(
        name: "gfp-nowait",
        summary: "GFP_NOWAIT: takes only windows that are free already",
        origin: "Hocko on linux-mm, December 2020 (very light, non-sleeping, migration could be skipped)",
        rule: """
            cma_alloc() for each chunk until one fails: no drain and no migration at all, so that a window \
            is had only if every page of it is in the buddy allocator. Every search from the start. What \
            was said leaves open whether migration is skipped or only made lighter; this skips it.
            """
    ) { ChunkByChunk(.noWait) }
}
