import Testing

@testable import PhysicalMemory

/// What is kept of refused windows against windows tried one by one, over lives in which everything
/// about an area changes between two calls.
@Suite struct WindowMapTests {
    private struct Call: Equatable {
        var outcome: AllocationOutcome
        var busyWindows: [Int]
        var counts: [Int]
        var now: UInt64
    }

    /// Pageblocks of half a largest block, and from seed 25 on of an eighth.
    private static func geometry(seed: UInt64) -> PageGeometry {
        seed < 25 ? .standard : PageGeometry(pageBytes: 16_384, blockPages: 256) ?? .standard
    }

    /// An area of more than two groups of pageblocks, with pins all over; every fourth lies in two regions.
    private static func randomArea(seed: UInt64, lists: Bool) throws -> ContiguousArea {
        var generator = SeededGenerator(seed: seed)
        let geometry = geometry(seed: seed)
        let base =
            (seed % 4 == 1 ? 4096 << geometry.blockOrder - 40_000 : 40_000) + generator.below(2000)
        let area = try makeArea(pages: 70_000 + generator.below(3000), base: base, geometry: geometry)
        area.recordsBusyWindows = lists
        for _ in 0..<2500 { area[generator.below(area.geometry.pages)] = .pinned }
        for _ in 0..<300 { area[generator.below(area.geometry.pages)] = .movable }
        area.drain()
        return area
    }

    private static func life(
        of area: ContiguousArea, seed: UInt64, onEvent: ((AllocationEvent) -> Void)?
    ) -> [Call] {
        var generator = SeededGenerator(seed: seed ^ 0x77)
        // One of whole windows of which nearly all are refused, and two others.
        let large = min(6 + generator.below(4), area.memory.geometry.blockOrder)
        var kinds = [AllocationRequest(count: 1 << large, align: large)]
        for _ in 0..<2 {
            let align = 3 + generator.below(7)
            kinds.append(AllocationRequest(count: 1 + generator.below(1 << align), align: align))
        }
        let memory = area.memory
        var held: [Range<Int>] = []
        var calls: [Call] = []
        for _ in 0..<150 {
            let request = kinds[generator.below(kinds.count)]
            var mode = AllocationMode.named[generator.below(AllocationMode.named.count)].mode
            mode.cachesLastFailure = generator.below(3) == 0
            if generator.below(8) == 0 { mode.migrateTries = 0 }
            let outcome = area.allocate(request, mode: mode, onEvent: onEvent)
            if let offset = outcome.offset { held.append(offset..<offset + request.count) }
            calls.append(
                Call(
                    outcome: outcome, busyWindows: area.busyWindows, counts: memory.work.counts,
                    now: memory.timeline.now))
            if held.count > 20 || !held.isEmpty && generator.below(3) == 0 {
                let range = held.remove(at: generator.below(held.count))
                area.release(offset: range.lowerBound, count: range.count)
            }
            let page = generator.below(area.geometry.pages)
            let pfn = area.pfn(page)
            switch generator.below(8) {
            case 0: memory.pin(pfn)
            case 1: memory.unpin(pfn)
            case 2 where area[page] == .free: area[page] = .pinned
            case 3 where area[page] == .pinned: area[page] = .free
            case 4: _ = memory.allocatePage(for: .anonymous, cpu: 0)
            case 5: _ = memory.allocateHugePage(cpu: 0)
            case 6: area.drain()
            default: break
            }
        }
        return calls
    }

    @Test(arguments: 1...32 as ClosedRange<UInt64>)
    func `what is kept of windows gives what trying each of them gives`(seed: UInt64) throws {
        let lists = seed % 3 == 0
        let area = try Self.randomArea(seed: seed, lists: lists)
        let twin = try Self.randomArea(seed: seed, lists: lists)
        let fast = Self.life(of: area, seed: seed, onEvent: nil)
        let slow = Self.life(of: twin, seed: seed) { _ in }
        for (number, pair) in zip(fast, slow).enumerated() where pair.0 != pair.1 {
            Issue.record("call \(number): \(pair.0.outcome), one by one \(pair.1.outcome)")
            return
        }
        #expect(area.states == twin.states)
        #expect(area.findings == [])
        #expect(!area.ranges[0].windowMaps.isEmpty)
        #expect(twin.ranges[0].windowMaps.isEmpty)
    }

    @Test func `only windows that lie apart, each in a pageblock, are kept`() throws {
        let area = try makeArea(pages: 4096)
        func isKept(_ count: Int, align: Int) -> Bool {
            let kind = WindowMap.Kind(count: count, align: align, migrates: true)
            return WindowMap(kind, of: area.ranges[0], in: area.zone) != nil
        }
        #expect(isKept(8, align: 3) && isKept(5, align: 4) && isKept(512, align: 9))
        #expect(!isKept(9, align: 3) && !isKept(1, align: 2) && !isKept(1024, align: 10))
    }

    @Test func `a pageblock that changed is looked at again, and the odd one behind an even one`() {
        let changes = BlockChanges(blocks: 200, geometry: .standard)
        #expect(changes.changed(in: 1, since: 0) == ~0)
        let look = changes.look()
        #expect(!changes.hasChanged(group: 1, since: look) && !changes.hasChanged(region: 0, since: look))
        changes.mark(64 + 6)
        changes.mark(64 + 9)
        #expect(changes.hasChanged(group: 1, since: look) && !changes.hasChanged(group: 2, since: look))
        #expect(changes.hasChanged(region: 0, since: look))
        #expect(changes.changed(in: 1, since: look) == 1 << 6 | 1 << 7 | 1 << 9)
        #expect(!changes.hasChanged(group: 1, since: changes.look()))
    }

    @Test func `a pageblock that changed reaches to the end of its largest block, not beyond`() throws {
        let eighths = BlockChanges(
            blocks: 200, geometry: try #require(PageGeometry(pageBytes: 16_384, blockPages: 256)))
        let look = eighths.look()
        eighths.mark(64 + 5)
        eighths.mark(64 + 8)
        eighths.mark(64 + 63)
        #expect(eighths.changed(in: 1, since: look) == 0x8000_0000_0000_ffe0 as UInt64)
        let wholes = BlockChanges(
            blocks: 200, geometry: try #require(PageGeometry.standard(pageBytes: 65_536)))
        let first = wholes.look()
        wholes.mark(6)
        #expect(wholes.changed(in: 0, since: first) == 1 << 6)
    }
}
