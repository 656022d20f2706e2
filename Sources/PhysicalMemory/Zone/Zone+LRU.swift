/// Pages on their way to the LRU, and the end of their use.
extension Zone {
    /// Puts a page of a process on its way to the LRU: into the CPU's batch, which is flushed when it
    /// is full, and at once with a huge page. Follows folio_add_lru() and pagevec_add_and_need_flush() in
    /// Linux 6.1 mm/swap.c.
    func addToLRU(_ pfn: Int, cpu: Int) {
        frames[pfn].insert(.batched)
        cpus[cpu].lruBatch.append(pfn)
        if cpus[cpu].lruBatch.count >= lists.lruBatch || frames[pfn].order > 0 { flushLRUBatch(cpu: cpu) }
    }

    /// Puts the pages of a CPU's batch on the LRU. Follows lru_add_drain_cpu().
    /// - Returns: how many pages it held.
    @discardableResult
    func flushLRUBatch(cpu: Int) -> Int {
        let count = cpus[cpu].lruBatch.count
        guard count > 0 else { return 0 }
        for index in 0..<count {
            let pfn = cpus[cpu].lruBatch[index]
            frames[pfn].remove(.batched)
            // A page that was freed meanwhile had only the batch's reference left.
            if frames[pfn].kind == .none {
                if !frames[pfn].has(.pinned) { freeUnused(pfn, cpu: cpu) }
            } else {
                insert(.lru, on: pfn)
                if frames[pfn].kind == .file { fileLRU.insertFirst(pfn, frames) }
            }
        }
        cpus[cpu].lruBatch.removeAll()
        return count
    }

    /// Ends the use of a page by its process. A page that an LRU batch, an isolation or a pin still
    /// refers to is freed by whoever drops the last reference. Follows folio_put().
    func releasePage(_ pfn: Int, cpu: Int) {
        if frames[pfn].kind == .file, frames[pfn].has(.lru) { fileLRU.remove(pfn, frames) }
        if frames[pfn].kind == .anonymous, frames[pfn].order > 0 {
            releaseHugePage(pfn, cpu: cpu)
            return
        }
        let references = frames[pfn].flags.intersection([.batched, .pinned])
        if references.isEmpty {
            freePage(pfn, cpu: cpu)
        } else {
            set(pfn, .none, flags: references)
        }
    }

    /// Frees a page whose owner is done with it, for whoever drops the last reference: a huge page as a whole.
    func freeUnused(_ pfn: Int, cpu: Int) {
        if frames[pfn].order > 0 { freeHugePage(pfn, cpu: cpu) } else { freePage(pfn, cpu: cpu) }
    }
}
