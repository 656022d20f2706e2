import PhysicalMemory

extension Strategy {
    /// A longer step behind a bad page.
    static let skipBlock = Strategy(
        name: "skip-block",
        summary: "normal calls that skip the rest of a largest block behind a busy window",
        origin: "Dong Aisheng, posted for 32 MiB blocks on ARMv7; the step is in Android's 5.10 too",
        rule: """
            As normal, but after -EBUSY the search goes on at the next block of the largest order (4 MiB) \
            instead of one alignment unit further.
            """
    ) {
        var mode = AllocationMode.normal
        mode.retryStep = .largestBlock
        return ChunkByChunk(mode)
    }
}
