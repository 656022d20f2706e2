/// How many pages a CPU keeps for itself, and in what portions it trades them with the zone.
struct PerCPUSizes: Sendable, Hashable {
    /// Pages at which a CPU gives some back.
    let high: Int
    /// Pages in a portion.
    let batch: Int

    /// Follows zone_batchsize() and zone_highsize() in Linux 6.1 mm/page_alloc.c: batch from the size
    /// of the zone, high from its low watermark shared by the CPUs.
    init(managedPages: Int, watermarks: Watermarks, cpus: Int, rule: ListRule, geometry: PageGeometry) {
        // A MiB of pages at most.
        let portion = max(min(managedPages >> 10, 1 << (20 - geometry.pageShift)) / 4, 1)
        let rounded = portion + portion / 2
        batch = max(1 << (Int.bitWidth - 1 - rounded.leadingZeroBitCount) - 1, 1)
        let share =
            switch rule.high {
            case .lowWatermark: watermarks.low / cpus
            }
        high = max(share, batch * 4)
    }
}

/// What one CPU has put aside: free pages that the buddy allocator does not see, and pages that wait
/// to be put on the LRU.
struct CPULists {
    let sizes: PerCPUSizes
    /// Free pages by migratetype, the most recently freed first; threaded through their frames.
    var lists = InlineArray<3, FrameList>(repeating: FrameList())
    /// Pages on all lists.
    var count = 0
    /// Doublings of the next portion that goes back; grows while frees outnumber allocations.
    var freeFactor = 0
    /// Pages in use that are on no LRU list yet.
    var lruBatch = LRUBatch()

    init(sizes: PerCPUSizes) { self.sizes = sizes }
}

extension Zone {
    /// Gives one page back. It goes to the CPU's list, or past it when its pageblock is being
    /// emptied; a list that is full gives a portion of its oldest pages to the buddy allocator.
    ///
    /// Follows free_unref_page(), nr_pcp_free() and free_unref_page_commit() in Linux 6.1
    /// mm/page_alloc.c.
    func freePage(_ pfn: Int, cpu: Int) {
        let type = blockType(of: pfn)
        if frames[pfn].has(.pinned) { extraPins[pfn] = nil }
        guard type != .isolate, perCPUDisabled == 0 else {
            set(pfn, .none)
            freeBlock(pfn, order: 0)
            return
        }
        set(pfn, .perCPU)
        let list = type.perCPUList
        cpus[cpu].lists[list].insertFirst(pfn, frames)
        cpus[cpu].count += 1
        let sizes = cpus[cpu].sizes
        guard cpus[cpu].count >= sizes.high else { return }
        let most = sizes.high - sizes.batch
        let portion = sizes.batch << cpus[cpu].freeFactor
        if portion < most { cpus[cpu].freeFactor += 1 }
        let number = sizes.high < sizes.batch ? 1 : max(min(portion, most), sizes.batch)
        returnPages(number, cpu: cpu, startingWith: list)
    }

