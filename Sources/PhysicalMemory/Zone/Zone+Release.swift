/// Giving back the pages of a contiguous allocation.
extension Zone {
    /// Frees pages of a contiguous allocation from the lowest on, as the kernel's release does.
    func freeContiguousRange(_ frames: Range<Int>, cpu: Int) {
        switch range.release {
        case .pageByPage: freePages(frames, cpu: cpu)
        case .alignedPieces: freePieces(frames, cpu: cpu)
        }
    }

    /// Frees a run in pieces, each as large as the alignment of its first page and what is left of the run allow, and
    /// no larger than the largest free block. Pieces of an order that per-CPU lists have a list for go there.
    ///
    /// The kernel also cuts a run where a memory section ends. A section is a multiple of the largest block, so that
    /// no piece reaches over such a place anyway.
    ///
    /// Follows __free_contig_range_common() and free_prepared_contig_range() in Linux 7.3 mm/page_alloc.c.
    private func freePieces(_ frames: Range<Int>, cpu: Int) {
        var pfn = frames.lowerBound
        while pfn < frames.upperBound {
            let order = Self.pieceOrder(at: pfn, of: frames, atMost: geometry.largestOrder)
            free(pfn, order: order, cpu: cpu)
            pfn += 1 << order
        }
    }

    /// Order of the piece that begins at `pfn` when a run is freed.
    static func pieceOrder(at pfn: Int, of run: Range<Int>, atMost largest: Int) -> Int {
        let left = run.upperBound - pfn
        return min(pfn.trailingZeroBitCount, Int.bitWidth - 1 - left.leadingZeroBitCount, largest)
    }

    /// Gives a piece to the buddy allocator at once, pageblock by pageblock where those differ in type. Follows
    /// free_one_page() in Linux 7.3 mm/page_alloc.c.
    func freePastLists(_ pfn: Int, order: Int) {
        for page in pfn..<pfn + 1 << order {
            if frames[page].has(.pinned) { extraPins[page] = nil }
            set(page, .none)
        }
        let part = min(order, geometry.blockOrder)
        for first in stride(from: pfn, to: pfn + 1 << order, by: 1 << part) { freeBlock(first, order: part) }
    }
}
