/// What one attempt at a window came to.
struct RangeOutcome {
    var errno: AllocationErrno?
    /// Pages copied elsewhere, given up on, and dropped from the page cache.
    var migrated = 0
    var failed = 0
    var dropped = 0
    /// Calls of drain_all_pages() and lru_cache_disable(), and CPUs interrupted by them.
    var drains = 0
    var interrupts = 0
}

extension Zone {
    /// Empties `window` (frame numbers) and takes its pages for the caller.
    ///
    /// The pageblocks around the window are isolated, per-CPU lists and LRU batches are drained if
    /// the caller asks for it, what can move is moved, and the window is taken when every page of it is
    /// free then. Pages that moved stay moved, whatever comes of it.
    ///
    /// A window that holds nothing to move is judged by the bitmap of free pages alone: isolating
    /// pageblocks has no lasting effect there, and most refused windows are of this kind. Where the
    /// drains let time pass or free pages of these pageblocks, isolation comes before them as in the
    /// kernel: nobody takes a page from there meanwhile, and what is freed there goes past the
    /// per-CPU lists.
    ///
    /// Follows alloc_contig_range() in Linux 6.1 mm/page_alloc.c.
    func takeRange(_ window: Range<Int>, effort: AllocationEffort, firstWindow: Bool, cpu: Int)
        -> RangeOutcome
    {
        var outcome = RangeOutcome()
        let blocks =
            window.lowerBound &>> geometry.blockOrder...(window.upperBound - 1) &>> geometry.blockOrder
        chargeIsolation(of: blocks)
        if isolatedBlocks > 0, blocks.contains(where: { blockTypes[$0] == .isolate }) {
            outcome.errno = .busy
            return outcome
        }
        let isolatesFirst = effort.disablesLRUCache && (load != nil || batchesHoldFreedPages(of: blocks))
        if isolatesFirst { isolate(blocks) }
        drainForRange(effort: effort, firstWindow: firstWindow, into: &outcome)
        if effort.tries > 0 { charge(.migrateWindow) }
        let migrates =
            effort.tries > 0 && candidateMap.hasSet(in: window.lowerBound...window.upperBound - 1)
        if isolatesFirst || migrates {
            if !isolatesFirst { isolate(blocks) }
            settle()
            let errno = migrateRange(window, effort: effort, cpu: cpu, into: &outcome)
            outcome.errno = errno == .busy && !effort.busyIsFinal ? nil : errno
            if outcome.errno == nil { take(window, blocks, into: &outcome) }
            unisolate(blocks)
        } else {
            take(window, blocks, into: &outcome)
        }
        return outcome
    }

    /// Empties pageblocks as far as that goes and takes from them, lowest first, each of `windows` that
    /// is free then, `limit` at most. A page that cannot be moved costs only the window it is in. `onTake` is
    /// called with each window as it is taken; the pageblocks stay isolated while time passes there.
    ///
    /// What is known of alloc_pages_bulk() in the RFC of August 2020: it was proposed for a range of
    /// one migratetype, best effort, and never part of a kernel.
    func harvest(
        _ blocks: ClosedRange<Int>, windows: [Range<Int>], limit: Int, effort: AllocationEffort,
        firstWindow: Bool, cpu: Int, onTake: (Range<Int>) -> Void
    ) -> (taken: [Range<Int>], outcome: RangeOutcome) {
        var outcome = RangeOutcome()
        chargeIsolation(of: blocks)
        guard isolatedBlocks == 0 || !blocks.contains(where: { blockTypes[$0] == .isolate }) else {
            outcome.errno = .busy
            return ([], outcome)
        }
        isolate(blocks)
        drainForRange(effort: effort, firstWindow: firstWindow, into: &outcome)
        charge(.migrateWindow)
        settle()
        let end = min((blocks.upperBound + 1) &<< geometry.blockOrder, pages)
        let range = blocks.lowerBound &<< geometry.blockOrder..<end
        if migrateRange(range, effort: effort, cpu: cpu, goesOn: true, into: &outcome) == .noMemory {
            outcome.errno = .noMemory
        }
        var taken: [Range<Int>] = []
        for window in windows where taken.count < limit {
            let block =
                window.lowerBound &>> geometry.blockOrder...(window.upperBound - 1) &>> geometry.blockOrder
            var attempt = RangeOutcome()
            take(window, block, into: &attempt)
            guard attempt.errno == nil else { continue }
            taken.append(window)
            onTake(window)
        }
        unisolate(blocks)
        return (taken, outcome)
    }

    /// Whether an LRU batch holds the last reference on a page of these pageblocks.
    private func batchesHoldFreedPages(of blocks: ClosedRange<Int>) -> Bool {
        for cpu in cpus.indices {
            for index in 0..<cpus[cpu].lruBatch.count {
                let pfn = cpus[cpu].lruBatch[index]
                if frames[pfn].kind == .none, blocks.contains(pfn &>> geometry.blockOrder) { return true }
            }
        }
        return false
    }

