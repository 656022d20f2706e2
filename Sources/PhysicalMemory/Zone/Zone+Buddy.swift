/// Free blocks: merging, splitting, moving between migratetypes.
extension Zone {
    /// Adds a free block to the list of its pageblock's type and to the counts. A block of two
    /// pageblocks that give each other pages is on the list of the first.
    @inline(__always)
    private func addBlock(_ pfn: Int, order: Int, atTail: Bool) {
        frames[pfn] = PageFrame(kind: .buddy, order: order)
        freeLists.insert(pfn, blockType(of: pfn), order: order, atTail: atTail)
        countHead(pfn, order: order, by: 1)
    }

    /// Takes a free block off its list; its frames then belong to the caller.
    @inline(__always)
    func removeBlock(_ pfn: Int, order: Int) {
        freeLists.remove(pfn, blockType(of: pfn), order: order)
        frames[pfn] = .empty
        countHead(pfn, order: order, by: -1)
    }

    @inline(__always)
    private func countHead(_ pfn: Int, order: Int, by change: Int) {
        let block = pfn &>> geometry.blockOrder
        if order <= geometry.blockOrder {
            changes.mark(block)
            headsInBlock[block] &+= UInt16(truncatingIfNeeded: change)
            freeInBlock[block] &+= UInt16(truncatingIfNeeded: change &<< order)
        } else {
            for block in block..<block + 1 &<< (order - geometry.blockOrder) {
                changes.mark(block)
                headsInBlock[block] = change > 0 ? 1 : 0
                freeInBlock[block] = change > 0 ? UInt16(geometry.blockPages) : 0
            }
        }
    }

    /// Changes the counts of free pages; pageblocks under isolation are in neither.
    @inline(__always)
    func countFree(_ change: Int, _ type: Migratetype) {
        guard type != .isolate else { return }
        freePages += change
        if type == .cma { freeContiguous += change }
    }

    /// Gives a block back to the buddy allocator and merges it with its free buddies.
    ///
    /// Blocks of a pageblock and larger merge only with a pageblock of the same type, or when both
    /// types give each other pageblocks. A merged block that is likely to merge further goes to the
    /// end of its list. Follows __free_one_page() in Linux 6.1 mm/page_alloc.c.
    func freeBlock(_ pfn: Int, order: Int, toTail: Bool = false) {
        let blockOrder = geometry.blockOrder
        let type = blockTypes[pfn &>> blockOrder]
        countFree(1 << order, type)
        if order == 0 { freeMap.set(pfn) } else { freeMap.set(pfn..<pfn + 1 << order) }
        var head = pfn
        var merged = order
        // Smaller buddies lie in the same pageblock; what merges is counted at once.
        while merged < blockOrder {
            let buddy = head ^ 1 &<< merged
            guard buddy < pages, frames[buddy].isBuddy(ofOrder: merged) else { break }
            freeLists.remove(buddy, type, order: merged)
            frames[buddy] = .empty
            head &= ~(1 &<< merged)
            merged &+= 1
        }
        if merged > order {
            let block = pfn &>> blockOrder
            headsInBlock[block] &-= UInt16(truncatingIfNeeded: merged - order)
            freeInBlock[block] &-= UInt16(truncatingIfNeeded: 1 &<< merged &- 1 &<< order)
        }
        while merged >= blockOrder, merged < geometry.largestOrder, merges(head, order: merged, type) {
            removeBlock(head ^ 1 &<< merged, order: merged)
            head &= ~(1 &<< merged)
            merged &+= 1
        }
        addBlock(head, order: merged, atTail: toTail || mergeIsLikely(head, order: merged))
    }

    /// Whether the buddy of a free block of a pageblock or more is free as well, and may be one block with it.
    private func merges(_ pfn: Int, order: Int, _ type: Migratetype) -> Bool {
        let buddy = pfn ^ 1 &<< order
        guard buddy < pages, frames[buddy].isBuddy(ofOrder: order) else { return false }
        let other = blockType(of: buddy)
        return type == other || type.isMergeable && other.isMergeable
    }

    /// Whether the buddy one order up is free already, so that only this block's own buddy is missing.
    private func mergeIsLikely(_ pfn: Int, order: Int) -> Bool {
        guard order < geometry.largestOrder - 1 else { return false }
        let higher = pfn & ~(1 << order)
        let buddy = higher ^ 1 << (order + 1)
        return buddy < pages && frames[buddy].isBuddy(ofOrder: order + 1)
    }

    /// Takes the first block of `type` that is at least of `order`, the smallest such, and gives the
    /// rest of it back. Nil when there is none. Follows __rmqueue_smallest() and expand().
    func takeSmallest(_ type: Migratetype, order: Int) -> Int? {
        guard let current = freeLists.smallestOrder(type, from: order),
            let pfn = freeLists.first(type, order: current)
        else { return nil }
        removeBlock(pfn, order: current)
        split(pfn, from: current, to: order)
        countFree(-(1 << order), type)
        freeMap.clear(pfn..<pfn + 1 << order)
        return pfn
    }

