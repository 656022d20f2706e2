import DequeModule

/// How many pages a CPU keeps for itself, and in what portions it trades them with the zone.
struct PerCPUSizes: Sendable, Hashable {
    /// Pages at which a CPU gives some back.
    let high: Int
    /// Pages in a portion.
    let batch: Int

    /// Follows zone_batchsize() and zone_highsize() in Linux 6.1 mm/page_alloc.c: batch from the size
    /// of the zone, high from its low watermark shared by the CPUs.
    init(managedPages: Int, lowWatermark: Int, cpus: Int) {
        let portion = max(min(managedPages >> 10, 256) / 4, 1)
        let rounded = portion + portion / 2
        batch = max(1 << (Int.bitWidth - 1 - rounded.leadingZeroBitCount) - 1, 1)
        high = max(lowWatermark / cpus, batch * 4)
    }
}

/// What one CPU has put aside: free pages that the buddy allocator does not see, and pages that wait
/// to be put on the LRU.
final class CPULists {
    /// Pages an LRU batch holds before it is flushed (PAGEVEC_SIZE).
    static let lruBatchSize = 15

    let sizes: PerCPUSizes
    /// Free pages by migratetype, the most recently freed first.
    var lists = [Deque<Int32>](repeating: [], count: 3)
    /// Pages on all lists.
    var count = 0
    /// Doublings of the next portion that goes back; grows while frees outnumber allocations.
    var freeFactor = 0
    /// Pages in use that are on no LRU list yet.
    var lruBatch: [Int32] = []

    init(sizes: PerCPUSizes) {
        self.sizes = sizes
        lruBatch.reserveCapacity(Self.lruBatchSize)
    }
}