    /// Gives pages of a contiguous allocation back one by one, from the lowest on.
    func freePages(_ range: Range<Int>, cpu: Int) {
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            let type = blockType(of: pfn)
            let end = min((pfn &>> geometry.blockOrder + 1) &<< geometry.blockOrder, range.upperBound)
            // Those before the one that fills the list only lie down on it.
            let room = min(cpus[cpu].sizes.high - 1 - cpus[cpu].count, end - pfn)
            if type != .isolate, perCPUDisabled == 0, room > 0 {
                let list = type.perCPUList
                for page in pfn..<pfn + room {
                    if frames[page].has(.pinned) { extraPins[page] = nil }
                    frames[page] = PageFrame(kind: .perCPU)
                    cpus[cpu].lists[list].insertFirst(page, frames)
                }
                cpus[cpu].count += room
                pfn += room
            } else {
                freePage(pfn, cpu: cpu)
                pfn += 1
            }
        }
    }

    /// Gives the oldest pages of a CPU's lists to the buddy allocator, one list after the other.
    ///
    /// Pages side by side are given back in blocks: of an aligned block whose pages come one after
    /// the other, in either direction, nothing is left to see but the block, as long as none of its
    /// pages was free before.
    ///
    /// Follows free_pcppages_bulk() in Linux 6.1.
    private func returnPages(_ number: Int, cpu: Int, startingWith first: Int) {
        var left = min(number, cpus[cpu].count)
        cpus[cpu].count -= left
        var list = first
        while left > 0 {
            while left > 0, cpus[cpu].lists[list].count > 0 {
                left -= returnRun(of: &cpus[cpu].lists[list], atMost: left)
            }
            list = (list + 1) % 3
        }
    }

    /// Gives back the oldest pages of a list as far as they lie side by side.
    /// - Returns: how many.
    private func returnRun(of list: inout FrameList, atMost limit: Int) -> Int {
        let first = list.last
        var last = first
        list.remove(first, frames)
        frames[first] = .empty
        let step = list.last == first - 1 ? -1 : 1
        var count = 1
        while count < limit, list.count > 0, list.last == last + step {
            last += step
            count += 1
            list.remove(last, frames)
            frames[last] = .empty
        }
        if step > 0 { freeUpwards(first..<last + 1) } else { freeDownwards(last..<first + 1) }
        return count
    }

    /// Frees pages one after the other from the lowest on; none of them is free.
    private func freeUpwards(_ range: Range<Int>) {
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            let order = largestOrder(at: pfn, within: range.upperBound - pfn)
            freeBlock(pfn, order: order)
            pfn += 1 << order
        }
    }

    /// Frees pages one after the other from the highest on; none of them is free.
    private func freeDownwards(_ range: Range<Int>) {
        var end = range.upperBound
        while end > range.lowerBound {
            let order = largestOrder(at: end, within: end - range.lowerBound)
            end -= 1 << order
            freeBlock(end, order: order)
        }
    }

    /// Order of the largest block in a pageblock that begins or ends at `pfn` and has at most `count` pages.
    @inline(__always)
    func largestOrder(at pfn: Int, within count: Int) -> Int {
        min(pfn.trailingZeroBitCount, Int.bitWidth - 1 - count.leadingZeroBitCount, geometry.blockOrder)
    }

    /// Empties one CPU's lists of free pages. Follows drain_pages_zone().
    /// - Returns: how many pages went back.
    @discardableResult
    func drain(cpu: Int) -> Int {
        let count = cpus[cpu].count
        if count > 0 { returnPages(count, cpu: cpu, startingWith: 0) }
        return count
    }

    /// A page for a process or as a migration target, from the CPU's list; an empty list is filled
    /// with a portion first. Nil when the zone has none that this type may use.
    ///
    /// Follows rmqueue_pcplist() and rmqueue_bulk() in Linux 6.1 mm/page_alloc.c.
    func takePerCPU(_ type: Migratetype, cpu: Int) -> Int? {
        guard perCPUDisabled == 0 else {
            let pfn = takeFromZone(type)
            if let pfn { frames[pfn] = .empty }
            return pfn
        }
        let list = type.perCPUList
        cpus[cpu].freeFactor >>= 1
        if cpus[cpu].lists[list].count == 0 {
            var left = cpus[cpu].sizes.batch
            while left > 0 {
                let taken = takeRun(type, atMost: left, onto: &cpus[cpu].lists[list])
                guard taken > 0 else { break }
                cpus[cpu].count += taken
                left -= taken
            }
            guard cpus[cpu].lists[list].count > 0 else { return nil }
        }
        let pfn = cpus[cpu].lists[list].first
        cpus[cpu].lists[list].remove(pfn, frames)
        cpus[cpu].count -= 1
        frames[pfn] = .empty
        return pfn
    }

    /// Moves pages from the free lists to the end of a CPU's list: as many as come out of one block.
    ///
    /// Taken one by one, the pages of the smallest block that there is come in ascending order, and what
    /// is left of it are its largest aligned parts, each alone on its list.
    /// - Returns: how many; 0 when the zone has none that this type may use.
    private func takeRun(_ type: Migratetype, atMost limit: Int, onto list: inout FrameList) -> Int {
        let (source, turn) = source(for: type)
        guard let order = freeLists.smallestOrder(source, from: 0),
            let pfn = freeLists.first(source, order: order)
        else {
            guard let pfn = steal(for: type) else { return 0 }
            frames[pfn] = PageFrame(kind: .perCPU)
            list.insertLast(pfn, frames)
            return 1
        }
        var count = min(1 << order, limit, turn)
        // A block larger than a pageblock can reach into one of another type, whose lists that part then goes to.
        if order > geometry.blockOrder {
            var end = geometry.blockPages
            while end < count, blockType(of: pfn + end) == source { end += geometry.blockPages }
            count = min(count, end)
        }
        removeBlock(pfn, order: order)
        addParts(pfn + count..<pfn + 1 << order)
        countFree(-count, source)
        freeMap.clear(pfn..<pfn + count)
        for page in pfn..<pfn + count {
            frames[page] = PageFrame(kind: .perCPU)
            list.insertLast(page, frames)
        }
        return count
    }

    /// Whose lists a page for `type` comes from: contiguous areas first for a movable page while they
    /// hold more than half of what is free, then the type's own, then contiguous areas. And for how many
    /// pages that stays so.
    ///
    /// Follows __rmqueue() in Linux 6.1 mm/page_alloc.c.
    private func source(for type: Migratetype) -> (type: Migratetype, pages: Int) {
        guard type == .movable else { return (type, .max) }
        let (lends, turn) = contiguousTurn
        if lends { return (.cma, turn) }
        if freeLists.smallestOrder(.movable, from: 0) != nil { return (.movable, turn) }
        return (.cma, .max)
    }

    /// Whether a movable page comes from a contiguous area first, and for how many pages that stays so.
    @inline(__always)
    var contiguousTurn: (lends: Bool, pages: Int) {
        switch buddy.contiguousFirst {
        case .aboveHalf:
            // Each page taken is one less of both.
            let majority = 2 * freeContiguous - freePages
            return majority > 0 ? (true, majority) : (false, 1 - majority)
        }
    }

    /// One page from the free lists, or of another type.
    private func takeFromZone(_ type: Migratetype) -> Int? {
        takeSmallest(source(for: type).type, order: 0) ?? steal(for: type)
    }

    /// Takes a page of another type: the largest block there is, and its pageblock with it when that
    /// promises to keep the types apart.
    ///
    /// Follows __rmqueue_fallback() and steal_suitable_fallback() in Linux 6.1, for order 0.
    private func steal(for type: Migratetype) -> Int? {
        switch buddy.fallback {
        case .stealLargest: stealLargest(for: type)
        }
    }

    private func stealLargest(for type: Migratetype) -> Int? {
        for order in stride(from: geometry.largestOrder, through: 0, by: -1) {
            for other in type.fallbacks {
                guard let pfn = freeLists.first(other, order: order) else { continue }
                let block = pfn &>> geometry.blockOrder
                if order >= geometry.blockOrder {
                    retypeWhole(pfn, order: order, to: type)
                } else if order >= geometry.blockOrder / 2 || type != .movable,
                    Int(freeInBlock[block]) >= geometry.blockPages / 2
                {
                    retype(block: block, to: type)
                }
                return takeSmallest(blockType(of: pfn), order: 0)
            }
        }
        return nil
    }
}
