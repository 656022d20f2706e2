/// The page lists of one CPU in numbers. Follows struct per_cpu_pages in Linux 6.12 include/linux/mmzone.h.
public struct CPUListState: Sendable, Hashable {
    /// Pages on all lists of the CPU.
    public var count = 0
    /// Pages at which the lists give some back.
    public var high = 0
    /// Pages freed in a row.
    public var freeCount = 0
    /// Doublings of the next refill.
    public var allocFactor = 0
    /// Whether the last block freed was of order 1 to 3.
    public var lastFreedHighOrder = false
    /// Whether fewer pages than a batch are never given back for such blocks.
    public var keepsBatch = true
    /// Pages on the movable lists of order 0, 1, 2 and 3.
    public var movable = [0, 0, 0, 0]

    public init() {}
}

extension MachineMemory {
    /// The lists of a CPU as they are.
    public func listState(cpu: Int) -> CPUListState {
        let lists = zone.cpus[cpu]
        var state = CPUListState()
        state.count = lists.count
        state.high = lists.high
        state.freeCount = lists.freeCount
        state.allocFactor = lists.allocFactor
        state.lastFreedHighOrder = lists.lastFreedHighOrder
        state.keepsBatch = lists.keepsBatch
        for order in state.movable.indices {
            state.movable[order] = lists.lists[Self.movableList(order)].count << order
        }
        return state
    }

    private static func movableList(_ order: Int) -> Int { 3 * order + Migratetype.movable.perCPUList }

    /// Pages at which the lists of a CPU give some back at least and at most, and pages in a batch.
    public func listSizes(cpu: Int) -> (least: Int, most: Int, batch: Int) {
        let sizes = zone.cpus[cpu].sizes
        return (sizes.least, sizes.most, sizes.batch)
    }

    /// Makes these sizes what a recorded kernel had, which set them up at boot, when it managed fewer pages.
    public func setListSizes(least: Int, most: Int, batch: Int, cpu: Int) {
        zone.cpus[cpu].sizes = PerCPUSizes(least: least, most: most, batch: batch)
    }

    /// Pages of an area that are on the lists of a CPU.
    public func listedPages(of area: ContiguousArea, cpu: Int) -> Int {
        var pages = 0
        for list in zone.cpus[cpu].lists.indices {
            var pfn = zone.cpus[cpu].lists[list].first
            while pfn != 0 {
                if area.geometry.offset(ofPFN: pfn + firstPFN) != nil {
                    pages += 1 << zone.order(ofList: list)
                }
                pfn = zone.frames[pfn].next
            }
        }
        return pages
    }

    /// Makes the lists of a CPU what a state says, for the start of an execution and for what a recording shows that
    /// was done by others: the oldest blocks go back to the buddy allocator, and what is missing comes from outside the
    /// areas and becomes the oldest. Pages that are not movable go to the unmovable
    /// lists, most of them to that of order 3; where there are huge pages, as many as make some are some, and where
    /// nothing is grouped by mobility, all are single pages.
    public func setLists(_ state: CPUListState, cpu: Int) {
        zone.cpus[cpu].high = state.high
        zone.cpus[cpu].freeCount = state.freeCount
        zone.cpus[cpu].allocFactor = state.allocFactor
        zone.cpus[cpu].lastFreedHighOrder = state.lastFreedHighOrder
        zone.cpus[cpu].keepsBatch = state.keepsBatch
        for (order, pages) in state.movable.enumerated() {
            zone.setLength(of: Self.movableList(order), to: pages >> order, cpu: cpu)
        }
        var others = state.count - state.movable.reduce(0, +)
        if zone.hugePages != .none {
            // What is more than a huge page is on the list of these.
            zone.setLength(of: CPULists.movableHuge, to: others >> zone.hugePageOrder, cpu: cpu)
            others &= 1 << zone.hugePageOrder - 1
        }
        // A kernel that does not group pages by mobility has those of processes there, one by one.
        let singles = zone.movableType == .movable ? others % 8 : others
        zone.arrangeUnmovable(others, singles: singles, cpu: cpu)
    }

    /// Divides what the lists of a CPU hold that is not movable between its unmovable lists: `singles` on that of order
    /// 0, the rest on those of the highest orders that its number allows.
    ///
    /// How it is divided is not recorded and shows when lists are emptied in their order.
    public func arrangeUnmovable(singles: Int, cpu: Int) {
        let state = listState(cpu: cpu)
        let huge = zone.cpus[cpu].lists[CPULists.movableHuge].count << zone.hugePageOrder
        zone.arrangeUnmovable(state.count - state.movable.reduce(0, +) - huge, singles: singles, cpu: cpu)
    }

    /// Ends the decay of lists with time, for an execution that is told when they decayed.
    public func stopDecay() { zone.nextDecay = .max }

    /// Lets the lists of a CPU decay now, as they do once a second.
    public func decayLists(cpu: Int) { zone.decayLists(of: cpu) }
}

extension Zone {
    fileprivate func arrangeUnmovable(_ pages: Int, singles: Int, cpu: Int) {
        for list in 0..<CPULists.small where list % 3 != Migratetype.movable.perCPUList {
            setLength(of: list, to: 0, cpu: cpu)
        }
        let singles = min(max(singles, 0), pages)
        var rest = pages - singles
        for order in stride(from: CPULists.highestOrder, through: 0, by: -1) {
            let blocks = rest >> order
            rest -= blocks << order
            setLength(of: 3 * order, to: blocks + (order == 0 ? singles : 0), cpu: cpu)
        }
    }

    fileprivate func setLength(of list: Int, to length: Int, cpu: Int) {
        let order = order(ofList: list)
        while cpus[cpu].lists[list].count > length {
            let pfn = cpus[cpu].lists[list].last
            cpus[cpu].lists[list].remove(pfn, frames)
            cpus[cpu].count -= 1 << order
            for page in pfn..<pfn + 1 << order { frames[page] = .empty }
            freeBlock(pfn, order: order)
        }
        while cpus[cpu].lists[list].count < length {
            guard let pfn = takeSmallest(movableType, order: order) else { return }
            layOnList(pfn, order: order)
            cpus[cpu].lists[list].insertLast(pfn, frames)
            cpus[cpu].count += 1 << order
        }
    }
}
