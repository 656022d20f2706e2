import Testing

@testable import PhysicalMemory

/// Contiguous allocations, what they should answer, and what must hold after every operation.
extension MemoryLife {
    func takeContiguous(_ index: Int, _ mode: AllocationMode, _ request: AllocationRequest, cpu: Int) {
        let area = memory.areas[index]
        let geometry = area.geometry
        let expected = prediction(index, mode, request)
        movedHugePageIn = false
        let movesBefore = moves
        let outcome = area.allocate(request, mode: mode, cpu: cpu)
        tally.failed += outcome.migrateFailed
        if moves - movesBefore != outcome.pagesMigrated {
            findings.append("\(outcome.pagesMigrated) pages moved by the result, \(moves - movesBefore) did")
        }
        let answer = NaiveArea.Answer(
            offset: outcome.offset, errno: outcome.errno?.rawValue ?? 0, busy: area.busyWindows)
        // Where frames ran out is no matter of states of pages.
        // Neither is where a huge page was moved to.
        if let expected, !movedHugePageIn, outcome.errno != .noMemory || expected.errno == -12 {
            tally.predicted += 1
            if answer != expected {
                findings.append(
                    "\(request.count) pages aligned to 2^\(request.align), \(mode.name(on: .linux6_1)): \(answer), not \(expected)"
                )
            }
        }
        if mode.cachesLastFailure {
            if let last = area.busyWindows.last {
                next[index] = last >> geometry.orderPerBit + geometry.mask(alignOrder: request.align) + 1
            }
            // A request that can never fit ends before it looks at the cache.
            let fits = geometry.bits(forPages: request.count) <= geometry.bits
            if outcome.offset == nil, fits { next[index] = 0 }
        }
        switch outcome.errno {
        case nil: tally.succeeded += 1
        case .busy: tally.busy += 1
        case .noMemory: tally.noMemory += 1
        }
        guard let offset = outcome.offset else { return }
        held.append((index, offset..<offset + request.count))
        for page in offset..<offset + request.count {
            if identities[geometry.basePFN + page] != nil {
                findings.append("page \(page) of the area was taken from its owner")
            }
        }
    }

    /// What the naive area says, from the owners' books alone; nil when it depends on more than
    /// states of pages: on events to come, on per-CPU lists, or on memory running out.
    private func prediction(
        _ index: Int, _ mode: AllocationMode, _ request: AllocationRequest
    ) -> NaiveArea.Answer? {
        guard setup.checkInterval == 1, mode.drainsPerCPULists, mode.disablesLRUCache, pendingChanges == 0,
            memory.freePages > request.count + 100 + (setup.hasHugePages ? memory.hugePagePages : 0)
        else { return nil }
        let geometry = setup.areas[index]
        var model = NaiveArea(base: geometry.basePFN, pages: geometry.pages, order: geometry.orderPerBit)
        for page in owned.values where geometry.range.contains(page.pfn) {
            if page.waits > 0, mode.migration == .async { return nil }
            let offsets = page.pfn - geometry.basePFN..<page.pfn - geometry.basePFN + page.pages
            for offset in offsets {
                model.states[offset] = page.pins > 0 ? .pinned : .movable
                if page.pages > 1 { model.hugePages[offset] = offsets }
            }
        }
        for (pfn, pages, _) in pinnedWithoutOwner where geometry.range.contains(pfn) {
            for page in pfn..<pfn + pages { model.states[page - geometry.basePFN] = .pinned }
        }
        for (area, range) in held where area == index {
            for page in range {
                model.states[page] = .held
                model.bits[page >> geometry.orderPerBit] = true
            }
        }
        model.next = next[index]
        var answer = model.allocate(
            count: request.count, align: request.align, caching: mode.cachesLastFailure)
        answer.migrated = 0
        return answer
    }

    func release(_ choice: Int, part: Int, cpu: Int) {
        guard !held.isEmpty else { return }
        let (index, whole) = held.remove(at: choice % held.count)
        let area = memory.areas[index]
        let unit = 1 << area.geometry.orderPerBit
        let middle = whole.lowerBound + whole.count / 2 / unit * unit
        let range = part > 0 ? whole : middle..<whole.upperBound
        if part == 0, middle > whole.lowerBound { held.append((index, whole.lowerBound..<middle)) }
        if !area.release(offset: range.lowerBound, count: range.count, cpu: cpu) {
            findings.append("\(range) of area \(index) was not released")
        }
    }

    // MARK: Checks

    func check() {
        findings += memory.zone.checkInvariants()
        for area in memory.areas { findings += area.checkInvariants() }
        checks += 1
        guard checks % 16 == 0 || setup.checkInterval > 1 else { return }
        for (identity, page) in owned {
            let frame = memory.zone.frames[page.pfn]
            if identities[page.pfn] != identity { findings.append("page \(page.pfn) has two owners or none") }
            if memory.use(of: page.pfn) != page.use {
                findings.append("\(page.use) page \(page.pfn) is \(frame.kind)")
            }
            let pins = frame.has(.pinned) ? 1 + memory.zone.extraPins[page.pfn, default: 0] : 0
            if pins != page.pins { findings.append("page \(page.pfn) has \(pins) pins, not \(page.pins)") }
        }
        for (pfn, _, pins) in pinnedWithoutOwner {
            let found = memory.zone.frames[pfn].has(.pinned) ? 1 + memory.zone.extraPins[pfn, default: 0] : 0
            if pins != found { findings.append("freed page \(pfn) has \(found) pins, not \(pins)") }
        }
        for (index, range) in held where !range.allSatisfy({ memory.areas[index][$0] == .held }) {
            findings.append("\(range) of area \(index) is not held any more")
        }
    }
}
