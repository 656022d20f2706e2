/// What one CPU has put aside: free blocks that the buddy allocator does not see, and pages that wait
/// to be put on the LRU.
struct CPULists {
    /// Orders from 0 to this one have a list for each migratetype (PAGE_ALLOC_COSTLY_ORDER).
    static let highestOrder = 3
    /// The list of movable huge pages; the one before it is of all others. With them there are ``all`` lists,
    /// without ``small``.
    static let movableHuge = 13
    static let small = 12
    static let all = 14

    var sizes: PerCPUSizes
    /// Free blocks by order and migratetype, the most recently freed first; threaded through the frames of their
    /// first pages.
    var lists = InlineArray<14, FrameList>(repeating: FrameList())
    /// Pages on all lists.
    var count = 0
    /// Pages at which the lists give some back.
    var high: Int
    /// Doublings of the next portion that goes back, where `high` is fixed; grows while frees outnumber allocations.
    var freeFactor = 0
    /// Pages freed in a row, where lists tune themselves; an allocation halves it.
    var freeCount = 0
    /// Doublings of the next refill, where lists tune themselves; freeing halves them.
    var allocFactor = 0
    /// Whether the last block freed was of order 1 to 3 (PCPF_PREV_FREE_HIGH_ORDER).
    var lastFreedHighOrder = false
    /// Whether fewer pages than a batch are never given back for such blocks, as on CPUs with much cache for each
    /// (PCPF_FREE_HIGH_BATCH).
    var keepsBatch = true
    /// Pages in use that are on no LRU list yet.
    var lruBatch = LRUBatch()

    init(sizes: PerCPUSizes) {
        self.sizes = sizes
        high = sizes.least
    }
}

extension Zone {
    /// The list that a free block goes to; nil for an order that has none.
    ///
    /// Follows order_to_pindex() and pcp_allowed_order() in Linux 6.12 mm/page_alloc.c.
    @inline(__always)
    func listIndex(_ type: Migratetype, order: Int) -> Int? {
        if order <= CPULists.highestOrder { return 3 * order + type.perCPUList }
        guard hugePages != .none, order == hugePageOrder else { return nil }
        return type.perCPUList == 1 ? CPULists.movableHuge : CPULists.small
    }

    /// Order of the blocks on a list.
    func order(ofList list: Int) -> Int { list < CPULists.small ? list / 3 : hugePageOrder }

    private var listCount: Int { hugePages == .none ? CPULists.small : CPULists.all }

