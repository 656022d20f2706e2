/// The parts of cma_alloc() one by one, for strategies that search and choose windows themselves.
///
/// Offsets are pages from the area's base. None of these is a call of its own: `beginCall` and
/// `endCall` go around them.
extension ContiguousArea {
    /// What a look at a page without touching it can tell about why it would not move.
    public enum Obstacle: Int, Sendable, Comparable {
        /// Free, but on some CPU's page list: drain_all_pages() helps.
        case perCPU
        /// In some CPU's LRU batch, so that isolation does not see it: lru_add_drain_all() helps.
        case batched
        /// Somebody holds its lock, for as long as an I/O may take.
        case locked
        /// On its way to disk.
        case writeback
        /// It has references that its mappings do not explain, or belongs to the kernel.
        case pinned

        public static func < (a: Obstacle, b: Obstacle) -> Bool { a.rawValue < b.rawValue }
    }

    /// Begins a call that tries windows of its own choice.
    public func beginCall() -> AllocationOutcome {
        var outcome = AllocationOutcome()
        outcome.startNanoseconds = memory.timeline.now
        chargeCall()
        zone.load?.callerIsRunning = true
        return outcome
    }

    /// Ends it: its time is on the clock.
    public func endCall(_ outcome: inout AllocationOutcome) {
        zone.settle()
        zone.load?.callerIsRunning = false
        outcome.durationNanoseconds = memory.timeline.now - outcome.startNanoseconds
    }

    /// The first window at or above `offset` of which no page is allocated, nil when there is none. A window lies in
    /// one range. Follows bitmap_find_next_zero_area_off().
    public func nextWindow(from offset: Int, for request: AllocationRequest) -> Int? {
        guard request.count > 0, request.count <= geometry.pages, (0...40).contains(request.align),
            (0...geometry.pages).contains(offset)
        else { return nil }
        let unit = 1 << geometry.orderPerBit
        for range in ranges where offset < range.offsets.upperBound {
            let shape = WindowShape(request, in: range, of: self)
            let start = (max(offset - range.offsets.lowerBound, 0) + unit - 1) / unit
            let bit = range.bitmap.nextZeroArea(
                from: start, bits: shape.bits, mask: shape.mask, offset: shape.alignOffset)
            if let bit { return range.offset(ofBit: bit) }
        }
        return nil
    }

    /// Tries one window. True when its pages are the caller's now; else `outcome` has the errno and a
    /// busy window more. A window that leaves a range of the area or has an allocated page is refused with -EBUSY.
    ///
    /// - Parameter onTake: is called with the window at the instant at which its pages become the caller's.
    ///
    /// Follows alloc_contig_range() as cma_alloc() calls it.
    public func tryWindow(
        _ window: Range<Int>, mode: AllocationMode, cpu: Int = 0, onTake: ((Range<Int>) -> Void)? = nil,
        into outcome: inout AllocationOutcome
    ) -> Bool {
        let unit = 1 << geometry.orderPerBit
        guard isInOneRange(window), window.lowerBound % unit == 0, !hasAllocated(window) else {
            outcome.errno = .busy
            outcome.busyRetries += 1
            return false
        }
        let effort = zone.effort(of: mode)
        underPerCPULists(of: effort, &outcome) {
            attempt(
                window, in: range(at: window.lowerBound), effort: effort, cpu: cpu, onTake: onTake, into: &$0)
        }
        if outcome.errno == .busy { outcome.busyRetries += 1 }
        return outcome.errno == nil
    }

    /// Where the search of a request goes on after the window at `offset` was refused.
    public func searchResumption(
        after offset: Int, for request: AllocationRequest, mode: AllocationMode
    ) -> Int {
        let range = range(at: offset)
        let bit = range.bits(of: offset..<offset + 1).lowerBound
        let next = WindowShape(request, in: range, of: self).next(
            after: bit, step: zone.effort(of: mode).retryStep)
        return min(range.offset(ofBit: next), range.offsets.upperBound)
    }

