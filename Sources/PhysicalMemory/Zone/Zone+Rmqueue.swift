/// Where free pages come from: contiguous areas, the lists of their own type, or those of others.
extension Zone {
    /// Moves pages from the free lists to the end of a CPU's list: as many as come out of one block.
    ///
    /// Taken one by one, the pages of the smallest block that there is come in ascending order, and what
    /// is left of it are its largest aligned parts, each alone on its list.
    /// - Returns: how many; 0 when the zone has none that this type may use.
    func takeRun(_ type: Migratetype, atMost limit: Int, onto list: inout FrameList) -> Int {
        let (source, turn) = source(for: type)
        guard let order = freeLists.smallestOrder(source, from: 0),
            let pfn = freeLists.first(source, order: order)
        else {
            guard let pfn = takeFromOthers(for: type, order: 0) else { return 0 }
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
    ///
    /// Follows __rmqueue() and account_freepages() in Linux 6.12 mm/page_alloc.c.
    @inline(__always)
    var contiguousTurn: (lends: Bool, pages: Int) {
        switch buddy.contiguousFirst {
        case .aboveHalf:
            // Each page taken is one less of both.
            let majority = 2 * freeContiguous - freePages
            return majority > 0 ? (true, majority) : (false, 1 - majority)
        }
    }

    /// A block from the free lists, or of another type.
    ///
    /// Follows __rmqueue() in Linux 6.12 mm/page_alloc.c. What it remembers within a refill, that the type's own
    /// lists or those of contiguous areas are empty, saves it looks and decides nothing: no page comes back
    /// meanwhile.
    func takeFromZone(_ type: Migratetype, order: Int = 0) -> Int? {
        if type == .movable, contiguousTurn.lends,
            let pfn = takeSmallest(.cma, order: order)
        {
            return pfn
        }
        if let pfn = takeSmallest(type, order: order) { return pfn }
        if type == .movable, let pfn = takeSmallest(.cma, order: order) { return pfn }
        return takeFromOthers(for: type, order: order)
    }

    /// Takes a block of another type.
    private func takeFromOthers(for type: Migratetype, order: Int) -> Int? {
        switch buddy.fallback {
        case .stealLargest: stealLargest(for: type, order: order)
        case .claimLargestOrStealSmallest:
            claimLargest(for: type, order: order) ?? stealSmallest(for: type, order: order)
        }
    }

    /// Takes from the largest block of another type that there is, and its pageblock with it when that
    /// promises to keep the types apart.
    ///
    /// Follows __rmqueue_fallback() and steal_suitable_fallback() in Linux 6.1.
    private func stealLargest(for type: Migratetype, order: Int) -> Int? {
        for current in stride(from: geometry.largestOrder, through: order, by: -1) {
            for other in type.fallbacks {
                guard let pfn = freeLists.first(other, order: current) else { continue }
                if mayClaim(current, for: type) { claim(pfn, order: current, for: type) }
                return takeSmallest(blockType(of: pfn), order: order)
            }
        }
        return nil
    }

    /// Takes from the largest block of another type whose pageblock becomes this type's. Nil when there is none.
    ///
    /// Follows __rmqueue_claim() and find_suitable_fallback() in Linux 6.12 mm/page_alloc.c.
    private func claimLargest(for type: Migratetype, order: Int) -> Int? {
        for current in stride(from: geometry.largestOrder, through: order, by: -1) {
            guard mayClaim(current, for: type) else { return nil }
            for other in type.fallbacks {
                guard let pfn = freeLists.first(other, order: current) else { continue }
                if claim(pfn, order: current, for: type) { return takeSmallest(type, order: order) }
                break
            }
        }
        return nil
    }

    /// Takes from the smallest block of another type. Follows __rmqueue_steal() in Linux 6.12 mm/page_alloc.c.
    private func stealSmallest(for type: Migratetype, order: Int) -> Int? {
        for current in order...geometry.largestOrder {
            for other in type.fallbacks where freeLists.first(other, order: current) != nil {
                return takeSmallest(other, order: order)
            }
        }
        return nil
    }

    /// Whether a free block is large enough for its pageblock to be claimed with it; pages that cannot move take
    /// any. Follows can_steal_fallback() in Linux 6.1 mm/page_alloc.c.
    private func mayClaim(_ order: Int, for type: Migratetype) -> Bool {
        order >= geometry.blockOrder / 2 || type != .movable
    }

    /// Gives the pageblock of a free block to another type, if at least half of it is free.
    /// - Returns: whether it did.
    @discardableResult
    private func claim(_ pfn: Int, order: Int, for type: Migratetype) -> Bool {
        let block = pfn &>> geometry.blockOrder
        if order >= geometry.blockOrder {
            retypeWhole(pfn, order: order, to: type)
        } else if Int(freeInBlock[block]) >= geometry.blockPages / 2 {
            retype(block: block, to: type)
        } else {
            return false
        }
        return true
    }
}
