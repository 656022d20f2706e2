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
        var kernel = Kernel.standard
        var geometry = PageGeometry.standard
        var hasHugePages = false

        var testDescription: String {
            "\(pages) pages, \(cpus) CPUs, \(areas.count) areas, seed \(seed), \(operations) operations"
        }
    }

    struct Owned {
        var pfn: Int
        let use: PageUse
        /// 1, or those of a huge page.
        var pages = 1
        var pins = 0
        /// Ends of writeback and of locks that are yet to come.
        var waits = 0
    }

    let memory: MachineMemory
    let setup: Setup
    var owned: [Int: Owned] = [:]
    var identities: [Int: Int] = [:]
    /// Frames that their owners freed while they were pinned.
    var pinnedWithoutOwner: [(pfn: Int, pages: Int, pins: Int)] = []
    /// Whether a huge page came into an area since this was cleared.
    var movedHugePageIn = false
    /// Identities in the order of their allocation, for choosing one.
    private var order: [Int] = []
    var held: [(area: Int, range: Range<Int>)] = []
    /// The last-failed cache of each area, in bits.
    var next: [Int]
    /// Pins and frees that are yet to come.
    var pendingChanges = 0
    private var lastIdentity = 0
    var findings: [String] = []
    var moves = 0
    var checks = 0

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
        var huge = 0
        var split = 0
    }

    init(_ setup: Setup) throws {
        self.setup = setup
        memory = try MachineMemory(
            pages: setup.pages, cpus: setup.cpus, kernelPages: 40, areas: setup.areas,
            kernel: setup.kernel, geometry: setup.geometry, hugePages: setup.hasHugePages ? .used : .none)
        next = [Int](repeating: 0, count: setup.areas.count)
        for area in memory.areas { area.recordsBusyWindows = true }
        memory.observe(Ear(self))
    }

    /// Hears of what happens to pages; the machine keeps it, and it must not keep the life.
    private final class Ear: PageObserver {
        private unowned let life: MemoryLife

        init(_ life: MemoryLife) { self.life = life }

        func pageMoved(from source: Int, to target: Int) { life.move(source, to: target) }
        func pageDropped(_ pfn: Int) { life.drop(pfn) }
        func hugePageSplit(_ pfn: Int, pages: Int) { life.split(pfn, pages: pages) }
    }

    var pagesInUse: Int { owned.values.reduce(0) { $0 + $1.pages } }

    /// Executes an operation.
    /// - Returns: what is wrong after it, or nil.
    func execute(_ operation: MemoryOperation, checking: Bool) -> String? {
        switch operation {
        case .allocate(let use, let cpu): allocate(use, cpu: cpu % setup.cpus)
        case .allocateHuge(let cpu):
            if let pfn = memory.allocateHugePage(cpu: cpu % setup.cpus) {
                own(pfn, .anonymous, pages: memory.hugePagePages)
                tally.huge += 1
            }
        case .free(let choice, let cpu): choose(choice).map { free($0, cpu: cpu) }
        case .pin(let choice): choose(choice).map(pin)
        case .unpin(let choice):
            choose(choice).map(unpin)
            unpinUnowned(choice)
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
            if memory.zone.cpus[cpu].lruBatch.count >= memory.kernel.lists.lruBatch {
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
        own(pfn, use)
        let inArea = memory.areas.contains { $0.geometry.range.contains(pfn) }
        if use == .kernel, inArea { findings.append("the kernel got page \(pfn) of an area") }
    }

    private func own(_ pfn: Int, _ use: PageUse, pages: Int = 1) {
        lastIdentity += 1
        for page in pfn..<pfn + pages {
            if let other = identities[page] {
                findings.append("page \(page) belongs to \(other) and was handed out")
            }
            identities[page] = lastIdentity
        }
        owned[lastIdentity] = Owned(pfn: pfn, use: use, pages: pages)
        order.append(lastIdentity)
    }

    private func free(_ identity: Int, cpu: Int) {
        guard let page = owned.removeValue(forKey: identity) else { return }
        for pfn in page.pfn..<page.pfn + page.pages { identities[pfn] = nil }
        memory.freePage(page.pfn, cpu: cpu)
        if page.pins > 0 { pinnedWithoutOwner.append((page.pfn, page.pages, page.pins)) }
    }

    private func split(_ pfn: Int, pages: Int) {
        tally.split += 1
        guard let identity = identities[pfn], owned[identity]?.pages == pages, owned[identity]?.pins == 0
        else {
            findings.append("\(pages) pages at \(pfn), which are no huge page or a pinned one, were split")
            return
        }
        owned[identity]?.pages = 1
        for page in pfn + 1..<pfn + pages {
            identities[page] = nil
            own(page, .anonymous)
        }
    }

    /// Drops the pins of a page that its owner has freed: only then is it free.
    private func unpinUnowned(_ choice: Int) {
        guard !pinnedWithoutOwner.isEmpty else { return }
        let (pfn, _, pins) = pinnedWithoutOwner.remove(at: choice % pinnedWithoutOwner.count)
        for _ in 0..<pins where !memory.unpin(pfn) { findings.append("page \(pfn) lost count of pins") }
    }

    private func pin(_ identity: Int) {
        guard let page = owned[identity] else { return }
        owned[identity]?.pins += 1
        // A reference on any page of a huge page is one on the whole.
        let pfn = page.pfn + (page.pages - 1) / (1 + owned.count % 3)
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
        if owned[identity]?.pfn == from { owned[identity]?.pfn = target }
        if owned[identity]?.pages ?? 1 > 1,
            memory.areas.contains(where: { $0.geometry.range.contains(target) })
        {
            movedHugePageIn = true
        }
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
}

extension AreaGeometry {
    var range: Range<Int> { basePFN..<basePFN + pages }
}
