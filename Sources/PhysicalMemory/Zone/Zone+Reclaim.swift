/// Allocation under pressure: watermarks, and dropping page cache that nobody will miss.
extension Zone {
    /// Pages that one round of direct reclaim tries to free (SWAP_CLUSTER_MAX).
    private static let reclaimPortion = 32

    /// A page for a process, for the page cache or as a migration target.
    ///
    /// At the low watermark the reclaim daemon is told; at the min watermark the caller drops page
    /// cache itself. Nil when that finds nothing.
    ///
    /// Follows get_page_from_freelist() and the slow path behind it, as far as they decide where a
    /// page comes from, in Linux 6.1 mm/page_alloc.c.
    func takePage(for use: Migratetype, cpu: Int) -> Int? {
        let type = use == .movable ? movableType : use
        if available(to: type) <= watermarks.high {
            isBelowHigh = true
            if available(to: type) <= watermarks.low {
                onLowMemory?()
                if available(to: type) <= watermarks.min { reclaim(pages: Self.reclaimPortion, cpu: cpu) }
            }
        }
        if let pfn = takePerCPU(type, cpu: cpu) { return pfn }
        guard reclaim(pages: Self.reclaimPortion, cpu: cpu) > 0 else { return nil }
        return takePerCPU(type, cpu: cpu)
    }

    /// Free pages that a type may use: contiguous areas are for movable pages only.
    private func available(to type: Migratetype) -> Int {
        type == .movable ? freePages : freePages - freeContiguous
    }

    /// Drops the oldest clean page cache. Dirty pages and pages under writeback are passed over and
    /// become the youngest.
    /// - Returns: pages freed.
    ///
    /// Follows shrink_inactive_list() in Linux 6.1 mm/vmscan.c.
    @discardableResult
    func reclaim(pages wanted: Int, cpu: Int) -> Int {
        var freed = 0
        var scanned = 0
        let limit = fileLRU.count
        while freed < wanted, scanned < limit {
            let pfn = fileLRU.last
            guard pfn != 0 else { break }
            scanned += 1
            fileLRU.remove(pfn, frames)
            if frames[pfn].has([.dirty, .writeback, .locked, .unevictable, .pinned]) {
                fileLRU.insertFirst(pfn, frames)
                continue
            }
            for observer in observers { observer.pageDropped(pfn) }
            freePage(pfn, cpu: cpu)
            freed += 1
        }
        return freed
    }
}
