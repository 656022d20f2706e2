import AllocationStrategies
import Testing

@testable import PhysicalMemory

/// A driver that gathers by one strategy from an area of free pages, and the account of all it did.
final class Driver {
    let area: ContiguousArea
    let strategy: any GatheringStrategy
    /// Its calls, and the stretches that they took, in order.
    private(set) var calls: [AllocationOutcome] = []
    private(set) var takes: [Range<Int>] = []
    /// Pages that were taken and not given back, the strategy's own stock included.
    private(set) var held: Set<Int> = []
    /// Hear of a stretch that was taken and of a call that is over.
    var onTake: (Range<Int>) -> Void = { _ in }
    var onCall: (AllocationOutcome) -> Void = { _ in }

    var memory: MachineMemory { area.memory }
    /// Emulated time since it was ready, ns.
    var now: UInt64 { memory.timeline.now - start }
    private var start: UInt64 = 0

    /// A machine whose area lies at frame `base`, with three times as much memory outside it.
    convenience init(_ strategy: String, pages: Int, base: Int = 1 << 16, cpus: Int = 1) throws {
        let geometry = try #require(AreaGeometry(basePFN: base, pages: pages))
        let memory = try MachineMemory(pages: base + 4 * pages + 8192, cpus: cpus, areas: [geometry])
        try self.init(strategy, on: memory)
    }

    /// On a machine that is there already, warm; what the strategy does at the start is done here.
    init(_ strategy: String, on memory: MachineMemory) throws {
        area = try #require(memory.areas.first)
        self.strategy = try #require(Strategy.named(strategy)).instance()
        // The first, expensive call of the machine lies behind it.
        _ = area.allocate(AllocationRequest(count: 0, align: 0), mode: .normal)
        self.strategy.prepare(through: access(device: nil))
        start = memory.timeline.now
    }

    private func access(device: Int?) -> AreaAccess {
        AreaAccess(
            area: area, device: device, cpu: { 0 },
            onCall: { [unowned self] call in
                guard device != nil else { return }
                calls.append(call.outcome)
                onCall(call.outcome)
            },
            onTake: { [unowned self] pages in
                if !held.isDisjoint(with: pages) { Issue.record("\(pages) was taken twice") }
                held.formUnion(pages)
                guard device != nil else { return }
                takes.append(pages)
                onTake(pages)
            },
            onGiveBack: { [unowned self] pages in
                if !held.isSuperset(of: pages) { Issue.record("\(pages) was given back without being held") }
                held.subtract(pages)
            })
    }

    /// Gathers chunks, by default of 64 KiB aligned to themselves.
    func gather(_ wanted: Int, of chunkPages: Int = 16, align: Int? = nil) -> [Int] {
        let align = align ?? chunkPages.trailingZeroBitCount
        return strategy.gather(
            GatherRequest(wanted: wanted, chunkPages: chunkPages, align: align), through: access(device: 0))
    }

    /// Gives a chunk back, to the strategy or else to the area.
    func release(_ offset: Int, of chunkPages: Int = 16) {
        let chunk = offset..<offset + chunkPages
        if !strategy.takeBack(chunk) { access(device: 0).release(chunk) }
    }

    /// How many of a step were taken by `body`.
    func count(_ step: CostStep, in body: () -> Void) -> Int {
        let before = memory.work
        body()
        return memory.work.since(before)[step]
    }

    // MARK: Pages

    func pfn(_ offset: Int) -> Int { area.geometry.basePFN + offset }

    /// Makes a page one of the page cache.
    func putFile(at offset: Int) {
        let zone = memory.zone
        zone.makeUnused(pfn(offset))
        zone.set(pfn(offset), .file, flags: .lru)
        zone.fileLRU.insertFirst(pfn(offset), zone.frames)
    }

    /// A page of the page cache that is on its way to disk for so long; for ever when nil.
    func putWriteback(at offset: Int, for nanoseconds: UInt64?) {
        putFile(at: offset)
        memory.setWriteback(pfn(offset), true)
        guard let nanoseconds else { return }
        memory.timeline.schedule(after: nanoseconds) { [self] in memory.setWriteback(pfn(offset), false) }
    }

    /// A page whose pin goes after so long; one that stays when nil.
    func putPin(at offset: Int, for nanoseconds: UInt64? = nil) {
        area[offset] = .pinned
        guard let nanoseconds else { return }
        memory.timeline.schedule(after: nanoseconds) { [self] in memory.unpin(pfn(offset)) }
    }

    /// Free pages that a CPU keeps on its list.
    func putOnPerCPUList(_ pages: Range<Int>) {
        area.hold(offset: pages.lowerBound, count: pages.count)
        area.release(offset: pages.lowerBound, count: pages.count)
    }

    /// What is wrong with the machine and the area; empty when all is well.
    var findings: [String] { memory.zone.checkInvariants() + area.checkInvariants() }
}

let millisecond: UInt64 = 1_000_000

/// Offsets of chunks of 16 pages in a stretch.
func chunks(in stretch: Range<Int>) -> [Int] {
    Array(stride(from: stretch.lowerBound, to: stretch.upperBound, by: 16))
}