    /// Isolates pageblocks; what they are otherwise is kept.
    private func isolate(_ blocks: ClosedRange<Int>) {
        for block in blocks {
            typesBeforeIsolation[block] = blockTypes[block]
            retype(block: block, to: .isolate)
            isolatedBlocks += 1
        }
    }

    private func unisolate(_ blocks: ClosedRange<Int>) {
        for block in blocks {
            retype(block: block, to: typesBeforeIsolation[block])
            isolatedBlocks -= 1
            remerge(block: block)
        }
    }

    private func chargeIsolation(of blocks: ClosedRange<Int>) {
        charge(.isolateWindow)
        let walk = isolationWalk(over: blocks)
        charge(.isolateStep, walk.steps)
        charge(.isolateFreeBlock, walk.freeBlocks)
    }

    /// What start_isolate_page_range() walks over: the window's pageblocks, and at each end the
    /// pageblocks of the same largest block, which a free block may reach over.
    func isolationWalk(over blocks: ClosedRange<Int>) -> (steps: Int, freeBlocks: Int) {
        var steps = 0
        var heads = 0
        for block in blocks {
            steps += self.steps(of: block)
            heads += Int(headsInBlock[block])
        }
        steps += self.steps(of: blocks.upperBound)
        // As the pageblocks of a largest block are a power of two, their numbers differ in the low bits alone.
        let inLargest = geometry.largestPages &>> geometry.blockOrder &- 1
        steps += self.steps(from: blocks.lowerBound & ~inLargest, to: blocks.lowerBound)
        steps += self.steps(from: blocks.upperBound & ~inLargest, to: blocks.upperBound)
        return (steps, heads)
    }

    @inline(__always)
    private func steps(from first: Int, to end: Int) -> Int {
        var block = first
        var steps = 0
        while block < end {
            steps += self.steps(of: block)
            block &+= 1
        }
        return steps
    }

    @inline(__always)
    private func steps(of block: Int) -> Int {
        geometry.blockPages - Int(freeInBlock[block]) + Int(headsInBlock[block])
    }

    private func drainForRange(effort: AllocationEffort, firstWindow: Bool, into outcome: inout RangeOutcome)
    {
        if effort.drainsPerCPULists {
            outcome.drains += 1
            outcome.interrupts += drainAllPages()
        }
        if effort.disablesLRUCache {
            outcome.drains += 1
            outcome.interrupts += cpus.count - 1
            charge(.disableLRUWindow)
            charge(.disableLRUPerCPU, cpus.count - 1)
            if firstWindow { charge(.disableLRUFirst) }
            if let load, !timeStands {
                settle()
                load.callerIsRunning = false
                timeline.advance(by: load.flushDelay(first: firstWindow))
                load.callerIsRunning = true
            }
            for cpu in cpus.indices where !cpus[cpu].lruBatch.isEmpty { flushLRUBatch(cpu: cpu) }
        }
    }

    /// Empties the page lists of every CPU that has something on them. Follows drain_all_pages().
    /// - Returns: how many CPUs that were.
    func drainAllPages() -> Int {
        charge(.drainWindow)
        var drained = 0
        for cpu in cpus.indices where cpus[cpu].count > 0 {
            drain(cpu: cpu)
            charge(.drainPages)
            drained += 1
        }
        return drained
    }

    /// Takes the window if all of it is free, and gives back what its outermost free blocks hold
    /// beyond it. Follows test_pages_isolated() and isolate_freepages_range().
    private func take(_ window: Range<Int>, _ blocks: ClosedRange<Int>, into outcome: inout RangeOutcome) {
        charge(.window)
        guard !freeMap.hasClear(in: window.lowerBound...window.upperBound - 1) else {
            outcome.errno = .busy
            return
        }
        splitStraddling(block: blocks.lowerBound)
        splitStraddling(block: blocks.upperBound)
        guard let edge = takeOutOfFreeBlocks(window) else {
            outcome.errno = .busy
            return
        }
        for pfn in window { frames[pfn] = PageFrame(kind: .contiguous) }
        charge(.takePage, window.count)
        charge(.edgePage, edge)
    }

    // MARK: Time

    /// Notes that a step was taken; the clock moves when `settle` is called.
    @inline(__always)
    func charge(_ step: CostStep, _ times: Int = 1) { work.add(step, times, costs) }

    /// Moves the clock on by what was charged. Whatever is due meanwhile happens here, so memory must
    /// be consistent.
    func settle() {
        guard !timeStands else { return }
        let nanoseconds = work.pendingTenths / 10
        work.pendingTenths -= nanoseconds * 10
        timeline.advance(by: load?.elapsed(computing: UInt64(nanoseconds)) ?? UInt64(nanoseconds))
    }
}
