import CShims

/// The memory of a machine as one zone: frames, pageblocks, the buddy allocator's free
/// lists, and for each CPU its page lists and LRU batch.
///
/// Frame numbers run from 0, which is the beginning of memory wherever that lies; frame 0 is never free. Not
/// for use from several threads.
final class Zone {
    /// Frames, one more than the highest frame number.
    let pages: Int
    /// Pages that the page allocator manages: all but what the kernel took at boot.
    let managed: Int
    let watermarks: Watermarks
    let kernel: Kernel
    // The kernel's rules by themselves: read often, and without a reference to count.
    let search: SearchRule
    let range: RangeRule
    let migration: MigrationRule
    let lists: ListRule
    let buddy: BuddyRule
    let geometry: PageGeometry
    /// What an allocation of a movable page counts as: unmovable where memory is too small for its kernel to
    /// keep the types apart, and then nothing is borrowed from contiguous areas.
    let movableType: Migratetype
    let hugePages: HugePages
    let frames: UnsafeMutablePointer<PageFrame>
    let freeLists: FreeLists
    let timeline: Timeline
    let costs: CostProfile
    /// Steps taken since the start, and their cost.
    var work = Work()
    /// Type of each pageblock, and how many of its pages are in free blocks, in how many blocks.
    let blockTypes: UnsafeMutablePointer<Migratetype>
    let freeInBlock: UnsafeMutablePointer<UInt16>
    let headsInBlock: UnsafeMutablePointer<UInt16>
    let blocks: Int
    let changes: BlockChanges
    /// A bit a page: part of a free block, and worth isolating for migration.
    let freeMap: PageBitmap
    let candidateMap: PageBitmap

    /// Pages in free blocks (pageblocks being isolated do not count), and of these in contiguous
    /// areas: NR_FREE_PAGES and NR_FREE_CMA_PAGES.
    var freePages = 0
    var freeContiguous = 0
    /// What pageblocks under isolation will be again.
    let typesBeforeIsolation: UnsafeMutablePointer<Migratetype>
    /// Lists that migration has used and will use again, so that it allocates no memory.
    var spareBatches: [MigrationBatch] = []
    /// Pageblocks under isolation.
    var isolatedBlocks = 0
    let cpus: UnsafeMutableBufferPointer<CPULists>
    /// References on pages beyond the one that `PageFrame.Flags.pinned` stands for.
    var extraPins: [Int: Int] = [:]
    /// Page cache in the order of its use, the oldest last.
    var fileLRU = FrameList()
    /// Callers that have switched LRU batches off; they are flushed at once while it is not zero.
    var lruCacheDisabled = 0
    /// Callers that have switched per-CPU page lists off.
    var perCPUDisabled = 0
    /// Whether free memory fell below the high watermark and has not been seen above it again (ZONE_BELOW_HIGH).
    var isBelowHigh = false
    /// Whether the reclaim daemon is at work (ZONE_RECLAIM_ACTIVE).
    var isReclaiming = false
    /// When the lists of the CPUs decay next, ns; never where they have a fixed size.
    var nextDecay: UInt64
    /// Nanoseconds between two decays. Follows sysctl_stat_interval in Linux 6.12 mm/vmstat.c.
    static let decayInterval: UInt64 = 1_000_000_000
    /// Whether what is charged now goes on another CPU's account: the clock is not moved.
    var timeStands = false
    /// Hear of what happens to pages.
    var observers: [any PageObserver] = []
    /// Who else wants the CPUs; nobody when nil.
    var load: (any ProcessorLoad)?
    /// Hears that free memory fell to the low watermark.
    var onLowMemory: (() -> Void)?

