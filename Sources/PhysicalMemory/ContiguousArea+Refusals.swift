/// Windows that are refused without being tried.
///
/// A window that holds nothing to move and is not all free is refused whatever is tried, and most
/// refused windows are of this kind: the chunks before the first free one, each with a pinned page in
/// it. While the machine is quiet, trying such a window leaves nothing behind but what it costs: the
/// bitmaps of free pages and of pages to move decide, the steps are counted and charged together, and
/// the clock stands as it does between two windows that are tried. `attempt` is the plain way to the
/// same outcome; tests hold both against each other.
extension ContiguousArea {
    /// Where windows for a request can lie, in bits of the allocation bitmap.
    struct WindowShape {
        let bits: Int
        let mask: Int
        let alignOffset: Int
        /// Pages of the request.
        let count: Int

        init(_ request: AllocationRequest, in geometry: AreaGeometry) {
            bits = geometry.bits(forPages: request.count)
            mask = geometry.mask(alignOrder: request.align)
            alignOffset = geometry.alignOffset(alignOrder: request.align)
            count = request.count
        }
    }

    /// Windows that were passed over, and what isolating them would have walked over.
    struct Refusals {
        var windows = 0
        var steps = 0
        var freeBlocks = 0
    }

    /// Whether trying a window without a page to move has no effect but its cost: nobody runs meanwhile,
    /// and there is nothing to drain or flush.
    func isQuiet(for mode: AllocationMode) -> Bool {
        guard zone.load == nil, zone.isolatedBlocks == 0, mutex.isIdle, !memory.timeline.isShared else {
            return false
        }
        guard mode.drainsPerCPULists || mode.disablesLRUCache else { return true }
        for cpu in zone.cpus.indices {
            if mode.drainsPerCPULists, zone.cpus[cpu].count > 0 { return false }
            if mode.disablesLRUCache, !zone.cpus[cpu].lruBatch.isEmpty { return false }
        }
        return true
    }

    /// Passes over the windows from bit `start` on that are refused; only for a quiet machine.
    /// - Returns: the bit from which the search finds the first window that has to be tried, or none.
    ///   No window that begins at `end` or behind is passed over.
    func passRefused(
        from start: Int, below end: Int, shape: WindowShape, mode: AllocationMode,
        into outcome: inout AllocationOutcome
    ) -> (next: Int, hasRefused: Bool) {
        var refusals = Refusals()
        let next = refusedOneByOne(from: start, below: end, shape: shape, mode: mode, into: &refusals)
        guard refusals.windows > 0 else { return (start, false) }
        charge(refusals, mode: mode, into: &outcome)
        return (next, true)
    }

    private func refusedOneByOne(
        from start: Int, below end: Int, shape: WindowShape, mode: AllocationMode,
        into refusals: inout Refusals
    ) -> Int {
        let (bitmap, free, candidates) = (bitmap, zone.freeMap, zone.candidateMap)
        let (base, order) = (geometry.basePFN, geometry.orderPerBit)
        let migrates = mode.migrateTries > 0
        var windows: [Int] = []
        if recordsBusyWindows { swap(&windows, &busyWindows) }
        var start = start
        // What the last window's pageblock costs: the next one often lies in it.
        var block = -1
        var walk = (steps: 0, freeBlocks: 0)
        while true {
            let bit = bitmap.zeroArea(
                from: start, bits: shape.bits, mask: shape.mask, offset: shape.alignOffset)
            guard bit < end else { break }
            let first = base + bit << order
            let last = first + shape.count - 1
            if migrates, candidates.hasSet(in: first...last) { break }
            if !free.hasClear(in: first...last) { break }
            if first >> BlockOrder.pageblock != block || last >> BlockOrder.pageblock != block {
                walk = zone.isolationWalk(
                    over: first >> BlockOrder.pageblock...last >> BlockOrder.pageblock)
                block = first ^ last < BlockOrder.pageblockPages ? first >> BlockOrder.pageblock : -1
            }
            refusals.windows &+= 1
            refusals.steps &+= walk.steps
            refusals.freeBlocks &+= walk.freeBlocks
            if recordsBusyWindows { windows.append(bit << order) }
            start = next(after: bit, mask: shape.mask, step: mode.retryStep)
        }
        if recordsBusyWindows { swap(&windows, &busyWindows) }
        return start
    }

    /// What `attempt` charges and notes for as many windows.
    private func charge(_ refusals: Refusals, mode: AllocationMode, into outcome: inout AllocationOutcome) {
        let windows = refusals.windows
        zone.charge(.isolateWindow, windows)
        zone.charge(.isolateStep, refusals.steps)
        zone.charge(.isolateFreeBlock, refusals.freeBlocks)
        if mode.drainsPerCPULists {
            zone.charge(.drainWindow, windows)
            outcome.drains += windows
        }
        if mode.disablesLRUCache {
            let others = windows * (zone.cpus.count - 1)
            zone.charge(.disableLRUWindow, windows)
            zone.charge(.disableLRUPerCPU, others)
            if !outcome.hasFlushedLRU { zone.charge(.disableLRUFirst) }
            outcome.hasFlushedLRU = true
            outcome.drains += windows
            outcome.interrupts += others
        }
        if mode.migrateTries > 0 { zone.charge(.migrateWindow, windows) }
        zone.charge(.window, windows)
        outcome.errno = .busy
        outcome.busyRetries += windows
    }
}