    /// Keeps a window that is being tried from other callers: sets its bits of the allocation bitmap. Follows
    /// bitmap_set() in cma_alloc().
    public func claim(_ window: Range<Int>) {
        for (range, pages) in parts(of: window) { mark(range.bits(of: pages), of: range) }
    }

    /// Clears the bits that ``claim(_:)`` has set. Follows cma_clear_bitmap().
    public func unclaim(_ window: Range<Int>) {
        for (range, pages) in parts(of: window) { unmark(range.bits(of: pages), of: range) }
    }

    /// Whether a bit of pages that lie in one range and begin where a bit does is set.
    private func hasAllocated(_ pages: Range<Int>) -> Bool {
        let range = range(at: pages.lowerBound)
        let bits = range.bits(of: pages)
        return range.bitmap.hasSet(in: bits.lowerBound...bits.upperBound - 1)
    }

    /// Empties the page lists and LRU batches of all CPUs, once. Follows lru_add_drain_all() and
    /// drain_all_pages(NULL).
    public func drainAll(into outcome: inout AllocationOutcome) {
        outcome.drains += 2
        outcome.hasFlushedLRU = true
        zone.charge(.disableLRUFirst)
        for cpu in zone.cpus.indices where !zone.cpus[cpu].lruBatch.isEmpty {
            zone.flushLRUBatch(cpu: cpu)
            zone.charge(.disableLRUPerCPU)
            outcome.interrupts += 1
        }
        outcome.interrupts += zone.drainAllPages()
        zone.settle()
    }

    /// The worst thing that stands in a window's way and the page where it was seen, nil when nothing
    /// is. Costs a step of isolation's walk for each page or free stretch looked at; a pinned page ends
    /// the look.
    public func obstacle(in window: Range<Int>) -> (kind: Obstacle, page: Int)? {
        var worst: (kind: Obstacle, page: Int)?
        for (range, pages) in parts(of: window) {
            let frames = range.frames(at: pages)
            var pfn = frames.lowerBound
            while pfn < frames.upperBound {
                zone.charge(.isolateStep)
                let free = zone.freeMap.nextClear(from: pfn)
                if free > pfn {
                    pfn = free
                    continue
                }
                if let seen = obstacle(at: pfn) {
                    if worst.map({ $0.kind < seen }) ?? true { worst = (seen, range.offset(of: pfn)) }
                    if seen == .pinned { return worst }
                }
                pfn += 1
            }
        }
        return worst
    }

    /// A look that is no part of a call: its time is on the clock.
    public func look(in window: Range<Int>) -> (kind: Obstacle, page: Int)? {
        let seen = obstacle(in: window)
        zone.settle()
        return seen
    }

    /// What a huge page has is known from its first page.
    func obstacle(at pfn: Int) -> Obstacle? {
        let frame = zone.frames[zone.headOfPage(pfn)]
        if frame.has(.pinned) { return .pinned }
        if frame.has(.writeback) { return .writeback }
        if frame.has(.locked) { return .locked }
        switch frame.kind {
        case .perCPU: return .perCPU
        case .kernel, .contiguous: return .pinned
        case .none, .anonymous, .file: return frame.has(.batched) ? .batched : nil
        case .buddy, .compoundTail: return nil
        }
    }

    /// Empties the pageblocks that `stretch` touches and takes up to `limit` windows of the request's
    /// size out of it. Follows what is known of alloc_pages_bulk(), see `Zone.harvest`.
    ///
    /// - Parameters:
    ///   - onTake: is called with each window, in pages from the area's base, at the instant at which its pages
    ///     become the caller's.
    ///   - onTaken: is called with it afterwards, when what the window cost is part of `instant`.
    public func harvest(
        _ stretch: Range<Int>, for request: AllocationRequest, limit: Int, mode: AllocationMode,
        cpu: Int = 0, onTake: (Range<Int>) -> Void = { _ in }, onTaken: (Range<Int>) -> Void = { _ in },
        into outcome: inout AllocationOutcome
    ) -> [Int] {
        var taken: [Int] = []
        for (range, pages) in parts(of: stretch) where taken.count < limit {
            taken += harvest(
                pages, of: range, for: request, limit: limit - taken.count, mode: mode, cpu: cpu,
                onTake: onTake, onTaken: onTaken, into: &outcome)
        }
        return taken
    }

