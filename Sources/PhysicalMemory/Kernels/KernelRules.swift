/// How cma_alloc() looks for a window.
public struct SearchRule: Sendable, Hashable {
    /// Ranges that an area can have, at most.
    public var mostRanges: Int
    /// The errno of a call that tried no window.
    public var withoutWindow: AllocationErrno
    /// Whether a request for more pages than the area has unallocated fails before each search for a window.
    public var refusesBeyondAvailable: Bool
    /// What a request for more pages than the area has leaves in traces and counters.
    public var largerThanArea: LargerThanArea
    /// Where the search resumes after a refused window.
    public var retryStep: RetryStep
    /// How often a search that found every window busy sleeps and begins again, unless its caller never waits.
    public var rescans: Int
    /// Who waits for whom.
    public var mutex: MutexScope
}

/// Where the search resumes after a refused window.
public enum RetryStep: String, Sendable {
    /// One alignment unit further.
    case alignment
    /// At the next block of the largest order: the rest of a block with one bad page is skipped.
    case largestBlock
}

/// How a call for more pages than the area has is traced and counted.
public enum LargerThanArea: Sendable, Hashable {
    /// The start of the call is traced and its end is not; it counts as a failure or not at all.
    case staysOpen(counts: Bool)
    /// It ends and counts like any other call that fails.
    case fails
}

/// Who waits for whom in contiguous allocations.
public enum MutexScope: String, Sendable, CaseIterable {
    /// One mutex for all areas of the machine.
    case machine
    /// One for each area, as Linux has it since 6.15 (commit 24ac6fb6e364).
    case area
}

/// What alloc_contig_range() does with a window.
public struct RangeRule: Sendable, Hashable {
    /// Calls of migrate_pages() for one isolated batch.
    public var tries: Int
    /// Whether -EBUSY of the migrate stage is forgiven when the window turns out to be free.
    public var forgivesBusy: Bool
    /// How the pages of an allocation are given back.
    public var release: Release

    public enum Release: Sendable, Hashable {
        /// One page after the other, each to the lists of its CPU.
        case pageByPage
        /// In naturally aligned pieces from the lowest page on; those of an order that has a list go to the lists of
        /// their CPU, others to the buddy allocator.
        case alignedPieces
    }
}

/// How migrate_pages() works through the pages that are isolated for a window.
public struct MigrationRule: Sendable, Hashable {
    /// The order in which pages are tried again.
    public enum Passes: Sendable, Hashable {
        /// All passes go over the whole batch; the first `hasty` of them never wait for a lock or writeback.
        case overBatch(Int, hasty: Int)
        /// The first passes go over the whole batch and never wait; a caller that may wait then tries what is left
        /// page by page, each up to `each` times and waiting from the first on. One that may not makes all passes
        /// over the batch.
        case overBatchThenEach(Int, each: Int)
    }

    /// Which moved pages have the LRU batch flushed that they were put in.
    public enum Flush: Sendable, Hashable {
        /// Every page that a process maps.
        case mapped
        /// Only pages that are mlocked: others stay in the batch, where no other migration finds them.
        case mlocked
    }

    /// Pages isolated for one call of migrate_pages().
    public var batch: Int
    public var passes: Passes
    public var flush: Flush
}

/// What each CPU puts aside.
public struct ListRule: Sendable, Hashable {
    /// The number of pages at which a CPU's free lists give some back, and how many go back and forth at a time.
    public enum High: Sendable, Hashable {
        /// The zone's low watermark, shared by the CPUs. Portions that go back double while pages are freed.
        case lowWatermark
        /// Between the zone's low watermark and a part of its pages, both shared by the CPUs: grows with what is
        /// allocated and freed in a row, and decays once a second.
        case tuned(Tuning)
    }

    /// How lists tune themselves.
    public struct Tuning: Sendable, Hashable {
        /// The most that all CPUs together keep, as a divisor of the zone's managed pages.
        public var mostDivisor: Int
        /// log2 of the batches that are traded at once at most (CONFIG_PCP_BATCH_SCALE_MAX).
        public var batchScale: Int
        /// When blocks of order 1 and more that are freed in a row empty the lists.
        public var highOrders: HighOrders
        /// Whether pages go back in slices of a batch; a slice ends after the block that fills it.
        public var givesBackInSlices: Bool
    }

    /// How many pages must have been freed in a row before blocks of order 1 to 3 empty the lists.
    public enum HighOrders: Sendable, Hashable {
        /// A batch.
        case afterBatch
        /// A batch and half of the least that a CPU keeps.
        case afterBatchAndHalfOfLeast
    }

    public var high: High
    /// Pages that an LRU batch holds before it is flushed.
    public var lruBatch: Int
}

/// Whose free blocks the buddy allocator takes.
public struct BuddyRule: Sendable, Hashable {
    /// When a movable page comes from a contiguous area first.
    public var contiguousFirst: ContiguousFirst
    /// Where a page comes from when its own type's lists are empty.
    public var fallback: Fallback

    public enum ContiguousFirst: Sendable, Hashable {
        /// While these areas hold more than half of the free pages.
        case aboveHalf
    }

    public enum Fallback: Sendable, Hashable {
        /// The largest block of another type, and its pageblock with it when at least half of that is free.
        case stealLargest
        /// The largest block of another type whose pageblock becomes this type's own; when there is none, the
        /// smallest block of another type, whose pageblock stays what it is.
        case claimLargestOrStealSmallest
    }
}

/// Free pages at which allocations begin to reclaim.
public struct WatermarkRule: Sendable, Hashable {
    /// Smallest and largest min watermark of a machine, KiB.
    public var leastKiB: Int
    public var mostKiB: Int
    /// Distance between the watermarks at least, as a part of the managed pages in ten thousandths
    /// (watermark_scale_factor).
    public var scaleFactor: Int
    /// Whether the watermarks are set up again when khugepaged starts, from fewer pages than at first.
    public var areSetUpTwice: Bool
    /// Pages that the page allocator gets after the watermarks were set up: the kernel's code for its start.
    public var laterPages = 0
}

/// What a kernel has taken before the first allocation.
public struct BootRule: Sendable, Hashable {
    /// Pages of 4 KiB of its image and of what it allocates at boot.
    public var imagePages: Int
    /// Pages of memory that one page of struct page describes, with pages of 4 KiB.
    public var pagesPerMapPage: Int
    /// Pages of 4 KiB of slab, stacks and page tables of an idle system.
    public var idlePages: Int
    /// Pages of 4 KiB that an area of gigantic pages begins on a multiple of.
    public var hugePageAreaAlignment: Int

    /// Pages that a kernel takes at boot on a machine of `pages` pages; half of a small machine at most.
    public func bootPages(of pages: Int, in geometry: PageGeometry = .standard) -> Int {
        // Larger pages hold as many bytes in fewer, and each page of struct page describes more of them.
        let shift = geometry.pageShift - PageGeometry.standard.pageShift
        return min(imagePages >> shift + pages / (pagesPerMapPage << shift), pages / 2)
    }

    /// Pages at the bottom of memory that an idle kernel has in use, where no area can lie.
    public func kernelPages(of pages: Int, in geometry: PageGeometry = .standard) -> Int {
        let shift = geometry.pageShift - PageGeometry.standard.pageShift
        return bootPages(of: pages, in: geometry) + min(idlePages >> shift, pages / 16)
    }
}
