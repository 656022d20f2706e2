/// What holds a page of a contiguous area, in the words of a map.
public enum PageState: Sendable, Hashable {
    /// In the buddy allocator or on a per-CPU list.
    case free
    /// In use by somebody, and migration can move it.
    case movable
    /// In use with a reference that migration cannot account for: it stays where it is.
    case pinned
    /// Handed out by cma_alloc().
    case held
}

extension ContiguousArea {
    /// State of the page `offset` pages from the base, 0 ..< geometry.pages.
    ///
    /// Setting it is for start states and experiments: a page that becomes movable or pinned is
    /// anonymous memory on the LRU; the allocation bitmap is left alone.
    public subscript(offset: Int) -> PageState {
        get {
            state(of: memory.zone.frames[memory.zone.headOfPage(frame(at: offset))])
        }
        set {
            let zone = memory.zone
            let pfn = frame(at: offset)
            zone.makeUnused(pfn)
            switch newValue {
            case .free: zone.freeBlock(pfn, order: 0)
            case .movable: zone.set(pfn, .anonymous, flags: .lru)
            case .pinned: zone.set(pfn, .anonymous, flags: [.lru, .pinned])
            case .held: zone.set(pfn, .contiguous)
            }
        }
    }

    @inline(__always)
    private func state(of frame: PageFrame) -> PageState {
        switch frame.kind {
        case .none, .buddy, .perCPU: .free
        case .contiguous: .held
        case .anonymous, .file: frame.has(.pinned) ? .pinned : .movable
        case .kernel, .compoundTail: .pinned
        }
    }

    /// Calls `body` for each longest stretch of pages in one state, from the area's first page to its
    /// last; offsets are pages from the base. No stretch has pages of two ranges.
    public func forEachStretch(_ body: (Range<Int>, PageState) -> Void) {
        for range in ranges { forEachStretch(of: range, body) }
    }

    private func forEachStretch(of range: AreaRange, _ body: (Range<Int>, PageState) -> Void) {
        let zone = memory.zone
        let (base, end) = (range.frames.lowerBound, range.frames.upperBound)
        var first = base
        var current = self[range.offsets.lowerBound]
        var pfn = base + 1
        while pfn < end {
            // Free blocks are skipped whole, huge pages are what their heads are.
            if current == .free { pfn = min(zone.freeMap.nextClear(from: pfn), end) }
            pfn = zone.endOfRun(from: pfn, below: end)
            guard pfn < end else { break }
            let state = state(of: zone.frames[zone.headOfPage(pfn)])
            if state != current {
                body(range.offset(of: first)..<range.offset(of: pfn), current)
                (first, current) = (pfn, state)
            }
            pfn += 1
        }
        body(range.offset(of: first)..<range.offsets.upperBound, current)
    }

    /// Makes a page in use wait in an LRU batch, as one that a process has just touched; for a start
    /// state. More pages than a batch holds wait on, which no batch of a machine does.
    public func putInLRUBatch(_ offset: Int, cpu: Int = 0) {
        let pfn = frame(at: offset)
        memory.zone.remove(.lru, from: pfn)
        memory.zone.insert(.batched, on: pfn)
        memory.zone.cpus[cpu].lruBatch.append(pfn)
    }

    /// Makes a page the youngest of the page cache; for a start state.
    public func putInPageCache(_ offset: Int, dirty: Bool) {
        let zone = memory.zone
        let pfn = frame(at: offset)
        zone.makeUnused(pfn)
        zone.set(pfn, .file, flags: dirty ? [.lru, .dirty] : .lru)
        zone.fileLRU.insertFirst(pfn, zone.frames)
    }

    /// Puts a free page on a CPU's list, where the buddy allocator does not see it; for a start state.
    /// A list that is nearly full leaves it where it is, so that the next page is no portion's end.
    public func putOnPerCPUList(_ offset: Int, cpu: Int = 0) {
        let zone = memory.zone
        guard zone.cpus[cpu].count < zone.cpus[cpu].high - 1 else { return }
        let pfn = frame(at: offset)
        zone.makeUnused(pfn)
        zone.set(pfn, .perCPU)
        zone.cpus[cpu].lists[zone.blockType(of: pfn).perCPUList].insertLast(pfn, zone.frames)
        zone.cpus[cpu].count += 1
    }