    private func harvest(
        _ stretch: Range<Int>, of range: AreaRange, for request: AllocationRequest, limit: Int,
        mode: AllocationMode, cpu: Int, onTake: (Range<Int>) -> Void, onTaken: (Range<Int>) -> Void,
        into outcome: inout AllocationOutcome
    ) -> [Int] {
        var windows: [Range<Int>] = []
        var from = stretch.lowerBound
        while let offset = nextWindow(from: from, for: request), offset + request.count <= stretch.upperBound
        {
            windows.append(range.frames(at: offset..<offset + request.count))
            from = offset + request.count
        }
        guard let first = windows.first, let last = windows.last else { return [] }
        // Nobody else may choose them while this waits for the mutex or time passes.
        func bits(of window: Range<Int>) -> Range<Int> {
            let offset = range.offset(of: window.lowerBound)
            return range.bits(of: offset..<offset + window.count)
        }
        for window in windows { mark(bits(of: window), of: range) }
        let isShared = memory.timeline.isShared
        outcome.mutexWaitNanoseconds += mutex.lock(memory.timeline)
        let blocks =
            first.lowerBound &>> zone.geometry.blockOrder...(last.upperBound - 1) &>> zone.geometry.blockOrder
        let (taken, result) = zone.harvest(
            blocks, windows: windows, limit: limit, effort: zone.effort(of: mode),
            firstWindow: !outcome.hasFlushedLRU, cpu: cpu
        ) { window in
            let offset = range.offset(of: window.lowerBound)
            let pages = offset..<offset + window.count
            allocatedPagesInAll += pages.count
            onTake(pages)
            if isShared { zone.settle() }
            onTaken(pages)
        }
        if mode.disablesLRUCache { outcome.hasFlushedLRU = true }
        zone.settle()
        outcome.othersWaitedNanoseconds += mutex.unlock(memory.timeline)
        outcome.add(result)
        for window in windows { unmark(bits(of: window), of: range) }
        for window in taken { mark(bits(of: window), of: range) }
        return taken.map { range.offset(of: $0.lowerBound) }
    }

    /// A call that another CPU makes while the machine does something else: it costs the clock
    /// nothing, and its duration is returned in the outcome. Refused with -EBUSY while somebody holds
    /// the area's mutex; `mode` must be one that never waits.
    public func allocateMeanwhile(
        _ request: AllocationRequest, mode: AllocationMode, cpu: Int,
        onTake: ((Range<Int>) -> Void)? = nil, onEvent: ((AllocationEvent) -> Void)? = nil
    ) -> AllocationOutcome {
        precondition(
            mode.migration == .async && zone.effort(of: mode).rescans == 0, "a background call cannot wait")
        var outcome = AllocationOutcome()
        guard mutex.tryLock(memory.timeline) else {
            outcome.errno = .busy
            return outcome
        }
        _ = mutex.unlock(memory.timeline)
        let foreground = zone.work.pendingTenths
        zone.work.pendingTenths = 0
        zone.timeStands = true
        let callerWasRunning = zone.load?.callerIsRunning ?? false
        defer { zone.load?.callerIsRunning = callerWasRunning }
        outcome = allocate(request, mode: mode, cpu: cpu, onTake: onTake, onEvent: onEvent)
        outcome.durationNanoseconds = UInt64(zone.work.pendingTenths / 10)
        zone.timeStands = false
        zone.work.pendingTenths = foreground
        return outcome
    }
}
