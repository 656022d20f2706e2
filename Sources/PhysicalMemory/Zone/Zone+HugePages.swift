/// Whether a machine has transparent huge pages.
public enum HugePages: Sendable, Hashable {
    /// Its kernel is built without them.
    case none
    /// Its kernel is built with them (CONFIG_TRANSPARENT_HUGEPAGE), and CPUs keep free ones on lists of their own.
    case unused
    /// Processes have them, and khugepaged keeps more memory free.
    case used
}

/// Transparent huge pages: anonymous memory in blocks of a power of two pages, as one page with tails.
///
/// A huge page is one in everything: it is on the LRU, isolated, moved, pinned and freed as a whole, by its first
/// page, its head. A tail knows the order of what it is part of, and nothing else.
extension Zone {
    /// Order of a huge page that a process is given (HPAGE_PMD_ORDER).
    var hugePageOrder: Int { min(geometry.hugePageOrder, geometry.largestOrder) }

    /// A free block of `order` as a huge page, from the CPU's list where there is one for it; nil when there is
    /// none. Contiguous areas lend theirs under the same rule as single pages.
    func takeHugePage(order: Int, cpu: Int) -> Int? {
        let found =
            takePerCPU(movableType, order: order, cpu: cpu) ?? takeFromZone(movableType, order: order)
        if let found { formHugePage(found, order: order) }
        return found
    }

    /// Makes an anonymous huge page, on no LRU, of 2^order frames that belong to the caller.
    func formHugePage(_ pfn: Int, order: Int) {
        for tail in pfn + 1..<pfn + 1 << order { frames[tail] = PageFrame(kind: .compoundTail, order: order) }
        frames[pfn] = PageFrame(kind: .anonymous, order: order)
    }

    /// Ends the use of a huge page by its process. An isolation or a pin keeps all of it.
    func releaseHugePage(_ pfn: Int, cpu: Int) {
        let references = frames[pfn].flags.intersection([.batched, .pinned])
        guard !references.isEmpty else { return freeHugePage(pfn, cpu: cpu) }
        remove(.lru, from: pfn)
        frames[pfn] = PageFrame(kind: .none, order: frames[pfn].order, flags: references)
    }

    /// Gives a huge page back as one block.
    func freeHugePage(_ pfn: Int, cpu: Int) {
        let order = frames[pfn].order
        remove(.lru, from: pfn)
        free(pfn, order: order, cpu: cpu)
    }

    /// Makes single pages of a huge one; each has what the whole had: on the LRU, isolated, unevictable. What is
    /// pinned cannot be split.
    ///
    /// Follows split_huge_page() in Linux 6.1 mm/huge_memory.c.
    func splitHugePage(_ pfn: Int) {
        let whole = frames[pfn]
        let order = whole.order
        for part in pfn..<pfn + 1 << order { set(part, whole.kind, flags: whole.flags) }
        for observer in observers { observer.hugePageSplit(pfn, pages: 1 << order) }
    }

    /// Whether a page is the first of a huge page, in use or kept by a pin after its use.
    @inline(__always)
    func isHugePage(_ pfn: Int) -> Bool {
        let frame = frames[pfn]
        return frame.order > 0 && (frame.kind == .anonymous || frame.kind == .none)
    }

    /// First page of what the page is part of.
    @inline(__always)
    func headOfPage(_ pfn: Int) -> Int {
        let frame = frames[pfn]
        return frame.kind == .compoundTail ? pfn & ~(1 &<< frame.order &- 1) : pfn
    }
}
