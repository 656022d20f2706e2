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