    /// A zone of `pages` frames, none of them in use or free yet: `freeAll` makes them so.
    /// - Parameters:
    ///   - present: frames that are memory.
    ///   - managed: pages that watermarks and per-CPU lists are sized from.
    ///   - watermarks: nil for those that the kernel sets up on a machine of that size.
    init(
        pages: Int, present: Int, managed: Int, watermarks: Watermarks? = nil, cpus count: Int,
        kernel: Kernel,
        geometry: PageGeometry, hugePages: HugePages, timeline: Timeline, costs: CostProfile
    ) {
        precondition(pages > 0 && pages <= PageFrame.limit, "a zone holds 1 to 2^24 pages")
        self.kernel = kernel
        search = kernel.search
        range = kernel.range
        migration = kernel.migration
        lists = kernel.lists
        buddy = kernel.buddy
        self.geometry = geometry
        // Follows build_all_zonelists() and set_pageblock_migratetype() in Linux 6.1 mm/page_alloc.c: no grouping
        // by mobility with fewer pages than one pageblock of each migratetype.
        movableType = present < geometry.blockPages * Migratetype.count ? .unmovable : .movable
        self.hugePages = hugePages
        self.pages = pages
        self.managed = managed
        self.timeline = timeline
        self.costs = costs
        let watermarks =
            watermarks
            ?? Watermarks(
                managedPages: managed, rule: kernel.watermarks, geometry: geometry, hugePages: hugePages)
        self.watermarks = watermarks
        blocks = (pages + geometry.blockPages - 1) &>> geometry.blockOrder
        // Blocks are looked up in whole: the frames behind the last page are no memory.
        let padded = (pages + geometry.largestPages - 1) & ~(geometry.largestPages - 1)
        frames = Self.emptyFrames(padded)
        freeLists = FreeLists(frames: frames, geometry: geometry)
        blockTypes = .allocate(capacity: blocks + 1)
        blockTypes.initialize(repeating: movableType, count: blocks + 1)
        freeInBlock = .allocate(capacity: blocks + 1)
        freeInBlock.initialize(repeating: 0, count: blocks + 1)
        headsInBlock = .allocate(capacity: blocks + 1)
        headsInBlock.initialize(repeating: 0, count: blocks + 1)
        typesBeforeIsolation = .allocate(capacity: blocks + 1)
        typesBeforeIsolation.initialize(repeating: movableType, count: blocks + 1)
        changes = BlockChanges(blocks: blocks, geometry: geometry)
        freeMap = PageBitmap(count: pages)
        candidateMap = PageBitmap(count: pages)
        nextDecay =
            switch kernel.lists.high {
            case .lowWatermark: .max
            case .tuned: Self.decayInterval
            }
        let sizes = PerCPUSizes(
            managedPages: managed, watermarks: watermarks, cpus: count, rule: kernel.lists,
            geometry: geometry)
        cpus = .allocate(capacity: count)
        for cpu in cpus.indices { cpus.initializeElement(at: cpu, to: CPULists(sizes: sizes)) }
    }

    /// Frames that nobody uses. An empty frame is zero, and memory that the host hands out zeroed takes
    /// none of its own before it is written to: most frames of a large machine never are.
    private static func emptyFrames(_ count: Int) -> UnsafeMutablePointer<PageFrame> {
        guard let memory = devemu_zeroed_memory(count, MemoryLayout<PageFrame>.stride) else {
            fatalError("no memory for \(count) page frames")
        }
        return memory.bindMemory(to: PageFrame.self, capacity: count)
    }

    deinit {
        freeLists.deallocate()
        devemu_free_memory(frames)
        blockTypes.deallocate()
        freeInBlock.deallocate()
        headsInBlock.deallocate()
        typesBeforeIsolation.deallocate()
        for cpu in cpus.indices { cpus[cpu].lruBatch.deallocate() }
        cpus.deallocate()
    }

    @inline(__always)
    func blockType(of pfn: Int) -> Migratetype { blockTypes[pfn &>> geometry.blockOrder] }

    /// Puts a frame to use, or changes what it is used for; it must be on no list.
    func set(_ pfn: Int, _ kind: FrameKind, flags: PageFrame.Flags = []) {
        frames[pfn] = PageFrame(kind: kind, flags: flags)
        updateCandidate(pfn)
    }

    func insert(_ flags: PageFrame.Flags, on pfn: Int) {
        frames[pfn].insert(flags)
        updateCandidate(pfn)
    }

    func remove(_ flags: PageFrame.Flags, from pfn: Int) {
        frames[pfn].remove(flags)
        updateCandidate(pfn)
    }

