/// Transparent huge pages: anonymous memory in blocks of a pageblock, as one page with 511 tails.
extension Zone {
    /// A free block as a huge page; nil when there is none. Contiguous areas lend theirs under the
    /// same rule as single pages.
    func takeHugePage() -> Int? {
        let order = geometry.blockOrder
        var found: Int?
        if contiguousTurn.lends { found = takeSmallest(.cma, order: order) }
        guard let pfn = found ?? takeSmallest(.movable, order: order) ?? takeSmallest(.cma, order: order)
        else { return nil }
        for tail in pfn + 1..<pfn + 1 << order { frames[tail] = PageFrame(kind: .compoundTail) }
        frames[pfn] = PageFrame(kind: .anonymous, order: order)
        return pfn
    }

    /// Gives a huge page back as one block. Huge pages pass the CPU's lists by.
    func freeHugePage(_ pfn: Int) {
        splitHugePage(pfn)
        for part in pfn..<pfn + geometry.blockPages { set(part, .none) }
        freeBlock(pfn, order: geometry.blockOrder)
    }

    /// Makes 512 pages of a huge one; each has what the whole had: on the LRU, isolated, pinned.
    ///
    /// Follows split_huge_page() in Linux 6.1 mm/huge_memory.c.
    func splitHugePage(_ pfn: Int) {
        let flags = frames[pfn].flags
        candidateMap.clear(pfn..<pfn + geometry.blockPages)
        changes.mark(pfn &>> geometry.blockOrder)
        for part in pfn..<pfn + geometry.blockPages { set(part, .anonymous, flags: flags) }
    }

    /// First page of what the page is part of.
    @inline(__always)
    func headOfPage(_ pfn: Int) -> Int {
        frames[pfn].kind == .compoundTail ? pfn & ~(geometry.blockPages - 1) : pfn
    }
}
