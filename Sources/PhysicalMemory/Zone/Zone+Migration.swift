/// Pages that are isolated for one window, the highest frame first.
struct MigrationBatch {
    var pages: [Int] = []
    /// Those that were refused, and what huge pages were split into, in one call of migrate_pages().
    var setAside: [Int] = []
    var split: [Range<Int>] = []
}

extension Zone {
    /// Moves away what can be moved out of `window`.
    ///
    /// Pages are isolated in batches in ascending order and each batch is moved from its highest
    /// frame down. A batch that does not become empty is tried again, `effort.tries` times in
    /// all; then the rest of the window is left alone, unless `goesOn` has it put back and passed over.
    /// - Returns: `.busy` when a batch had to be given up, `.noMemory` when a page found no target.
    ///
    /// Follows __alloc_contig_migrate_range() in Linux 6.1 mm/page_alloc.c.
    func migrateRange(
        _ window: Range<Int>, effort: AllocationEffort, cpu: Int, goesOn: Bool = false,
        into outcome: inout RangeOutcome
    ) -> AllocationErrno? {
        guard effort.tries > 0 else { return nil }
        lruCacheDisabled += effort.disablesLRUCache ? 1 : 0
        var batch = spareBatches.popLast() ?? MigrationBatch()
        var pfn = window.lowerBound
        var errno: AllocationErrno?
        var tries = 0
        while errno == nil, pfn < window.upperBound || !batch.pages.isEmpty {
            if batch.pages.isEmpty {
                pfn = isolateBatch(from: pfn, to: window.upperBound, into: &batch.pages)
                tries = 0
                if batch.pages.isEmpty { continue }
                dropCleanPages(of: &batch.pages, cpu: cpu, into: &outcome)
            } else {
                tries += 1
                if tries >= effort.tries, goesOn {
                    for pfn in batch.pages { putBack(pfn, cpu: cpu) }
                    batch.pages.removeAll(keepingCapacity: true)
                    continue
                }
                if tries >= effort.tries {
                    errno = .busy
                    break
                }
            }
            if !batch.pages.isEmpty { errno = migrate(&batch, effort: effort, cpu: cpu, into: &outcome) }
        }
        lruCacheDisabled -= effort.disablesLRUCache ? 1 : 0
        for pfn in batch.pages { putBack(pfn, cpu: cpu) }
        batch.pages.removeAll(keepingCapacity: true)
        spareBatches.append(batch)
        return errno
    }

    /// Takes candidates off the LRU, lowest frame first, until a batch is full.
    /// - Returns: where the scan ended; the highest frame comes first in `batch`.
    private func isolateBatch(from start: Int, to end: Int, into batch: inout [Int]) -> Int {
        var pfn = start
        var isolated = 0
        while isolated < migration.batch {
            pfn = candidateMap.nextSet(from: pfn)
            guard pfn < end else {
                pfn = end
                break
            }
            takeOffLRU(pfn)
            batch.append(pfn)
            let pages = 1 << frames[pfn].order
            isolated += pages
            pfn += pages
        }
        batch.reverse()
        return min(pfn, end)
    }

    private func takeOffLRU(_ pfn: Int) {
        if frames[pfn].kind == .file { fileLRU.remove(pfn, frames) }
        remove(.lru, from: pfn)
        frames[pfn].insert(.batched)
    }

    /// Drops clean page cache instead of copying it.
    ///
    /// Follows reclaim_clean_pages_from_list() in Linux 6.1 mm/vmscan.c.
    private func dropCleanPages(of batch: inout [Int], cpu: Int, into outcome: inout RangeOutcome) {
        var kept = 0
        for index in batch.indices {
            let pfn = batch[index]
            let frame = frames[pfn]
            guard frame.kind == .file,
                !frame.has([.dirty, .writeback, .locked, .unevictable, .pinned])
            else {
                batch[kept] = pfn
                kept += 1
                continue
            }
            for observer in observers { observer.pageDropped(pfn) }
            freePage(pfn, cpu: cpu)
            outcome.dropped += 1
            charge(.dropPage)
        }
        batch.removeLast(batch.count - kept)
    }