    /// Whether isolation for migration would take the page: on an LRU, and not an anonymous page with
    /// references that its mappings do not explain. Of a huge page only the first can be taken, and the whole
    /// with it: isolation takes a reference first, and the others have no count of their own.
    ///
    /// Follows isolate_migratepages_block() in Linux 6.1 mm/compaction.c.
    @inline(__always)
    private func updateCandidate(_ pfn: Int) {
        let frame = frames[pfn]
        let candidate =
            frame.has(.lru) && !(frame.kind == .anonymous && frame.has(.pinned))
        guard candidateMap[pfn] != candidate else { return }
        if candidate { candidateMap.set(pfn) } else { candidateMap.clear(pfn) }
        changes.mark(pfn &>> geometry.blockOrder)
    }

    /// Takes a reference on a page in use that nothing explains: get_user_pages(), O_DIRECT, fork. On a page of
    /// a huge page it counts for the whole page. False for a free page.
    func pin(_ page: Int) -> Bool {
        let pfn = headOfPage(page)
        switch frames[pfn].kind {
        case .anonymous, .file, .kernel, .contiguous:
            if frames[pfn].has(.pinned) { extraPins[pfn, default: 0] += 1 }
            insert(.pinned, on: pfn)
            return true
        case .none, .buddy, .perCPU, .compoundTail: return false
        }
    }

    /// Drops such a reference. False when there is none.
    func unpin(_ page: Int) -> Bool {
        let pfn = headOfPage(page)
        guard frames[pfn].has(.pinned) else { return false }
        if let more = extraPins[pfn] {
            extraPins[pfn] = more > 1 ? more - 1 : nil
        } else {
            remove(.pinned, from: pfn)
            if frames[pfn].kind == .none, !frames[pfn].has(.batched) { freeUnused(pfn, cpu: 0) }
        }
        return true
    }
}

/// Free pages at which allocations begin to care: min, low and high of a zone.
public struct Watermarks: Sendable, Hashable {
    public let min: Int
    public let low: Int
    public let high: Int

    public init(min: Int, low: Int, high: Int) {
        self.min = min
        self.low = low
        self.high = high
    }

    /// Pageblocks that khugepaged wants free: two, and one for each pair of the three types that per-CPU lists keep
    /// apart. Follows set_recommended_min_free_kbytes() in Linux 6.1 mm/khugepaged.c.
    private static let hugePageBlocks = 2 + 3 * 3

    /// Follows init_per_zone_wmark_min() and __setup_per_zone_wmarks() in Linux 6.1 mm/page_alloc.c, without
    /// a boost.
    init(managedPages: Int, rule: WatermarkRule, geometry: PageGeometry, hugePages: HugePages = .none) {
        let pageKiB = geometry.pageBytes >> 10
        var lowmem = Swift.max(managedPages - rule.laterPages / (pageKiB / 4), 0)
        if rule.areSetUpTwice {
            // What nr_free_buffer_pages() counts the second time is without the high watermark of the first.
            let first = Self.min(lowmemPages: managedPages, pageKiB: pageKiB, rule)
            lowmem = Swift.max(managedPages - first - 2 * Self.step(min: first, managedPages, rule), 0)
        }
        let wanted =
            hugePages == .used
            ? Swift.min(Self.hugePageBlocks * geometry.blockPages, managedPages / 20) : 0
        min = Swift.max(Self.min(lowmemPages: lowmem, pageKiB: pageKiB, rule), wanted)
        let step = Self.step(min: min, managedPages, rule)
        low = min + step
        high = min + 2 * step
    }

    /// The square root of 16 times the lowmem in KiB, within the rule's bounds; pages.
    private static func min(lowmemPages: Int, pageKiB: Int, _ rule: WatermarkRule) -> Int {
        let kib = Double(lowmemPages * pageKiB * 16).squareRoot()
        return Swift.min(Swift.max(Int(kib), rule.leastKiB), rule.mostKiB) / pageKiB
    }

    private static func step(min: Int, _ managedPages: Int, _ rule: WatermarkRule) -> Int {
        Swift.max(min / 4, managedPages * rule.scaleFactor / 10_000)
    }
}
