/// The memory of an emulated machine: one zone of page frames, its clock, and its contiguous areas.
public final class MachineMemory {
    public let timeline: Timeline
    public let pages: Int
    let zone: Zone
    public private(set) var areas: [ContiguousArea] = []

    /// Most pages that a machine can have: 64 GiB.
    public static let pageLimit = PageFrame.limit

    /// A machine whose kernel has taken its share at the bottom of memory; the rest is free.
    /// - Parameters:
    ///   - pages: memory of the machine, pages; 1024 ... `pageLimit`.
    ///   - kernelPages: pages from frame 0 on that nobody can move; by default what a plain kernel
    ///     image and the memory map take.
    ///   - areas: contiguous areas, which lie above the kernel.
    ///   - inUse: frames that hold anonymous memory from the start, ascending and apart.
    public init(
        pages: Int, cpus: Int = 1, kernelPages: Int? = nil, areas geometries: [AreaGeometry],
        inUse: [Range<Int>] = [], timeline: Timeline = Timeline(), costs: CostProfile = .qemu
    ) {
        self.pages = pages
        self.timeline = timeline
        let reserved = Self.bootPages(of: pages)
        zone = Zone(
            pages: pages, managed: pages - reserved, cpus: cpus, timeline: timeline, costs: costs)
        for geometry in geometries {
            let last = geometry.basePFN + geometry.pages
            for block in geometry.basePFN >> BlockOrder.pageblock..<(last + 511) >> BlockOrder.pageblock {
                zone.blockTypes[block] = .cma
            }
        }
        let lowest = geometries.map(\.basePFN).min() ?? pages
        zone.freeAll(from: min(max(kernelPages ?? reserved, 1), lowest), except: inUse)
        areas = geometries.map { ContiguousArea(geometry: $0, memory: self) }
    }

    /// Pages that a kernel takes at boot: 15 MiB for itself and 64 bytes for each page's struct page.
    /// The recorded machine of 512 MiB keeps 5835 for itself by its zoneinfo; this says 5888.
    static func bootPages(of pages: Int) -> Int { min(3840 + pages / 64, pages / 2) }

    /// Pages that the page allocator could hand out at once: free blocks, without per-CPU lists.
    public var freePages: Int { zone.freePages }
    /// Of these, pages in contiguous areas.
    public var freeContiguousPages: Int { zone.freeContiguous }
    /// Steps taken since the start, by name.
    public var work: Work { zone.work }
}

extension Zone {
    /// Frees every frame from `first` on, as large blocks in ascending order, as at boot; those in
    /// `inUse` become anonymous memory instead.
    func freeAll(from first: Int, except inUse: [Range<Int>]) {
        var pfn = first
        for used in inUse + [pages..<pages] {
            freeRange(pfn..<max(used.lowerBound, pfn))
            for frame in used { set(frame, .anonymous, flags: .lru) }
            pfn = max(used.upperBound, pfn)
        }
    }

    private func freeRange(_ range: Range<Int>) {
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            var order = min(pfn.trailingZeroBitCount, BlockOrder.largest)
            while pfn + 1 << order > range.upperBound { order -= 1 }
            (frames + pfn).update(repeating: .empty, count: 1 << order)
            freeBlock(pfn, order: order)
            pfn += 1 << order
        }
    }
}
