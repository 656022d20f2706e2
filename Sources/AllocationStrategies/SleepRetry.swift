import PhysicalMemory

extension Strategy {
    /// Patience in place of effort.
    static let sleepRetry = Strategy(
        name: "sleep-retry",
        summary: "normal calls that sleep 100 ms and scan again, at most 5 times",
        origin: "Goldsworthy, August 2020; carried in Qualcomm's trees for years",
        rule: """
            As normal; a call that found every window busy sleeps 100 ms and searches again from the start, \
            at most 5 times. A call that found no free window at all fails at once.
            """
    ) {
        var mode = AllocationMode.normal
        mode.rescans = 5
        return ChunkByChunk(mode)
    }
}
