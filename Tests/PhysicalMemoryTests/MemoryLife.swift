import Testing

@testable import PhysicalMemory

/// A machine's memory and the books that the owners of its pages keep about it.
///
/// A page has an identity from its allocation to its end, wherever it moves: nothing may be lost,
/// doubled or mixed up.
final class MemoryLife {
    struct Setup: Sendable, CustomTestStringConvertible {
        var pages: Int
        var cpus: Int
        var areas: [AreaGeometry]
        var seed: UInt64
        var operations: Int
        /// Operations between two checks of everything.
        var checkInterval = 1

        var testDescription: String {
            "\(pages) pages, \(cpus) CPUs, \(areas.count) areas, seed \(seed), \(operations) operations"
        }
    }

    private struct Owned {
        var pfn: Int
        let use: PageUse
        var pins = 0
        /// Ends of writeback and of locks that are yet to come.
        var waits = 0
    }

    let memory: MachineMemory
    private let setup: Setup
    private var owned: [Int: Owned] = [:]
    private var identities: [Int: Int] = [:]
    /// Identities in the order of their allocation, for choosing one.
    private var order: [Int] = []
    private var held: [(area: Int, range: Range<Int>)] = []
    /// The last-failed cache of each area, in bits.
    private var next: [Int]
    /// Pins and frees that are yet to come.
    private var pendingChanges = 0
    private var lastIdentity = 0
    private var findings: [String] = []
    private var moves = 0
    private var checks = 0

    /// What happened, to see that a life was an eventful one.
    var tally = Tally()

    struct Tally {
        var succeeded = 0
        var busy = 0
        var noMemory = 0
        var predicted = 0
        var moved = 0
        var dropped = 0
        var failed = 0
    }

    init(_ setup: Setup) throws {
        self.setup = setup
        memory = try MachineMemory(
            pages: setup.pages, cpus: setup.cpus, kernelPages: 40, areas: setup.areas)
        next = [Int](repeating: 0, count: setup.areas.count)
        for area in memory.areas { area.recordsBusyWindows = true }
        memory.onMigrate { [unowned self] in move($0, to: $1) }
        memory.onDrop { [unowned self] in drop($0) }
    }

    var pagesInUse: Int { owned.count }

    /// Executes an operation.
    /// - Returns: what is wrong after it, or nil.
    func execute(_ operation: MemoryOperation, checking: Bool) -> String? {
        switch operation {
        case .allocate(let use, let cpu): allocate(use, cpu: cpu % setup.cpus)
        case .free(let choice, let cpu): choose(choice).map { free($0, cpu: cpu) }
        case .pin(let choice): choose(choice).map(pin)
        case .unpin(let choice): choose(choice).map(unpin)
        case .setDirty(let choice, let value): chooseMovable(choice) { memory.setDirty($0.pfn, value) }
        case .setUnevictable(let choice, let value):
            chooseMovable(choice) { memory.setUnevictable($0.pfn, value) }
        case .writeBack(let choice, let delay):
            hold(choice, for: delay) { [memory] in memory.setWriteback($0, $1) }
        case .lock(let choice, let delay): hold(choice, for: delay) { [memory] in memory.setLocked($0, $1) }
        case .pinLater(let choice, let delay): later(choice, delay) { [unowned self] in pin($0) }
        case .freeLater(let choice, let delay): later(choice, delay) { [unowned self] in free($0, cpu: 0) }
        case .takeContiguous(let area, let mode, let count, let align, let cpu, let calm):
            // Half of the calls find nothing that is still to come: the naive area knows no time.
            if calm { memory.timeline.advance(by: 30_000_000) }
            takeContiguous(
                area % memory.areas.count, AllocationMode.named[mode].mode,
                AllocationRequest(count: count, align: align), cpu: cpu)
        case .release(let choice, let part, let cpu): release(choice, part: part, cpu: cpu)
        case .putAside(let movable, let other, let batched, let cpu):
            memory.putAside(movable: movable, other: other, batched: batched, cpu: cpu)
            // What a CPU's batch holds at most; the machine never lets it run full either.
            if memory.zone.cpus[cpu].lruBatch.count >= MachineMemory.lruBatchSize {
                memory.zone.flushLRUBatch(cpu: cpu)
            }
        case .drain(let cpu): memory.zone.drain(cpu: cpu)
        case .flush(let cpu): memory.zone.flushLRUBatch(cpu: cpu)
        case .reclaim(let pages, let cpu): memory.reclaim(untilFree: pages, cpu: cpu)
        case .elapse(let nanoseconds): memory.timeline.advance(by: nanoseconds)
        }
        if checking { check() }
        return findings.isEmpty ? nil : findings.prefix(5).joined(separator: "; ")
    }

    // MARK: Owners

    private func choose(_ choice: Int) -> Int? {
        while !order.isEmpty {
            let index = choice % order.count
            if owned[order[index]] != nil { return order[index] }
            order.swapAt(index, order.count - 1)
            order.removeLast()
        }
        return nil
    }

