import PhysicalMemory

/// Strategies that call cma_alloc() chunk by chunk: each is a name, its origin, its rule and a mode.
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

    /// The last-failed-pfn cache by itself.
    static let cached = Strategy(
        name: "cached",
        summary: "normal calls that go on behind the last window that failed",
        origin: "Kim and Hocko on linux-mm, December 2020; never posted as code",
        rule: """
            As normal, but the area remembers where its last refused window ended. The next call begins \
            there, wraps once to the start, and a call that fails forgets it.
            """
    ) { ChunkByChunk(.cached) }

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

extension AllocationMode {
    /// Nothing that could sleep: no drain, no migration. Only what is free already can be had.
    static let noWait = AllocationMode(
        migrateTries: 0, drainsPerCPULists: false, disablesLRUCache: false, migration: .async,
        cachesLastFailure: false)
}

/// Asks chunk by chunk in one mode after the other: the next one takes over where a call of the one
/// before fails.
final class ChunkByChunk: GatheringStrategy {
    private let modes: [AllocationMode]

    init(_ modes: AllocationMode...) { self.modes = modes }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        for mode in modes { access.gather(request, mode: mode, into: &chunks) }
        return chunks
    }
}
