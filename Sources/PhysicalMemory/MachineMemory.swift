/// Why a machine's memory cannot be laid out as asked; one line, with what would be right.
public struct MemoryLayoutError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
}

/// The memory of an emulated machine: one zone of page frames, its clock, and its contiguous areas.
public final class MachineMemory {
    public let timeline: Timeline
    public let pages: Int
    /// The kernel that decides on this machine, and how its memory is divided.
    public var kernel: Kernel { zone.kernel }
    public var geometry: PageGeometry { zone.geometry }
    let zone: Zone
    public private(set) var areas: [ContiguousArea] = []

    /// Most pages that a machine can have: 64 GiB.
    public static let pageLimit = PageFrame.limit

    /// A machine whose kernel has taken its share at the bottom of memory; the rest is free.
    /// - Parameters:
    ///   - pages: memory of the machine, pages; 1024 ... `pageLimit`.
    ///   - kernelPages: pages from frame 0 on that nobody can move; by default what a kernel image,
    ///     the memory map and an idle system take.
    ///   - managedPages: pages that watermarks and per-CPU lists are sized from; by default all but what
    ///     a kernel takes at boot.
    ///   - areas: contiguous areas, which lie above the kernel.
    ///   - kernel: decides everything that a kernel decides.
    ///   - inUse: frames that hold anonymous memory from the start, ascending and apart.
    /// - Throws: `MemoryLayoutError` when the areas do not fit, overlap or reach into the kernel.
    public init(
        pages: Int, cpus: Int = 1, kernelPages: Int? = nil, managedPages: Int? = nil,
        areas geometries: [AreaGeometry], inUse: [Range<Int>] = [], kernel: Kernel = .standard,
        geometry: PageGeometry = .standard, timeline: Timeline = Timeline(),
        costs: CostProfile = .qemu
    ) throws(MemoryLayoutError) {
        try Self.check(pages: pages, areas: geometries, inUse: inUse)
        self.pages = pages
        self.timeline = timeline
        let kernelPages = max(kernelPages ?? kernel.boot.kernelPages(of: pages), 1)
        zone = Zone(
            pages: pages, managed: managedPages ?? (pages - kernel.boot.bootPages(of: pages)), cpus: cpus,
            kernel: kernel, geometry: geometry, timeline: timeline, costs: costs)
        for area in geometries {
            let (order, end) = (geometry.blockOrder, area.basePFN + area.pages + geometry.blockPages - 1)
            for block in area.basePFN >> order..<end >> order { zone.blockTypes[block] = .cma }
        }
        zone.freeAll(from: kernelPages, except: inUse)
        for area in geometries where area.basePFN < kernelPages {
            throw MemoryLayoutError(
                description:
                    "an area at page \(area.basePFN) lies in the kernel's own memory, which ends at "
                    + "page \(kernelPages)")
        }
        let shared = VirtualMutex()
        areas = geometries.map {
            let mutex =
                switch kernel.search.mutex {
                case .machine: shared
                case .area: VirtualMutex()
                }
            return ContiguousArea(geometry: $0, memory: self, mutex: mutex)
        }
    }

    /// Ends the machine: nothing on it may be used any more. Its areas, its observers and what is going to
    /// happen on it keep it alive as it does them, so that one that is not ended lives as long as the process.
    public func end() {
        areas = []
        timeline.forget()
        zone.observers = []
        zone.load = nil
    }

    private static func check(
        pages: Int, areas: [AreaGeometry], inUse: [Range<Int>]
    ) throws(MemoryLayoutError) {
        guard (1024...pageLimit).contains(pages) else {
            throw MemoryLayoutError(description: "a machine has from 4 MiB to 64 GiB, not \(pages) pages")
        }
        var end = 0
        for area in areas.sorted(by: { $0.basePFN < $1.basePFN }) {
            guard area.basePFN >= end else {
                throw MemoryLayoutError(description: "two areas overlap at page \(area.basePFN)")
            }
            end = area.basePFN + area.pages
            guard end <= pages else {
                throw MemoryLayoutError(
                    description: "an area ends at page \(end), the machine has \(pages)")
            }
        }
        var last = 1
        for used in inUse {
            guard used.lowerBound >= last, used.upperBound <= pages else {
                throw MemoryLayoutError(
                    description: "pages in use must be ascending, apart and in the machine")
            }
            last = used.upperBound
        }
    }

    /// Pages that the page allocator could hand out at once: free blocks, without per-CPU lists.
    public var freePages: Int { zone.freePages }
    /// Of these, pages in contiguous areas.
    public var freeContiguousPages: Int { zone.freeContiguous }
    /// Steps taken since the start, by name.
    public var work: Work { zone.work }
}

extension Zone {
    /// Gives the kernel the frames below `first` and frees all others, as large blocks in ascending order, as
    /// at boot; those in `inUse` become anonymous memory instead.
    func freeAll(from first: Int, except inUse: [Range<Int>]) {
        frames.update(repeating: PageFrame(kind: .kernel), count: min(first, pages))
        var pfn = first
        for used in inUse + [pages..<pages] {
            freeRange(pfn..<max(used.lowerBound, pfn))
            (frames + used.lowerBound).update(
                repeating: PageFrame(kind: .anonymous, flags: .lru), count: used.count)
            candidateMap.set(used)
            changes.mark(frames: used)
            pfn = max(used.upperBound, pfn)
        }
    }

    /// Whether pageblocks may be one free block: none of a contiguous area beside one outside.
    private func isUniform(_ range: Range<Int>) -> Bool {
        let type = blockType(of: range.lowerBound)
        return stride(from: range.lowerBound, to: range.upperBound, by: geometry.blockPages)
            .allSatisfy { blockType(of: $0) == type }
    }

    private func freeRange(_ range: Range<Int>) {
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            var order = min(pfn.trailingZeroBitCount, geometry.largestOrder)
            while pfn + 1 << order > range.upperBound { order -= 1 }
            if order > geometry.blockOrder, !isUniform(pfn..<pfn + 1 << order) {
                order = geometry.blockOrder
            }
            freeBlock(pfn, order: order)
            pfn += 1 << order
        }
    }
}
