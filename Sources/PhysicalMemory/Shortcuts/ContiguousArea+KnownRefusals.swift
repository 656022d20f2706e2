/// Windows that are refused without being tried.
///
/// A window that holds nothing to move and is not all free is refused whatever is tried, and most
/// refused windows are of this kind: the chunks before the first free one, each with a pinned page in
/// it. While the machine is quiet, trying such a window leaves nothing behind but what it costs: the
/// bitmaps of free pages and of pages to move decide, the steps are counted and charged together, and
/// the clock stands as it does between two windows that are tried. `attempt` is the plain way to the
/// same outcome; tests hold both against each other.
extension ContiguousArea {
    /// Whether trying a window without a page to move has no effect but its cost: nobody runs meanwhile,
    /// and there is nothing to drain or flush.
    func isQuiet(for effort: AllocationEffort) -> Bool {
        guard zone.load == nil, zone.isolatedBlocks == 0, mutex.isIdle, !memory.timeline.isShared else {
            return false
        }
        guard effort.drainsPerCPULists || effort.disablesLRUCache else { return true }
        for cpu in zone.cpus.indices {
            if effort.drainsPerCPULists, zone.cpus[cpu].count > 0 { return false }
            if effort.disablesLRUCache, !zone.cpus[cpu].lruBatch.isEmpty { return false }
        }
        return true
    }

    /// Refused windows in one search from which on what is known of them is kept for the next.
    private static let manyRefused = 32
    /// Kinds of windows that are kept, at most.
    private static let mapLimit = 8

    /// Passes over the windows from bit `start` on that are refused; only for a quiet machine.
    /// - Returns: a bit from which the search finds the first window that has to be tried, or none;
    ///   and the bit at which it would go on behind the last refused one. No window that begins at `end` or
    ///   behind is passed over.
    func passRefused(
        in range: AreaRange, from start: Int, below end: Int, shape: WindowShape, effort: AllocationEffort,
        into outcome: inout AllocationOutcome
    ) -> (next: Int, behindRefused: Int?) {
        var refusals = Refusals()
        defer { if refusals.windows > 0 { charge(refusals, effort: effort, into: &outcome) } }
        let kind = WindowMap.Kind(count: shape.count, align: shape.align, migrates: effort.tries > 0)
        if effort.retryStep == .alignment, let map = range.windowMaps.first(where: { $0.kind == kind }) {
            return pass(map, of: range, from: start, below: end, shape: shape, into: &refusals)
        }
        let next = refusedOneByOne(
            in: range, from: start, below: end, shape: shape, effort: effort, into: &refusals)
        if refusals.windows >= Self.manyRefused, effort.retryStep == .alignment,
            range.windowMaps.count < Self.mapLimit, let map = WindowMap(kind, of: range, in: zone)
        {
            range.windowMaps.append(map)
        }
        return (next, refusals.windows > 0 ? next : nil)
    }

    /// The same by what is known from calls before.
    private func pass(
        _ map: WindowMap, of range: AreaRange, from start: Int, below end: Int, shape: WindowShape,
        into refusals: inout Refusals
    ) -> (next: Int, behindRefused: Int?) {
        let base = range.frames.lowerBound
        guard start < end else { return (start, nil) }
        var windows: [Int] = []
        if recordsBusyWindows { swap(&windows, &busyWindows) }
        let listed = windows.count
        let found = map.pass(
            base + start..<base + end, into: &refusals, lists: recordsBusyWindows, list: &windows)
        if recordsBusyWindows {
            for index in listed..<windows.count { windows[index] = range.offset(of: windows[index]) }
            swap(&windows, &busyWindows)
        }
        return (found.next - base, found.last.map { shape.next(after: $0 - base, step: .alignment) })
    }

    private func refusedOneByOne(
        in range: AreaRange, from start: Int, below end: Int, shape: WindowShape, effort: AllocationEffort,
        into refusals: inout Refusals
    ) -> Int {
        let (bitmap, free, candidates) = (range.bitmap, zone.freeMap, zone.candidateMap)
        let (base, order, blockOrder) = (
            range.frames.lowerBound, geometry.orderPerBit, zone.geometry.blockOrder
        )
        let migrates = effort.tries > 0
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
            if first &>> blockOrder != block || last &>> blockOrder != block {
                walk = zone.isolationWalk(over: first &>> blockOrder...last &>> blockOrder)
                block = first ^ last < zone.geometry.blockPages ? first &>> blockOrder : -1
            }
            refusals.add(1, steps: walk.steps, freeBlocks: walk.freeBlocks)
            if recordsBusyWindows { windows.append(range.offset(ofBit: bit)) }
            start = shape.next(after: bit, step: effort.retryStep)
        }
        if recordsBusyWindows { swap(&windows, &busyWindows) }
        return start
    }

    /// What `attempt` charges and notes for as many windows.
    private func charge(_ refusals: Refusals, effort: AllocationEffort, into outcome: inout AllocationOutcome)
    {
        let windows = refusals.windows
        zone.charge(.isolateWindow, windows)
        zone.charge(.isolateStep, refusals.steps)
        zone.charge(.isolateFreeBlock, refusals.freeBlocks)
        if effort.drainsPerCPULists {
            zone.charge(.drainWindow, windows)
            outcome.drains += windows
        }
        if effort.disablesLRUCache {
            let others = windows * (zone.cpus.count - 1)
            zone.charge(.disableLRUWindow, windows)
            zone.charge(.disableLRUPerCPU, others)
            if !outcome.hasFlushedLRU { zone.charge(.disableLRUFirst) }
            outcome.hasFlushedLRU = true
            outcome.drains += windows
            outcome.interrupts += others
        }
        if effort.tries > 0 { zone.charge(.migrateWindow, windows) }
        zone.charge(.window, windows)
        outcome.errno = .busy
        outcome.busyRetries += windows
    }
}