    /// How many pages of `range` are in each state.
    public func counts(in range: Range<Int>) -> (free: Int, movable: Int, pinned: Int, held: Int) {
        var counts = (free: 0, movable: 0, pinned: 0, held: 0)
        for page in range {
            switch self[page] {
            case .free: counts.free += 1
            case .movable: counts.movable += 1
            case .pinned: counts.pinned += 1
            case .held: counts.held += 1
            }
        }
        return counts
    }
}

extension Zone {
    /// The first frame from `pfn` on that is of another kind than the one before it, or pinned where that
    /// one is not; `end` if there is none.
    fileprivate func endOfRun(from pfn: Int, below end: Int) -> Int {
        let mask = PageFrame.kindAndPin
        let last = frames[pfn - 1].bits & mask
        var next = pfn
        while next + 8 <= end {
            var difference: UInt64 = 0
            for frame in UnsafeBufferPointer(start: frames + next, count: 8) {
                difference |= frame.bits & mask ^ last
            }
            guard difference == 0 else { break }
            next += 8
        }
        while next < end, frames[next].bits & mask == last { next += 1 }
        return next
    }

    /// Takes a page from whatever it is used for or from where it is free, so that it belongs to the
    /// caller alone.
    func makeUnused(_ pfn: Int) {
        let head = headOfPage(pfn)
        if isHugePage(head) { splitHugePage(head) }
        switch frames[pfn].kind {
        case .none where frames[pfn].has(.batched): removeFromLRUBatches(pfn)
        case .none, .buddy: _ = takePage(pfn)
        case .perCPU: takeFromLists(pfn)
        case .anonymous, .file:
            if frames[pfn].kind == .file, frames[pfn].has(.lru) { fileLRU.remove(pfn, frames) }
            removeFromLRUBatches(pfn)
        case .contiguous, .kernel, .compoundTail: break
        }
        extraPins[pfn] = nil
        set(pfn, .none)
    }

    /// Takes a page off the list it is on; what else its block has is freed.
    private func takeFromLists(_ pfn: Int) {
        guard let head = headOnList(of: pfn) else { return }
        let order = frames[head].order
        for cpu in cpus.indices {
            for list in cpus[cpu].lists.indices where cpus[cpu].lists[list].contains(head, frames) {
                cpus[cpu].lists[list].remove(head, frames)
                cpus[cpu].count -= 1 << order
            }
        }
        for page in head..<head + 1 << order { frames[page] = .empty }
        for page in head..<head + 1 << order where page != pfn { freeBlock(page, order: 0) }
    }

    private func removeFromLRUBatches(_ pfn: Int) {
        for cpu in cpus.indices { cpus[cpu].lruBatch.remove(pfn) }
    }
}

// MARK: Checks

extension ContiguousArea {
    /// What is wrong with the allocation bitmap, for tests; empty when all is well.
    ///
    /// A bit stands for pages that a contiguous allocation holds at least one of. That holds as long
    /// as releases begin and end where bits do, or with an allocation. Stretches are what their pages
    /// are, and follow each other without a gap.
    func checkInvariants() -> [String] {
        var findings: [String] = []
        var end = 0
        forEachStretch { stretch, state in
            if stretch.lowerBound != end || stretch.contains(where: { self[$0] != state })
                || end > 0 && self[end - 1] == state
                    && !ranges.contains(where: { $0.offsets.lowerBound == end })
            {
                findings.append("pages \(stretch) are no stretch that is \(state)")
            }
            end = stretch.upperBound
        }
        if end != geometry.pages { findings.append("the stretches end at page \(end)") }
        let pagesPerBit = 1 << geometry.orderPerBit
        for range in ranges {
            for bit in 0..<range.bitmap.count {
                let first = range.offset(ofBit: bit)
                let held = (first..<first + pagesPerBit).contains { self[$0] == .held }
                guard range.bitmap[bit] != held else { continue }
                findings.append(
                    "bit \(bit) of range \(range.index) is \(held ? "clear" : "set"), its pages are \(held ? "held" : "not")"
                )
            }
        }
        return findings
    }
}
