import PhysicalMemory
import Testing

/// Follows every page that the background uses, to see that nobody loses one.
private final class Ledger: PageObserver {
    var pages: [Int: PageUse] = [:]
    var moved = 0
    var mistakes: [String] = []

    func pageAllocated(_ pfn: Int, for use: PageUse) {
        if pages[pfn] != nil { mistakes.append("\(pfn) allocated twice") }
        pages[pfn] = use
    }

    func pageFreed(_ pfn: Int) { take(pfn, "freed") }

    func pageDropped(_ pfn: Int) { take(pfn, "dropped") }

    func pageMoved(from source: Int, to target: Int) {
        moved += 1
        pages[target] = pages[source]
        pages[source] = nil
    }

    private func take(_ pfn: Int, _ what: String) {
        if pages.removeValue(forKey: pfn) == nil { mistakes.append("\(pfn) \(what) while nobody's") }
    }
}

@Suite struct BackgroundProcessesTests {
    private func machine() throws -> MachineMemory {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: 32_768))
        return try MachineMemory(pages: 131_072, cpus: 2, areas: [area])
    }

    private static let everything = BackgroundLoad(
        writers: WriterLoad(writers: 2, diskBytesPerSecond: 80_000_000),
        anonymous: AnonymousLoad(processes: 3, residentPages: 5000, turnoverPagesPerSecond: 4000),
        references: ReferenceLoad(pinsPerSecond: 2000, locksPerSecond: 500))

    @Test func `no page is lost or used twice by all loads together`() throws {
        let memory = try machine()
        let ledger = Ledger()
        memory.observe(ledger)
        let background = BackgroundProcesses(on: memory, load: Self.everything, seed: 3)
        for _ in 0..<60 {
            memory.timeline.advance(by: 100_000_000)
            _ = memory.areas[0].allocate(AllocationRequest(count: 16, align: 4), mode: .normal)
        }
        #expect(ledger.mistakes.isEmpty, "\(ledger.mistakes.prefix(3))")
        #expect(ledger.moved > 0)
        for (pfn, use) in ledger.pages { #expect(memory.use(of: pfn) == use) }
        withExtendedLifetime(background) {}
    }

    /// Outcomes of a series of calls, as one value.
    private func series(seed: UInt64, load: BackgroundLoad) throws -> [AllocationOutcome] {
        let memory = try machine()
        let background = BackgroundProcesses(on: memory, load: load, seed: seed)
        memory.timeline.advance(by: 9_000_000_000)
        defer { withExtendedLifetime(background) {} }
        return (0..<200).map { _ in
            memory.areas[0].allocate(AllocationRequest(count: 16, align: 4), mode: .normal)
        }
    }

    @Test func `the same seed gives the same history, another one another`() throws {
        let first = try series(seed: 5, load: Self.everything)
        #expect(try series(seed: 5, load: Self.everything) == first)
        #expect(try series(seed: 6, load: Self.everything) != first)
    }

    @Test func `two writers fill 34 files in 15 seconds on a disk of 20 MB/s, as recorded`() throws {
        let memory = try machine()
        let free = memory.freePages
        let load = BackgroundLoad(writers: WriterLoad(writers: 2, diskBytesPerSecond: 20_000_000))
        let background = BackgroundProcesses(on: memory, load: load, seed: 1)
        memory.timeline.advance(by: 15_000_000_000)
        let used = free - memory.freePages
        // 34 files of 2048 pages and a twenty-ninth for what indexes them; the lists of two CPUs.
        #expect(abs(used - 34 * 2048 * 30 / 29) < 2100)
        withExtendedLifetime(background) {}
    }

    @Test func `free contiguous pages are used down to half of what is free, as recorded`() throws {
        let memory = try machine()
        let load = BackgroundLoad(writers: WriterLoad(writers: 2, diskBytesPerSecond: 20_000_000))
        let background = BackgroundProcesses(on: memory, load: load, seed: 1)
        memory.timeline.advance(by: 15_000_000_000)
        #expect(abs(memory.freeContiguousPages - memory.freePages / 2) < 64)
        withExtendedLifetime(background) {}
    }

    @Test func `a full memory stays usable: the oldest page cache is dropped`() throws {
        let memory = try machine()
        let load = BackgroundLoad(writers: WriterLoad(writers: 3, diskBytesPerSecond: 200_000_000))
        let background = BackgroundProcesses(on: memory, load: load, seed: 1)
        memory.timeline.advance(by: 30_000_000_000)
        #expect(memory.freePages < 4 * memory.highWatermark)
        #expect(memory.freePages > memory.lowWatermark / 2)
        withExtendedLifetime(background) {}
    }

    @Test func `processes keep the memory they are said to keep`() throws {
        let memory = try machine()
        let free = memory.freePages
        let load = BackgroundLoad(
            anonymous: AnonymousLoad(processes: 4, residentPages: 3000, turnoverPagesPerSecond: 5000))
        let background = BackgroundProcesses(on: memory, load: load, seed: 1)
        memory.timeline.advance(by: 2_000_000_000)
        #expect(abs(free - memory.freePages - 12_000) < 2 * 440 + 64)
        withExtendedLifetime(background) {}
    }

    @Test func `transient pins make a fail-fast window busy and then go away`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 1024))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry], inUse: [65_536..<66_560])
        let load = BackgroundLoad(
            references: ReferenceLoad(pinsPerSecond: 5000, shortestPinNanoseconds: 20_000_000))
        var background: BackgroundProcesses? = BackgroundProcesses(on: memory, load: load, seed: 1)
        memory.timeline.advance(by: 1_000_000_000)
        let area = memory.areas[0]
        #expect(area.counts(in: 0..<1024).pinned > 50)
        #expect(area.allocate(AllocationRequest(count: 1024, align: 10), mode: .failFast).errno == .busy)
        withExtendedLifetime(background) {}
        background = nil
    }
}
