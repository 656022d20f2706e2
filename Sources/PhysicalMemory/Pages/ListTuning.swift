/// How many pages a CPU keeps for itself, and in what portions it trades them with the zone.
struct PerCPUSizes: Sendable, Hashable {
    /// The least and the most pages at which a CPU gives some back; the same where that number is fixed.
    let least: Int
    let most: Int
    /// Pages in a batch.
    let batch: Int

    init(least: Int, most: Int, batch: Int) {
        self.least = least
        self.most = most
        self.batch = batch
    }

    /// Follows zone_batchsize(), zone_highsize() and zone_set_pageset_high_and_batch() in Linux 6.12
    /// mm/page_alloc.c: the batch from the size of the zone, the least from its low watermark and the most from its
    /// size, both shared by the CPUs.
    init(managedPages: Int, watermarks: Watermarks, cpus: Int, rule: ListRule, geometry: PageGeometry) {
        // A MiB of pages at most.
        let portion = max(min(managedPages >> 10, 1 << (20 - geometry.pageShift)) / 4, 1)
        let rounded = portion + portion / 2
        batch = max(1 << (Int.bitWidth - 1 - rounded.leadingZeroBitCount) - 1, 1)
        least = max(watermarks.low / cpus, batch * 4)
        switch rule.high {
        case .lowWatermark: most = least
        case .tuned(let tuning): most = max(managedPages / tuning.mostDivisor / cpus, batch * 4)
        }
    }
}

/// What a zone tells lists that tune themselves.
enum ListPressure {
    case none
    /// Free memory fell below the high watermark (ZONE_BELOW_HIGH).
    case belowHigh
    /// The reclaim daemon is at work (ZONE_RECLAIM_ACTIVE).
    case reclaim
}

// MARK: Lists of fixed size

extension CPULists {
    /// Counts pages that were freed.
    /// - Returns: pages to give back: none as long as the lists are not full, then twice as many each time.
    ///
    /// Follows nr_pcp_high() and nr_pcp_free() in Linux 6.1 mm/page_alloc.c.
    @inline(__always)
    mutating func addFreed(pages: Int) -> Int {
        count += pages
        guard count >= high else { return 0 }
        let most = high - sizes.batch
        let portion = sizes.batch << freeFactor
        if portion < most { freeFactor += 1 }
        return high < sizes.batch ? 1 : max(min(portion, most), sizes.batch)
    }
}

// MARK: Lists that tune themselves

extension CPULists {
    private mutating func clampHigh() { high = min(max(high, sizes.least), sizes.most) }

    /// Notes that an allocation interrupts what was freed in a row. Follows rmqueue_pcplist().
    @inline(__always)
    mutating func noteAllocation() {
        freeFactor >>= 1
        freeCount >>= 1
    }

    /// Counts single pages that were freed and do not fill the lists.
    mutating func countFreed(pages: Int, _ tuning: ListRule.Tuning) {
        allocFactor = pages < Int.bitWidth ? allocFactor >> pages : 0
        lastFreedHighOrder = false
        freeCount = max(freeCount, min(freeCount + pages, sizes.batch << tuning.batchScale))
    }

    /// Counts a block that was freed and put on a list.
    /// - Returns: pages to give back, none as long as the lists are not full.
    ///
    /// Follows free_unref_page_commit() in Linux 6.12 and free_frozen_page_commit() in Linux 7.3 mm/page_alloc.c.
    mutating func addFreed(order: Int, _ tuning: ListRule.Tuning, _ pressure: ListPressure) -> Int {
        allocFactor >>= 1
        count += 1 << order
        var empties = false
        if (1...Self.highestOrder).contains(order) {
            let threshold =
                switch tuning.highOrders {
                case .afterBatch: sizes.batch
                case .afterBatchAndHalfOfLeast: sizes.batch + sizes.least / 2
                }
            empties =
                lastFreedHighOrder && freeCount >= threshold && (!keepsBatch || count >= sizes.batch)
            lastFreedHighOrder = true
        } else {
            lastFreedHighOrder = false
        }
        if freeCount < sizes.batch << tuning.batchScale { freeCount += 1 << order }
        let limit = limitAfterFree(empties: empties, tuning, pressure)
        guard count >= limit else { return 0 }
        if empties { return min(count, sizes.batch << tuning.batchScale) }
        guard limit >= sizes.batch else { return 1 }
        return max(min(freeCount, limit - sizes.batch), sizes.batch)
    }

    /// Pages at which the lists give some back this time; tunes `high` for the next time.
    ///
    /// Follows nr_pcp_high() in Linux 6.12 mm/page_alloc.c.
    private mutating func limitAfterFree(
        empties: Bool, _ tuning: ListRule.Tuning, _ pressure: ListPressure
    ) -> Int {
        clampHigh()
        let limit = high
        if empties {
            high = max(high - sizes.batch << tuning.batchScale, sizes.least)
            return 0
        }
        switch pressure {
        case .reclaim:
            high = max(high - max(freeCount, sizes.batch), sizes.least)
            return min(4 * sizes.batch, high)
        case .belowHigh where sizes.least < sizes.most:
            high = max(high - max(freeCount, sizes.batch), sizes.least)
            return max(count, sizes.least)
        case .none where sizes.least < sizes.most:
            let needed = freeCount + sizes.batch
            if count >= limit, high < needed { high = min(max(needed, sizes.least), sizes.most) }
            return limit
        case .belowHigh, .none: return limit
        }
    }

    /// Blocks that an empty list is filled with; each refill without a free in between doubles the next.
    ///
    /// Follows nr_pcp_alloc() in Linux 6.12 mm/page_alloc.c.
    mutating func refill(order: Int, _ tuning: ListRule.Tuning, isBelowHigh: Bool) -> Int {
        clampHigh()
        guard high >= sizes.batch else { return 1 }
        var pages = order == 0 ? sizes.batch << allocFactor : sizes.batch
        if sizes.least < sizes.most, !isBelowHigh { high = min(high + pages, sizes.most) }
        if order == 0 {
            let most = max(high - count - sizes.batch, sizes.batch)
            if pages <= most, allocFactor < tuning.batchScale { allocFactor += 1 }
            pages = min(pages, most)
        }
        return pages > 1 ? max(pages >> order, 2) : pages
    }

    /// Lowers `high` as it happens once a second.
    /// - Returns: pages above it, which go back.
    ///
    /// Follows decay_pcp_high() in Linux 6.12 mm/page_alloc.c.
    mutating func decay(_ tuning: ListRule.Tuning) -> Int {
        if high > sizes.least {
            high = max(count - sizes.batch << tuning.batchScale, high - high >> 3, sizes.least)
        }
        return max(count - high, 0)
    }
}