    /// One call of migrate_pages(): passes over a batch; what moved leaves it.
    ///
    /// Follows migrate_pages() in Linux 6.1 mm/migrate.c.
    private func migrate(
        _ batch: inout MigrationBatch, effort: AllocationEffort, cpu: Int, into outcome: inout RangeOutcome
    ) -> AllocationErrno? {
        charge(.migrateBatch)
        let async = effort.migration == .async
        var noMemory = false
        switch migration.passes {
        case .overBatch(let passes, let hasty):
            noMemory = pass(
                over: &batch, passes: passes, hasty: async ? passes : hasty, async: async, cpu: cpu,
                into: &outcome)
        case .overBatchThenEach(let passes, let each):
            let all = async ? passes + each : passes
            noMemory = pass(over: &batch, passes: all, hasty: all, async: true, cpu: cpu, into: &outcome)
            if !async, !noMemory { noMemory = migrateEach(&batch, passes: each, cpu: cpu, into: &outcome) }
        }
        batch.pages += batch.setAside
        batch.setAside.removeAll(keepingCapacity: true)
        outcome.failed += batch.pages.count
        return noMemory ? .noMemory : nil
    }

    /// Tries each page of a batch alone, waiting for locks and writeback from the first pass on.
    ///
    /// Follows migrate_pages_sync() in Linux 6.12 mm/migrate.c.
    /// - Returns: whether a page found no target.
    private func migrateEach(
        _ batch: inout MigrationBatch, passes: Int, cpu: Int, into outcome: inout RangeOutcome
    ) -> Bool {
        var noMemory = false
        var left: [Int] = []
        var alone = spareBatches.popLast() ?? MigrationBatch()
        for pfn in batch.pages + batch.setAside {
            guard !noMemory else {
                left.append(pfn)
                continue
            }
            alone.pages.append(pfn)
            noMemory = pass(over: &alone, passes: passes, hasty: 0, async: false, cpu: cpu, into: &outcome)
            left += alone.pages + alone.setAside
            alone.pages.removeAll(keepingCapacity: true)
            alone.setAside.removeAll(keepingCapacity: true)
        }
        spareBatches.append(alone)
        batch.pages = left
        batch.setAside.removeAll(keepingCapacity: true)
        return noMemory
    }

    /// Passes over a batch as long as pages are left that may move.
    ///
    /// - Parameters:
    ///   - hasty: passes from the first on that do not wait for locks and writeback.
    ///   - async: whether a page under writeback is given up at once (MIGRATE_ASYNC).
    /// - Returns: whether a page found no target.
    ///
    /// Follows migrate_pages_batch() in Linux 6.12 mm/migrate.c, and migrate_pages() in Linux 6.1.
    private func pass(
        over batch: inout MigrationBatch, passes: Int, hasty: Int, async: Bool, cpu: Int,
        into outcome: inout RangeOutcome
    ) -> Bool {
        var noMemory = false
        for pass in 0..<passes where !batch.pages.isEmpty && !noMemory {
            var kept = 0
            for index in batch.pages.indices {
                let pfn = batch.pages[index]
                var outcomeOfPage = PageOutcome.again
                let pages = 1 << frames[pfn].order
                if !noMemory {
                    outcomeOfPage = migratePage(pfn, mayWait: pass >= hasty, async: async, cpu: cpu)
                    if outcomeOfPage == .moved { outcome.migrated += pages }
                }
                switch outcomeOfPage {
                case .moved, .gone: continue
                case .split: batch.split.append(pfn..<pfn + pages)
                case .refused: batch.setAside.append(pfn)
                case .again, .noMemory:
                    noMemory = noMemory || outcomeOfPage == .noMemory
                    batch.pages[kept] = pfn
                    kept += 1
                }
            }
            batch.pages.removeLast(batch.pages.count - kept)
            while let parts = batch.split.popLast() { batch.pages += parts.reversed() }
            settle()
        }
        return noMemory
    }

