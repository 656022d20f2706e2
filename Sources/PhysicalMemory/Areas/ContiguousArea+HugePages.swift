/// Huge pages in an area, for start states.
extension ContiguousArea {
    /// Makes a huge page on the LRU of 2^`order` pages from `offset` on; what they were is gone.
    public func formHugePage(at offset: Int, order: Int) {
        let zone = memory.zone
        let pfn = frame(at: offset)
        for page in pfn..<pfn + 1 << order { zone.makeUnused(page) }
        zone.formHugePage(pfn, order: order)
        zone.insert(.lru, on: pfn)
    }

    /// Puts the highest free blocks of the size of a huge page on a CPU's list of these, as its oldest, for a start
    /// state: as many as there are of `blocks`. At boot the highest are freed last and so taken first.
    public func putHugePagesOnList(_ blocks: Int, cpu: Int) {
        let zone = memory.zone
        guard zone.hugePages != .none else { return }
        let pages = 1 << zone.hugePageOrder
        var left = blocks
        for range in ranges.reversed() {
            var pfn = (range.frames.upperBound & ~(pages - 1)) - pages
            while left > 0, pfn >= range.frames.lowerBound {
                if zone.takeOutOfFreeBlocks(pfn..<pfn + pages) != nil {
                    zone.layOnList(pfn, order: zone.hugePageOrder)
                    zone.cpus[cpu].lists[CPULists.movableHuge].insertLast(pfn, zone.frames)
                    zone.cpus[cpu].count += pages
                    left -= 1
                }
                pfn -= pages
            }
        }
    }

    /// Pins the huge page that the page at `offset` is part of, unless it is pinned. False, with nothing changed, when
    /// the page is part of none.
    public func pinHugePage(at offset: Int) -> Bool {
        let whole = memory.wholePage(of: frame(at: offset))
        guard whole.pages > 1 else { return false }
        return memory.zone.frames[whole.first].has(.pinned) || memory.pin(whole.first)
    }
}

extension ContiguousArea {
    /// Huge pages in use that begin in the area, ascending: offset of the first page, and log2 of the pages.
    public var hugePages: [(offset: Int, order: Int)] {
        guard memory.zone.hugePages == .used else { return [] }
        var found: [(offset: Int, order: Int)] = []
        for range in ranges {
            for pfn in range.frames where memory.zone.frames[pfn].kind == .anonymous {
                let order = memory.zone.frames[pfn].order
                if order > 0 { found.append((range.offset(of: pfn), order)) }
            }
        }
        return found
    }
}