extension Zone {
    /// Gives one page back. It goes to the CPU's list, or past it when its pageblock is being
    /// emptied; a list that is full gives a portion of its oldest pages to the buddy allocator.
    ///
    /// Follows free_unref_page(), nr_pcp_free() and free_unref_page_commit() in Linux 6.1
    /// mm/page_alloc.c.
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
        cpus[cpu].lists[list].prepend(Int32(pfn))
        cpus[cpu].count += 1
        let sizes = cpus[cpu].sizes
        guard cpus[cpu].count >= sizes.high else { return }
        let most = sizes.high - sizes.batch
        let portion = sizes.batch << cpus[cpu].freeFactor
        if portion < most { cpus[cpu].freeFactor += 1 }
        let number = sizes.high < sizes.batch ? 1 : max(min(portion, most), sizes.batch)
        returnPages(number, cpu: cpu, startingWith: list)
    }

    /// Gives the oldest pages of a CPU's lists to the buddy allocator, one list after the other.
    ///
    /// Follows free_pcppages_bulk() in Linux 6.1.
    private func returnPages(_ number: Int, cpu: Int, startingWith first: Int) {
        var left = min(number, cpus[cpu].count)
        var list = first
        while left > 0 {
            while left > 0, let pfn = cpus[cpu].lists[list].popLast() {
                left -= 1
                cpus[cpu].count -= 1
                frames[Int(pfn)] = .empty
                freeBlock(Int(pfn), order: 0)
            }
            list = (list + 1) % 3
        }
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
    /// Follows rmqueue_pcplist() and rmqueue_bulk() in Linux 6.1 mm/page_alloc.c.
    func takePerCPU(_ type: Migratetype, cpu: Int) -> Int? {
        guard perCPUDisabled == 0 else {
            let pfn = takeFromZone(type)
            if let pfn { frames[pfn] = .empty }
            return pfn
        }
        let list = type.perCPUList
        cpus[cpu].freeFactor >>= 1
        if cpus[cpu].lists[list].isEmpty {
            for _ in 0..<cpus[cpu].sizes.batch {
                guard let pfn = takeFromZone(type) else { break }
                set(pfn, .perCPU)
                cpus[cpu].lists[list].append(Int32(pfn))
                cpus[cpu].count += 1
            }
        }
        guard let pfn = cpus[cpu].lists[list].popFirst() else { return nil }
        cpus[cpu].count -= 1
        frames[Int(pfn)] = .empty
        return Int(pfn)
    }

    /// One page from the free lists: contiguous areas first for a movable page while they hold more
    /// than half of what is free, then the type's own, then contiguous areas, then other types.
    ///
    /// Follows __rmqueue() in Linux 6.1 mm/page_alloc.c.
    private func takeFromZone(_ type: Migratetype) -> Int? {
        if type == .movable, freeContiguous > freePages / 2, let pfn = takeSmallest(.cma, order: 0) {
            return pfn
        }
        if let pfn = takeSmallest(type, order: 0) { return pfn }
        if type == .movable, let pfn = takeSmallest(.cma, order: 0) { return pfn }
        return steal(for: type)
    }

    /// Takes a page of another type: the largest block there is, and its pageblock with it when that
    /// promises to keep the types apart.
    ///
    /// Follows __rmqueue_fallback() and steal_suitable_fallback() in Linux 6.1, for order 0.
    private func steal(for type: Migratetype) -> Int? {
        for order in stride(from: BlockOrder.largest, through: 0, by: -1) {
            for other in type.fallbacks {
                guard let pfn = freeLists.first(other, order: order) else { continue }
                let block = pfn >> BlockOrder.pageblock
                if order >= BlockOrder.pageblock {
                    retypeWhole(pfn, order: order, to: type)
                } else if order >= BlockOrder.pageblock / 2 || type != .movable,
                    Int(freeInBlock[block]) >= BlockOrder.pageblockPages / 2
                {
                    retype(block: block, to: type)
                }
                return takeSmallest(blockType(of: pfn), order: 0)
            }
        }
        return nil
    }

    // MARK: LRU batches

    /// Puts a page of a process on its way to the LRU: into the CPU's batch, which is flushed when it
    /// is full. Follows folio_add_lru() in Linux 6.1 mm/swap.c.
    func addToLRU(_ pfn: Int, cpu: Int) {
        insert(.batched, on: pfn)
        cpus[cpu].lruBatch.append(Int32(pfn))
        if cpus[cpu].lruBatch.count >= CPULists.lruBatchSize { flushLRUBatch(cpu: cpu) }
    }

    /// Puts the pages of a CPU's batch on the LRU. Follows lru_add_drain_cpu().
    /// - Returns: how many pages it held.
    @discardableResult
    func flushLRUBatch(cpu: Int) -> Int {
        let batch = cpus[cpu].lruBatch
        cpus[cpu].lruBatch.removeAll(keepingCapacity: true)
        for entry in batch {
            let pfn = Int(entry)
            // A page that was freed meanwhile had only the batch's reference left.
            if frames[pfn].kind == .none {
                frames[pfn].remove(.batched)
                if !frames[pfn].has(.pinned) { freePage(pfn, cpu: cpu) }
            } else {
                frames[pfn].remove(.batched)
                insert(.lru, on: pfn)
                if frames[pfn].kind == .file { fileLRU.insertFirst(pfn, frames) }
            }
        }
        return batch.count
    }

    /// Ends the use of a page by its process. A page that an LRU batch, an isolation or a pin still
    /// refers to is freed by whoever drops the last reference. Follows folio_put().
    func releasePage(_ pfn: Int, cpu: Int) {
        if frames[pfn].kind == .file, frames[pfn].has(.lru) { fileLRU.remove(pfn, frames) }
        if frames[pfn].kind == .anonymous, frames[pfn].order > 0 {
            splitHugePage(pfn)
            // References on a huge page are references on its first one.
            for tail in pfn + 1..<pfn + BlockOrder.pageblockPages {
                frames[tail].remove([.batched, .pinned])
                releasePage(tail, cpu: cpu)
            }
            releasePage(pfn, cpu: cpu)
            return
        }
        let references = frames[pfn].flags.intersection([.batched, .pinned])
        if references.isEmpty {
            freePage(pfn, cpu: cpu)
        } else {
            set(pfn, .none, flags: references)
        }
    }
}
