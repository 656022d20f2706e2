import Testing

@testable import PhysicalMemory

/// Windows that are passed over against the same windows tried one by one: a listener makes the area
/// try each of them.
@Suite struct RefusalTests {
    /// What a call came to, and everything that it left.
    private struct Trace: Equatable {
        var outcome: AllocationOutcome
        var busyWindows: [Int]
        var counts: [Int]
        var pendingTenths: Int
        var now: UInt64
        var frames: [UInt64]
    }

    private static func randomMode(_ generator: inout SeededGenerator) -> AllocationMode {
        var mode = AllocationMode.named[generator.below(AllocationMode.named.count)].mode
        guard generator.below(3) == 0 else { return mode }
        mode.migrateTries = [0, 1, 5][generator.below(3)]
        mode.drainsPerCPULists = generator.below(2) == 0
        mode.disablesLRUCache = generator.below(2) == 0
        mode.disablesPerCPULists = generator.below(4) == 0
        mode.cachesLastFailure = generator.below(2) == 0
        mode.retryStep = generator.below(3) == 0 ? .largestBlock : .alignment
        mode.rescans = generator.below(3)
        return mode
    }

    /// Fills an area with stretches of all kinds of pages, by seed.
    private static func randomArea(seed: UInt64) throws -> ContiguousArea {
        var generator = SeededGenerator(seed: seed)
        let order = generator.below(3)
        let base = 8192 + generator.below(512) << order
        let pages = (600 + generator.below(3000)) & ~3
        let area = try makeArea(pages: pages, base: base, orderPerBit: order)
        var page = 0
        while page < pages - 4 {
            let end = min(page + 4 << generator.below(6), pages - 4)
            switch generator.below(8) {
            case 0: area.hold(offset: page, count: end - page)
            case 1: for page in page..<end { area[page] = .movable }
            case 2: for page in page..<end where generator.below(4) == 0 { area.putFile(at: page) }
            case 3: for page in page..<end where generator.below(9) == 0 { area[page] = .movable }
            case 4...6: for page in page..<end where generator.below(12) == 0 { area[page] = .pinned }
            default: break
            }
            page = end
        }
        if generator.below(3) == 0 {
            area[pages - 1] = .movable
            area.putInLRUBatch(pages - 1)
        }
        if generator.below(3) == 0 { area.putOnPerCPUList(pages - 2) }
        return area
    }

    /// Calls and releases, all by seed, and what each of them left.
    private static func life(
        of area: ContiguousArea, seed: UInt64, onEvent: ((AllocationEvent) -> Void)?
    ) -> [Trace] {
        var generator = SeededGenerator(seed: seed ^ 0xabcd)
        var traces: [Trace] = []
        var held: [Range<Int>] = []
        for _ in 0..<30 {
            let mode = randomMode(&generator)
            let align = generator.below(8)
            let count = generator.below(3) == 0 ? 1 + generator.below(700) : 1 + generator.below(1 << align)
            let outcome = area.allocate(
                AllocationRequest(count: count, align: align), mode: mode, onEvent: onEvent)
            if let offset = outcome.offset { held.append(offset..<offset + count) }
            if !held.isEmpty, generator.below(4) == 0 {
                let range = held.remove(at: generator.below(held.count))
                area.release(offset: range.lowerBound, count: range.count)
            }
            if generator.below(4) == 0 { area.drain() }
            let zone = area.zone
            traces.append(
                Trace(
                    outcome: outcome, busyWindows: area.busyWindows, counts: zone.work.counts,
                    pendingTenths: zone.work.pendingTenths, now: area.memory.timeline.now,
                    frames: (0..<zone.pages).map { zone.frames[$0].bits }))
        }
        return traces
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `windows that are passed over cost and leave what trying them does`(seed: UInt64) throws {
        let area = try Self.randomArea(seed: seed)
        let twin = try Self.randomArea(seed: seed)
        var events: [AllocationEvent] = []
        let fast = Self.life(of: area, seed: seed, onEvent: nil)
        let slow = Self.life(of: twin, seed: seed) { events.append($0) }
        for (number, pair) in zip(fast, slow).enumerated() where pair.0 != pair.1 {
            Issue.record("call \(number): \(pair.0.outcome), one by one \(pair.1.outcome)")
            return
        }
        #expect(area.findings == [])
        let refused = events.count { $0.kind == .busyRetry }
        #expect(refused == fast.reduce(0) { $0 + $1.outcome.busyRetries })
        #expect(refused > 5)
    }

    @Test func `in a quiet machine the search begins at the first window that may be had`() throws {
        let area = try makeArea(pages: 2048)
        for window in 0..<100 { area[window * 16 + window % 16] = .pinned }
        area[100 * 16] = .movable
        area.drain()
        let request = AllocationRequest(count: 16, align: 4)
        var outcome = AllocationOutcome()
        let passed = area.passRefused(
            in: area.ranges[0], from: 0, below: 2048, shape: .init(request, in: area.ranges[0], of: area),
            effort: Kernel.linux6_1.effort(of: .normal), into: &outcome)
        #expect(passed.next == 1600 && passed.behindRefused == 1600)
        #expect(outcome.busyRetries == 100)
        #expect(area.busyWindows == (0..<100).map { $0 * 16 })
    }

    @Test func `a machine is quiet for a mode when nothing is left to drain or flush`() throws {
        let area = try makeArea(pages: 1024)
        area.drain()
        func isQuiet(for mode: AllocationMode) -> Bool { area.isQuiet(for: Kernel.linux6_1.effort(of: mode)) }
        #expect(AllocationMode.named.allSatisfy { isQuiet(for: $0.mode) })
        area[5] = .movable
        area.putInLRUBatch(5)
        #expect(!isQuiet(for: .normal))
        #expect(isQuiet(for: .failFast))
        area.drain()
        area.putOnPerCPUList(7)
        #expect(!isQuiet(for: .noRetry))
        #expect(isQuiet(for: .noDrain))
    }
}
