import PhysicalMemory

extension Strategy {
    /// The other end of the scale.
    static let hard = Strategy(
        name: "hard",
        summary: "ALLOC_CONTIG_HARD: per-CPU lists switched off, more tries",
        origin: "Hildenbrand's proposal for virtio-mem, November 2020",
        rule: """
            As normal, but the per-CPU page lists are emptied once and switched off for the whole call \
            instead of drained for each window, and a batch gets 10 tries. The proposal says 'a couple of \
            times more'; the number is ours.
            """
    ) {
        var mode = AllocationMode.normal
        mode.migrateTries = 10
        mode.drainsPerCPULists = false
        mode.disablesPerCPULists = true
        return ChunkByChunk(mode)
    }
}