    /// Gives one page back. It goes to the CPU's list, or past it when its pageblock is being
    /// emptied; lists that are full give their oldest pages to the buddy allocator.
    ///
    /// Follows free_unref_page() in Linux 6.1 mm/page_alloc.c.
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
        commitFree(order: 0, list: list, cpu: cpu)
    }

    /// Gives one aligned block back whose pages belong to the caller: to the CPU's list of its order, or to the
    /// buddy allocator when its order has none.
    ///
    /// Follows __free_frozen_pages() in Linux 7.3 mm/page_alloc.c.
    func free(_ pfn: Int, order: Int, cpu: Int) {
        guard order > 0 else { return freePage(pfn, cpu: cpu) }
        let type = blockType(of: pfn)
        guard let list = listIndex(type, order: order), type != .isolate, perCPUDisabled == 0 else {
            return freePastLists(pfn, order: order)
        }
        for page in pfn..<pfn + 1 << order where frames[page].has(.pinned) { extraPins[page] = nil }
        layOnList(pfn, order: order)
        cpus[cpu].lists[list].insertFirst(pfn, frames)
        commitFree(order: order, list: list, cpu: cpu)
    }

    /// Makes frames a free block that the buddy allocator does not see.
    func layOnList(_ pfn: Int, order: Int) {
        frames[pfn] = PageFrame(kind: .perCPU, order: order)
        for page in pfn + 1..<pfn + 1 << order {
            frames[page] = PageFrame(kind: .perCPU, order: PageFrame.tailOrder)
        }
    }

    /// First page of the block on a per-CPU list that a page is part of; nil when it is on none.
    func headOnList(of pfn: Int) -> Int? {
        guard frames[pfn].kind == .perCPU else { return nil }
        var head = pfn
        while frames[head].kind == .perCPU, frames[head].order == PageFrame.tailOrder, head > 0 {
            head &= head - 1
        }
        return frames[head].kind == .perCPU ? head : nil
    }

    /// Counts a block that has been put on a list, and gives back what is too much then.
    ///
    /// Follows free_unref_page_commit() in Linux 6.1 and 6.12 and free_frozen_page_commit() in Linux 7.3
    /// mm/page_alloc.c.
    @inline(__always)
    private func commitFree(order: Int, list: Int, cpu: Int) {
        switch lists.high {
        case .lowWatermark:
            let number = cpus[cpu].addFreed(pages: 1 << order)
            if number > 0 { returnPages(number, cpu: cpu, startingWith: list) }
        case .tuned(let tuning): commitFree(order: order, list: list, cpu: cpu, tuning)
        }
    }

    private func commitFree(order: Int, list: Int, cpu: Int, _ tuning: ListRule.Tuning) {
        decayLists()
        var left = cpus[cpu].addFreed(order: order, tuning, pressure)
        guard left > 0 else { return }
        while left > 0, cpus[cpu].count > 0 {
            let slice = tuning.givesBackInSlices ? min(left, cpus[cpu].sizes.batch) : left
            returnPages(slice, cpu: cpu, startingWith: list)
            left -= slice
        }
        if isBelowHigh, freePages - freeContiguous > watermarks.high { isBelowHigh = false }
    }

    /// What the zone tells lists that tune themselves.
    private var pressure: ListPressure {
        isReclaiming ? .reclaim : isBelowHigh ? .belowHigh : .none
    }

    /// Gives pages of a contiguous allocation back one by one, from the lowest on.
    func freePages(_ range: Range<Int>, cpu: Int) {
        decayLists()
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            let type = blockType(of: pfn)
            let end = min((pfn &>> geometry.blockOrder + 1) &<< geometry.blockOrder, range.upperBound)
            // Those before the one that fills the list only lie down on it.
            let room = pressure == .none ? min(cpus[cpu].high - 1 - cpus[cpu].count, end - pfn) : 0
            if type != .isolate, perCPUDisabled == 0, room > 0 {
                let list = type.perCPUList
                for page in pfn..<pfn + room {
                    if frames[page].has(.pinned) { extraPins[page] = nil }
                    frames[page] = PageFrame(kind: .perCPU)
                    cpus[cpu].lists[list].insertFirst(page, frames)
                }
                cpus[cpu].count += room
                if case .tuned(let tuning) = lists.high { cpus[cpu].countFreed(pages: room, tuning) }
                pfn += room
            } else {
                freePage(pfn, cpu: cpu)
                pfn += 1
            }
        }
    }

    /// Gives the oldest blocks of a CPU's lists to the buddy allocator, one list after the other; the last block
    /// may be more than was asked for.
    ///
    /// Pages side by side are given back in blocks: of an aligned block whose pages come one after
    /// the other, in either direction, nothing is left to see but the block, as long as none of its
    /// pages was free before.
    ///
    /// Follows free_pcppages_bulk() in Linux 6.1.
    private func returnPages(_ number: Int, cpu: Int, startingWith first: Int) {
        var left = min(number, cpus[cpu].count)
        var list = first
        while left > 0 {
            let order = order(ofList: list)
            while left > 0, cpus[cpu].lists[list].count > 0 {
                let returned =
                    order == 0
                    ? returnRun(of: &cpus[cpu].lists[list], atMost: left)
                    : returnBlock(of: &cpus[cpu].lists[list], order: order)
                cpus[cpu].count -= returned
                left -= returned
            }
            list += 1
            if list == listCount { list = 0 }
        }
    }

    /// Gives back the oldest block of a list.
    /// - Returns: its pages.
    private func returnBlock(of list: inout FrameList, order: Int) -> Int {
        let pfn = list.last
        list.remove(pfn, frames)
        for page in pfn..<pfn + 1 << order { frames[page] = .empty }
        freeBlock(pfn, order: order)
        return 1 << order
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
    /// Follows rmqueue_pcplist() and __rmqueue_pcplist() in Linux 6.1 mm/page_alloc.c.
    func takePerCPU(_ type: Migratetype, cpu: Int) -> Int? {
        guard perCPUDisabled == 0 else {
            let pfn = takeFromZone(type)
            if let pfn { frames[pfn] = .empty }
            return pfn
        }
        decayLists()
        let list = type.perCPUList
        cpus[cpu].noteAllocation()
        if cpus[cpu].lists[list].count == 0 {
            refill(type, list: list, cpu: cpu)
            guard cpus[cpu].lists[list].count > 0 else { return nil }
        }
        let pfn = cpus[cpu].lists[list].first
        cpus[cpu].lists[list].remove(pfn, frames)
        cpus[cpu].count -= 1
        frames[pfn] = .empty
        return pfn
    }

    /// A block from the CPU's list of its order, whose pages then belong to the caller; an empty list is filled
    /// first. Nil when its order has no list, or the zone has no such block that this type may use.
    ///
    /// Follows rmqueue_pcplist() in Linux 6.12 mm/page_alloc.c.
    func takePerCPU(_ type: Migratetype, order: Int, cpu: Int) -> Int? {
        guard perCPUDisabled == 0, let list = listIndex(type, order: order) else { return nil }
        decayLists()
        cpus[cpu].noteAllocation()
        if cpus[cpu].lists[list].count == 0 {
            for _ in 0..<refillBlocks(order: order, cpu: cpu) {
                guard let pfn = takeFromZone(type, order: order) else { break }
                layOnList(pfn, order: order)
                cpus[cpu].lists[list].insertLast(pfn, frames)
                cpus[cpu].count += 1 << order
            }
            guard cpus[cpu].lists[list].count > 0 else { return nil }
        }
        let pfn = cpus[cpu].lists[list].first
        cpus[cpu].lists[list].remove(pfn, frames)
        cpus[cpu].count -= 1 << order
        for page in pfn..<pfn + 1 << order { frames[page] = .empty }
        return pfn
    }

    /// Blocks that an empty list is filled with. Follows nr_pcp_alloc() in Linux 6.12 mm/page_alloc.c, and
    /// __rmqueue_pcplist() in Linux 6.1.
    private func refillBlocks(order: Int, cpu: Int) -> Int {
        switch lists.high {
        case .lowWatermark:
            let batch = cpus[cpu].sizes.batch
            return batch > 1 ? max(batch >> order, 2) : batch
        case .tuned(let tuning): return cpus[cpu].refill(order: order, tuning, isBelowHigh: isBelowHigh)
        }
    }

    /// Fills an empty list of single pages. Follows rmqueue_bulk().
    private func refill(_ type: Migratetype, list: Int, cpu: Int) {
        let wanted = refillBlocks(order: 0, cpu: cpu)
        var taken = 0
        while taken < wanted {
            let run = takeRun(type, atMost: wanted - taken, onto: &cpus[cpu].lists[list])
            guard run > 0 else { break }
            taken += run
        }
        cpus[cpu].count += taken
    }

    /// Lets the lists of each CPU decay once for each second that has begun since the last look.
    ///
    /// Follows refresh_cpu_vm_stats() in Linux 6.12 mm/vmstat.c and decay_pcp_high() in mm/page_alloc.c.
    @inline(__always)
    func decayLists() {
        if timeline.now >= nextDecay { decayDueLists() }
    }

    private func decayDueLists() {
        // The clock saturates: after its last second the lists no longer decay.
        while timeline.now >= nextDecay, nextDecay < .max {
            var changed = false
            for cpu in cpus.indices { changed = decayLists(of: cpu) || changed }
            // Lists at rest stay as they are, however many seconds pass.
            let second = changed ? nextDecay : timeline.now - timeline.now % Self.decayInterval
            let (next, isOver) = second.addingReportingOverflow(Self.decayInterval)
            nextDecay = isOver ? .max : next
        }
    }

    /// Lets the lists of one CPU decay.
    /// - Returns: whether that changed them.
    @discardableResult
    func decayLists(of cpu: Int) -> Bool {
        guard case .tuned(let tuning) = lists.high else { return false }
        let high = cpus[cpu].high
        let surplus = cpus[cpu].decay(tuning)
        if surplus > 0 { returnPages(surplus, cpu: cpu, startingWith: 0) }
        return surplus > 0 || cpus[cpu].high != high
    }
}
