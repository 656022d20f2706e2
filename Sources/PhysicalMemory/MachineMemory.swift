/// Why a machine's memory cannot be laid out as asked; one line, with what would be right.
public struct MemoryLayoutError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
}

/// The memory of an emulated machine: one zone of page frames, its clock, and its contiguous areas.
public final class MachineMemory {
    public let timeline: Timeline
    /// Page frame number of the first page of RAM: where memory begins. A multiple of the largest block of
    /// the buddy allocator, so that frames are aligned as page frame numbers are.
    ///
    /// A *frame* is a page's number from here on, in everything that happens inside of the zone; areas and
    /// whatever is shown have page frame numbers.
    public let firstPFN: Int
    /// From the first page of RAM to the last, absent ones included.
    public let pages: Int
    /// The kernel that decides on this machine, and how its memory is divided.
    public var kernel: Kernel { zone.kernel }
    public var geometry: PageGeometry { zone.geometry }
    let zone: Zone
    public private(set) var areas: [ContiguousArea] = []

    /// Most pages that a machine can have: 64 GiB.
    public static let pageLimit = PageFrame.limit
    /// The highest page frame number that memory can begin with: with `pageLimit` pages from there on,
    /// addresses have 48 bits.
    public static let highestFirstPFN = (1 << 36) - pageLimit

    /// A machine whose kernel has taken its share at the bottom of memory; the rest is free.
    /// - Parameters:
    ///   - firstPFN: where memory begins.
    ///   - pages: memory of the machine, pages; 1024 ... `pageLimit`.
    ///   - absent: page frame numbers between the first page and the last that are not RAM, ascending and
    ///     apart.
    ///   - kernelPages: pages from the first on that cannot move; by default what a kernel image,
    ///     the memory map and an idle system take.
    ///   - managedPages: pages that watermarks and per-CPU lists are sized from; by default all but what
    ///     a kernel takes at boot.
    ///   - watermarks: nil for those that the kernel sets up.
    ///   - areas: contiguous areas, which lie above the kernel.
    ///   - kernel: decides everything that a kernel decides.
    ///   - inUse: page frame numbers that hold anonymous memory from the start, ascending and apart.
    /// - Throws: `MemoryLayoutError` when the areas do not fit, overlap or reach into the kernel.
    public init(
        firstPFN: Int = 0, pages: Int, absent: [Range<Int>] = [], cpus: Int = 1, kernelPages: Int? = nil,
        managedPages: Int? = nil, watermarks: Watermarks? = nil, areas geometries: [AreaGeometry],
        inUse: [Range<Int>] = [],
        kernel: Kernel = .standard, geometry: PageGeometry = .standard, timeline: Timeline = Timeline(),
        costs: CostProfile = .qemu
    ) throws(MemoryLayoutError) {
        try Self.check(
            firstPFN: firstPFN, pages: pages, absent: absent, areas: geometries, inUse: inUse)
        let mostRanges = kernel.search.mostRanges
        for area in geometries where area.ranges.count > mostRanges {
            throw MemoryLayoutError(
                description:
                    "an area has \(area.ranges.count) ranges; on \(kernel.name) it has at most \(mostRanges)")
        }
        self.firstPFN = firstPFN
        self.pages = pages
        self.timeline = timeline
        let present = pages - absent.reduce(0) { $0 + $1.count }
        let kernelPages = max(kernelPages ?? kernel.boot.kernelPages(of: present), 1)
        zone = Zone(
            pages: pages, managed: managedPages ?? (present - kernel.boot.bootPages(of: present)),
            watermarks: watermarks, cpus: cpus, kernel: kernel, geometry: geometry, timeline: timeline,
            costs: costs)
        for range in geometries.flatMap(\.ranges) {
            let first = range.lowerBound - firstPFN
            let end = first + range.count + geometry.blockPages - 1
            for block in first >> geometry.blockOrder..<end >> geometry.blockOrder {
                zone.blockTypes[block] = .cma
            }
        }
        func frames(_ range: Range<Int>) -> Range<Int> {
            range.lowerBound - firstPFN..<range.upperBound - firstPFN
        }
        zone.freeAll(from: kernelPages, except: inUse.map(frames), absent: absent.map(frames))
        for range in geometries.flatMap(\.ranges) where range.lowerBound - firstPFN < kernelPages {
            throw MemoryLayoutError(
                description:
                    "an area at page \(range.lowerBound) lies in the kernel's own memory, which ends at "
                    + "page \(firstPFN + kernelPages)")
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
        firstPFN: Int, pages: Int, absent: [Range<Int>], areas: [AreaGeometry], inUse: [Range<Int>]
    ) throws(MemoryLayoutError) {
        guard (0...highestFirstPFN).contains(firstPFN),
            firstPFN & (PageGeometry.standard.largestPages - 1) == 0
        else {
            throw MemoryLayoutError(
                description: "memory begins on a multiple of 4 MiB below 256 TiB, not at page \(firstPFN)")
        }
        guard (1024...pageLimit).contains(pages) else {
            throw MemoryLayoutError(description: "a machine has from 4 MiB to 64 GiB, not \(pages) pages")
        }
        let memoryEnd = firstPFN + pages
        var end = firstPFN
        for range in areas.flatMap(\.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard range.lowerBound >= end else {
                throw MemoryLayoutError(
                    description: range.lowerBound < firstPFN
                        ? "an area begins at page \(range.lowerBound), memory at page \(firstPFN)"
                        : "two areas overlap at page \(range.lowerBound)")
            }
            end = range.upperBound
            guard end <= memoryEnd else {
                throw MemoryLayoutError(
                    description: firstPFN == 0
                        ? "an area ends at page \(end), the machine has \(pages)"
                        : "an area ends at page \(end), memory at page \(memoryEnd)")
            }
            if let hole = absent.first(where: { $0.overlaps(range) }) {
                throw MemoryLayoutError(
                    description:
                        "an area reaches into pages \(hole.lowerBound) to \(hole.upperBound), which are not "
                        + "memory")
            }
        }
        try checkAscending(absent, from: firstPFN, to: memoryEnd, "absent pages")
        try checkAscending(inUse, from: firstPFN + 1, to: memoryEnd, "pages in use")
    }

    private static func checkAscending(
        _ ranges: [Range<Int>], from first: Int, to end: Int, _ what: String
    ) throws(MemoryLayoutError) {
        var last = first
        for range in ranges {
            guard range.lowerBound >= last, range.upperBound <= end else {
                throw MemoryLayoutError(description: "\(what) must be ascending, apart and in the machine")
            }
            last = range.upperBound
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
    /// at boot; those in `inUse` become anonymous memory instead, and `absent` ones are never free.
    func freeAll(from first: Int, except inUse: [Range<Int>], absent: [Range<Int>]) {
        frames.update(repeating: PageFrame(kind: .kernel), count: min(first, pages))
        guard absent.isEmpty else {
            for hole in absent {
                (frames + hole.lowerBound).update(
                    repeating: PageFrame(kind: .kernel), count: hole.count)
            }
            // What is free or in use lies between the holes.
            var start = first
            for hole in absent + [pages..<pages] {
                if hole.lowerBound > start {
                    let stretch = start..<hole.lowerBound
                    free(stretch, except: inUse.filter { $0.overlaps(stretch) })
                }
                start = max(start, hole.upperBound)
            }
            return
        }
        free(min(first, pages)..<pages, except: inUse)
    }

    private func free(_ range: Range<Int>, except inUse: [Range<Int>]) {
        var pfn = range.lowerBound
        for used in inUse + [range.upperBound..<range.upperBound] {
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