    /// Puts the end of a block on the free lists, in the largest aligned parts.
    func addParts(_ range: Range<Int>) {
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            let order = pfn.trailingZeroBitCount
            addBlock(pfn, order: order, atTail: false)
            pfn += 1 << order
        }
    }

    /// Gives the upper halves of a block back until `order` is left.
    private func split(_ pfn: Int, from current: Int, to order: Int) {
        var current = current
        while current > order {
            current -= 1
            addBlock(pfn + 1 << current, order: current, atTail: false)
        }
    }

    /// Head and order of the free block that a page is part of; nil when it is in none.
    func freeBlock(containing pfn: Int) -> (head: Int, order: Int)? {
        guard freeMap[pfn] else { return nil }
        // Larger and larger blocks that it could be in begin where its lowest bits are cleared.
        var head = pfn
        while pfn - head < geometry.largestPages {
            if frames[head].kind == .buddy, head + 1 << frames[head].order > pfn {
                return (head, frames[head].order)
            }
            guard head > 0 else { break }
            head &= head - 1
        }
        return nil
    }

    /// Takes one given page out of the free block it is part of. False when it is in none.
    func takePage(_ pfn: Int) -> Bool {
        guard let (head, order) = freeBlock(containing: pfn) else { return false }
        removeBlock(head, order: order)
        var low = head
        for current in stride(from: order - 1, through: 0, by: -1) {
            let high = low + 1 << current
            if pfn >= high {
                addBlock(low, order: current, atTail: false)
                low = high
            } else {
                addBlock(high, order: current, atTail: false)
            }
        }
        countFree(-1, blockType(of: pfn))
        freeMap.clear(pfn..<pfn + 1)
        return true
    }

    /// Takes the pages of `range` out of the free blocks that overlap it, and puts the ends of these
    /// blocks back in their largest parts: each part's buddy is what was taken, so none of them merges.
    /// - Returns: how many pages lay beyond the range; nil, with nothing changed, when a page of it is
    ///   not free.
    func takeOutOfFreeBlocks(_ range: Range<Int>) -> Int? {
        guard !freeMap.hasClear(in: range.lowerBound...range.upperBound - 1),
            let first = freeBlock(containing: range.lowerBound)
        else { return nil }
        var pfn = first.head
        while pfn < range.upperBound {
            let end = pfn + 1 << frames[pfn].order
            countFree(max(pfn, range.lowerBound) - min(end, range.upperBound), blockType(of: pfn))
            removeBlock(pfn, order: frames[pfn].order)
            pfn = end
        }
        freeMap.clear(range)
        addEnds(first.head..<range.lowerBound)
        addEnds(range.upperBound..<pfn)
        return pfn - first.head - range.count
    }

    private func addEnds(_ range: Range<Int>) {
        var pfn = range.lowerBound
        while pfn < range.upperBound {
            let order = largestOrder(at: pfn, within: range.upperBound - pfn)
            addBlock(pfn, order: order, atTail: mergeIsLikely(pfn, order: order))
            pfn += 1 << order
        }
    }

    /// Changes a pageblock's type and moves its free blocks to the end of the new type's lists; a
    /// block that reaches over the pageblock is split first.
    ///
    /// Follows set_pageblock_migratetype() and move_freepages_block() in Linux 6.1 mm/page_alloc.c.
    func retype(block: Int, to type: Migratetype) {
        let old = blockTypes[block]
        guard old != type else { return }
        let range = block &<< geometry.blockOrder..<min((block + 1) &<< geometry.blockOrder, pages)
        splitStraddling(block: block)
        var pfn = freeMap.nextSet(from: range.lowerBound)
        while pfn < range.upperBound {
            let order = frames[pfn].order
            freeLists.remove(pfn, old, order: order)
            freeLists.insert(pfn, type, order: order, atTail: true)
            countFree(-(1 << order), old)
            countFree(1 << order, type)
            pfn = freeMap.nextSet(from: pfn + 1 << order)
        }
        blockTypes[block] = type
    }

    /// Gives all pageblocks of a free block of a pageblock or more to another type that they may be
    /// given to, without splitting it.
    ///
    /// Follows change_pageblock_range() and move_to_free_list() in Linux 6.1 mm/page_alloc.c.
    func retypeWhole(_ pfn: Int, order: Int, to type: Migratetype) {
        freeLists.remove(pfn, blockType(of: pfn), order: order)
        let first = pfn &>> geometry.blockOrder
        for block in first..<first + 1 &<< (order - geometry.blockOrder) { blockTypes[block] = type }
        freeLists.insert(pfn, type, order: order, atTail: true)
    }

    /// Splits a free block larger than a pageblock that the pageblock is a part of, so that the pageblock is a
    /// block of its own and the rest is as large as can be.
    func splitStraddling(block: Int) {
        let pfn = block &<< geometry.blockOrder
        var order = geometry.largestOrder
        while order > geometry.blockOrder, !frames[pfn & ~(1 &<< order &- 1)].isBuddy(ofOrder: order) {
            order &-= 1
        }
        guard order > geometry.blockOrder else { return }
        var low = pfn & ~(1 &<< order &- 1)
        removeBlock(low, order: order)
        while order > geometry.blockOrder &+ 1 {
            order &-= 1
            let high = low + 1 &<< order
            addBlock(pfn < high ? high : low, order: order, atTail: false)
            if pfn >= high { low = high }
        }
        addBlock(low, order: geometry.blockOrder, atTail: false)
        addBlock(low + geometry.blockPages, order: geometry.blockOrder, atTail: false)
    }

    /// After the end of an isolation: lets a pageblock that is free as a whole merge with its
    /// neighbour again. Follows unset_migratetype_isolate() in Linux 6.1 mm/page_isolation.c.
    func remerge(block: Int) {
        let pfn = block &<< geometry.blockOrder
        guard pfn < pages, frames[pfn].isBuddy(ofOrder: geometry.blockOrder) else { return }
        let type = blockTypes[block]
        removeBlock(pfn, order: geometry.blockOrder)
        countFree(-geometry.blockPages, type)
        freeBlock(pfn, order: geometry.blockOrder)
    }
}