    private func chooseMovable(_ choice: Int, _ body: (Owned) -> Void) {
        if let identity = choose(choice), let page = owned[identity], page.use != .kernel { body(page) }
    }

    private func allocate(_ use: PageUse, cpu: Int) {
        guard let pfn = memory.allocatePage(for: use, cpu: cpu) else { return }
        if let other = identities[pfn] {
            findings.append("page \(pfn) belongs to \(other) and was handed out")
        }
        lastIdentity += 1
        identities[pfn] = lastIdentity
        owned[lastIdentity] = Owned(pfn: pfn, use: use)
        order.append(lastIdentity)
        let inArea = memory.areas.contains { $0.geometry.range.contains(pfn) }
        if use == .kernel, inArea { findings.append("the kernel got page \(pfn) of an area") }
    }

    private func free(_ identity: Int, cpu: Int) {
        guard let page = owned.removeValue(forKey: identity) else { return }
        identities[page.pfn] = nil
        memory.freePage(page.pfn, cpu: cpu)
    }

    private func pin(_ identity: Int) {
        guard let pfn = owned[identity]?.pfn else { return }
        owned[identity]?.pins += 1
        if !memory.pin(pfn) { findings.append("page \(pfn) could not be pinned") }
    }

    private func unpin(_ identity: Int) {
        guard let page = owned[identity] else { return }
        if memory.unpin(page.pfn) != (page.pins > 0) {
            findings.append("page \(page.pfn) lost count of pins")
        }
        owned[identity]?.pins = max(page.pins - 1, 0)
    }

    private func hold(_ choice: Int, for delay: UInt64, _ set: @escaping (Int, Bool) -> Void) {
        guard let identity = choose(choice), let page = owned[identity], page.use != .kernel, page.waits == 0
        else { return }
        set(page.pfn, true)
        owned[identity]?.waits += 1
        memory.timeline.schedule(after: delay) { [unowned self] in
            guard let pfn = owned[identity]?.pfn else { return }
            owned[identity]?.waits -= 1
            set(pfn, false)
        }
    }

    private func later(_ choice: Int, _ delay: UInt64, _ body: @escaping (Int) -> Void) {
        guard let identity = choose(choice) else { return }
        pendingChanges += 1
        memory.timeline.schedule(after: delay) { [unowned self] in
            pendingChanges -= 1
            body(identity)
        }
    }

    private func move(_ from: Int, to target: Int) {
        moves += 1
        tally.moved += 1
        if memory.zone.frames[from].has([.pinned, .locked, .writeback]) {
            findings.append("page \(from) moved although it is pinned, locked or under writeback")
        }
        guard let identity = identities.removeValue(forKey: from) else {
            findings.append("page \(from), which nobody owns, moved")
            return
        }
        if identities[target] != nil { findings.append("page \(from) moved onto \(target), which is in use") }
        identities[target] = identity
        owned[identity]?.pfn = target
    }

    private func drop(_ pfn: Int) {
        tally.dropped += 1
        if memory.zone.frames[pfn].has([.pinned, .locked, .writeback, .dirty, .unevictable]) {
            findings.append("page \(pfn) was dropped although it is needed")
        }
        guard let identity = identities.removeValue(forKey: pfn), owned[identity]?.use == .file else {
            findings.append("page \(pfn) was dropped, which is nobody's page cache")
            return
        }
        owned[identity] = nil
    }

    // MARK: Contiguous allocations

    private func takeContiguous(_ index: Int, _ mode: AllocationMode, _ request: AllocationRequest, cpu: Int)
    {
        let area = memory.areas[index]
        let geometry = area.geometry
        let expected = prediction(index, mode, request)
        let movesBefore = moves
        let outcome = area.allocate(request, mode: mode, cpu: cpu)
        tally.failed += outcome.migrateFailed
        if moves - movesBefore != outcome.pagesMigrated {
            findings.append("\(outcome.pagesMigrated) pages moved by the result, \(moves - movesBefore) did")
        }
        let answer = NaiveArea.Answer(
            offset: outcome.offset, errno: outcome.errno?.rawValue ?? 0, busy: area.busyWindows)
        if let expected {
            tally.predicted += 1
            if answer != expected {
                findings.append(
                    "\(request.count) pages aligned to 2^\(request.align), \(mode.name): \(answer), not \(expected)"
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
            memory.freePages > setup.areas[index].pages + 200
        else { return nil }
        let geometry = setup.areas[index]
        var model = NaiveArea(base: geometry.basePFN, pages: geometry.pages, order: geometry.orderPerBit)
        for page in owned.values where geometry.range.contains(page.pfn) {
            if page.waits > 0, mode.migration == .async { return nil }
            model.states[page.pfn - geometry.basePFN] = page.pins > 0 ? .pinned : .movable
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

    private func release(_ choice: Int, part: Int, cpu: Int) {
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

    private func check() {
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
        for (index, range) in held where !range.allSatisfy({ memory.areas[index][$0] == .held }) {
            findings.append("\(range) of area \(index) is not held any more")
        }
    }
}

extension AreaGeometry {
    var range: Range<Int> { basePFN..<basePFN + pages }
}
