import PhysicalMemory
import Testing

@Suite struct HugePageProcessesTests {
    /// Follows every page, those of huge pages one by one.
    private final class Ledger: PageObserver {
        var pages: Set<Int> = []
        var mistakes: [String] = []
        var splits = 0

        func pageAllocated(_ pfn: Int, for use: PageUse) {
            if !pages.insert(pfn).inserted { mistakes.append("\(pfn) allocated twice") }
        }

        func pageFreed(_ pfn: Int) {
            if pages.remove(pfn) == nil { mistakes.append("\(pfn) freed while nobody's") }
        }

        func pageMoved(from source: Int, to target: Int) {
            if pages.remove(source) == nil { mistakes.append("\(source) moved while nobody's") }
            if !pages.insert(target).inserted { mistakes.append("\(source) moved onto \(target)") }
        }

        func hugePageSplit(_ pfn: Int, pages: Int) { splits += 1 }
    }

    private func machine(pages: Int = 131_072) throws -> MachineMemory {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: 32_768))
        return try MachineMemory(pages: pages, cpus: 2, areas: [area], hugePages: .used)
    }

    private func load(
        _ processes: Int, of pages: Int, turnover: Int = 20_000, huge: Bool = true, locked: Bool = false
    ) -> BackgroundLoad {
        BackgroundLoad(
            anonymous: AnonymousLoad(
                processes: processes, residentPages: pages, turnoverPagesPerSecond: turnover,
                usesHugePages: huge, isLocked: locked))
    }

    @Test func `processes have as many huge pages as fit, the rest in single pages`() throws {
        let memory = try machine()
        let background = BackgroundProcesses(on: memory, load: load(3, of: 10_000), seed: 1)
        let state = try #require(background.processMemory)
        #expect(state.residentPages == 30_000)
        #expect(state.hugePages == 3 * 19)
        #expect(state.splitHugePages == 0 && state.movedPages == 0)
        let plain = BackgroundProcesses(on: try machine(), load: load(3, of: 10_000, huge: false), seed: 1)
        let single = try #require(plain.processMemory)
        #expect(single.residentPages == 30_000)
        #expect(single.hugePages == 0 && single.splitHugePages == 0 && single.movedPages == 0)
    }

    @Test(arguments: [131_072, 106_000])
    func `no page is lost when huge pages are exchanged, moved, pinned and split`(pages: Int) throws {
        let memory = try machine(pages: pages)
        let ledger = Ledger()
        memory.observe(ledger)
        var everything = load(3, of: 24_000, locked: true)
        everything.references = ReferenceLoad(pinsPerSecond: 200, locksPerSecond: 200)
        let background = BackgroundProcesses(on: memory, load: everything, seed: 3)
        var held: [Int] = []
        for round in 0..<200 {
            memory.timeline.advance(by: 20_000_000)
            let outcome = memory.areas[0].allocate(
                AllocationRequest(count: 700, align: 4), mode: .normal)
            if let offset = outcome.offset { held.append(offset) }
            if round % 3 == 2, !held.isEmpty {
                memory.areas[0].release(offset: held.removeFirst(), count: 700)
            }
        }
        #expect(ledger.mistakes.isEmpty, "\(ledger.mistakes.prefix(3))")
        let state = try #require(background.processMemory)
        #expect(state.residentPages == ledger.pages.count)
        #expect(state.movedPages > 1000)
        #expect(state.splitHugePages == ledger.splits)
        if pages == 106_000 { #expect(state.splitHugePages > 0) }
        for pfn in ledger.pages { #expect(memory.use(of: pfn) == .anonymous) }
    }

    @Test(arguments: [(true, 32), (false, 63)])
    func `one pin costs 32 chunks of a huge page, and one of single pages`(huge: Bool, chunks: Int) throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 1024))
        let memory = try MachineMemory(
            pages: 131_072, areas: [geometry], inUse: [65_536..<66_560], hugePages: .used)
        let area = memory.areas[0]
        if huge { for head in [0, 512] { area.formHugePage(at: head, order: 9) } }
        memory.pin(geometry.pfn(at: 100))
        var got = 0
        while area.allocate(AllocationRequest(count: 16, align: 4), mode: .normal).offset != nil { got += 1 }
        #expect(got == chunks)
    }

    @Test func `locked memory is moved by contiguous allocations all the same`() throws {
        let memory = try machine()
        let background = BackgroundProcesses(
            on: memory, load: load(2, of: 45_000, turnover: 0, huge: false, locked: true), seed: 1)
        let area = memory.areas[0]
        let before = area.counts(in: 0..<area.geometry.pages).movable
        #expect(before > 4096)
        let first = try #require((0..<area.geometry.pages).first { area[$0] == .movable }) & ~511
        var outcome = area.beginCall()
        #expect(area.tryWindow(first..<first + 512, mode: .normal, into: &outcome))
        area.endCall(&outcome)
        #expect(background.processMemory?.movedPages == outcome.pagesMigrated)
        #expect(outcome.pagesMigrated > 0)
    }

    @Test func `the same seed gives the same pages, with huge pages others`() throws {
        /// Frames of all pages after a second.
        func frames(_ load: BackgroundLoad) throws -> [Int] {
            let memory = try machine()
            let ledger = Ledger()
            memory.observe(ledger)
            let background = BackgroundProcesses(on: memory, load: load, seed: 7)
            memory.timeline.advance(by: 1_000_000_000)
            withExtendedLifetime(background) {}
            return ledger.pages.sorted()
        }
        #expect(try frames(load(2, of: 3000, huge: false)) == frames(load(2, of: 3000, huge: false)))
        #expect(try frames(load(2, of: 3000, huge: false)) != frames(load(2, of: 3000)))
    }
}