    private enum PageOutcome { case moved, gone, split, again, refused, noMemory }

    /// Moves one isolated page to a new frame, or says what stood in the way.
    ///
    /// Follows migrate_folio_unmap() and migrate_folio_move() in Linux 6.1 mm/migrate.c.
    private func migratePage(_ pfn: Int, mayWait: Bool, async: Bool, cpu: Int) -> PageOutcome {
        if frames[pfn].kind == .none {
            // Its owner is done with it: unless somebody has pinned it, isolation holds the last reference.
            if frames[pfn].has(.pinned) { return .again }
            freeUnused(pfn, cpu: cpu)
            return .gone
        }
        if frames[pfn].has(.locked) {
            charge(.migrateAttempt)
            guard mayWait, waitUntilClear(.locked, of: pfn) else { return .again }
        }
        if frames[pfn].has(.writeback) {
            charge(.migrateAttempt)
            if async { return .refused }
            guard mayWait, waitUntilClear(.writeback, of: pfn) else { return .again }
        }
        if frames[pfn].has(.pinned) {
            charge(.migrateAttempt)
            return .again
        }
        if frames[pfn].kind == .none {
            // It went while this waited.
            freeUnused(pfn, cpu: cpu)
            return .gone
        }
        if frames[pfn].order > 0 { return migrateHugePage(pfn, cpu: cpu) ? .moved : .split }
        guard let target = takePage(for: .movable, cpu: cpu) else { return .noMemory }
        let kind = frames[pfn].kind
        let kept = frames[pfn].flags.intersection([.dirty, .unevictable])
        set(target, kind, flags: kept)
        for observer in observers { observer.pageMoved(from: pfn, to: target) }
        charge(.migratePage)
        freePage(pfn, cpu: cpu)
        putBack(target, cpu: cpu)
        // Processes map anonymous pages; those of the page cache that they map are not told apart.
        let flushes =
            switch migration.flush {
            case .mapped: kind == .anonymous
            case .mlocked: kept.contains(.unevictable)
            }
        if flushes { flushLRUBatch(cpu: cpu) }
        return .moved
    }

    private func waitUntilClear(_ flag: PageFrame.Flags, of pfn: Int) -> Bool {
        settle()
        load?.callerIsRunning = false
        defer { load?.callerIsRunning = true }
        return timeline.wait { !self.frames[pfn].has(flag) }
    }

    /// Moves a huge page as a whole. False when there is no frame of its size: then it has been split,
    /// and its parts are isolated one by one.
    private func migrateHugePage(_ pfn: Int, cpu: Int) -> Bool {
        let order = frames[pfn].order
        guard let target = takeHugePage(order: order, cpu: cpu) else {
            splitHugePage(pfn)
            return false
        }
        frames[target].insert(frames[pfn].flags.intersection(.unevictable))
        for part in 0..<1 << order {
            for observer in observers { observer.pageMoved(from: pfn + part, to: target + part) }
        }
        charge(.migratePage, 1 << order)
        freeHugePage(pfn, cpu: cpu)
        putBack(target, cpu: cpu)
        flushLRUBatch(cpu: cpu)
        return true
    }

    /// Returns an isolated page to the LRU, by way of the CPU's batch as long as batches are in use.
    /// Follows putback_movable_pages().
    private func putBack(_ pfn: Int, cpu: Int) {
        if frames[pfn].kind == .none {
            frames[pfn].remove(.batched)
            if !frames[pfn].has(.pinned) { freeUnused(pfn, cpu: cpu) }
            return
        }
        addToLRU(pfn, cpu: cpu)
        if lruCacheDisabled > 0 { flushLRUBatch(cpu: cpu) }
    }
}
