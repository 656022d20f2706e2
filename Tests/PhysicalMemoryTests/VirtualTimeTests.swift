import PhysicalMemory
import Testing

/// Emulated time: what a call costs depends on what it did and on nothing else.
@Suite struct VirtualTimeTests {
    /// An area of a machine whose first, expensive call lies behind it.
    private func makeWarmArea(pages: Int) throws -> ContiguousArea {
        let area = try makeArea(pages: pages)
        area.allocate(0)
        return area
    }

    @Test func `the first call of a machine is slow, later ones are not`() throws {
        let area = try makeArea(pages: 64)
        let first = area.allocate(0).durationNanoseconds
        let second = area.allocate(0).durationNanoseconds
        let costs = CostProfile.qemu
        #expect(Double(second) == costs.nanoseconds(.call).rounded(.down))
        #expect(Double(first) == costs.nanoseconds(.firstCall) + costs.nanoseconds(.call).rounded(.down))
    }

    @Test func `a clock starts at zero and stops at the end of time`() {
        let clock = Timeline()
        #expect(clock.now == 0)
        clock.advance(by: 5)
        clock.advance(by: 7)
        #expect(clock.now == 12)
        clock.advance(by: .max)
        #expect(clock.now == .max)
        clock.advance(by: 1)
        #expect(clock.now == .max)
    }

    @Test(arguments: AllocationMode.named.map(\.mode))
    func `a call lasts as long as the clock moves`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 64)
        area[3] = .pinned
        area.memory.timeline.advance(by: 1000)
        let outcome = area.allocate(8, align: 2, mode)
        #expect(outcome.startNanoseconds == 1000)
        #expect(outcome.durationNanoseconds > 0)
        #expect(area.memory.timeline.now == 1000 + outcome.durationNanoseconds)
    }

    @Test(arguments: AllocationMode.named.map(\.mode))
    func `the same work takes the same time wherever it is done`(mode: AllocationMode) throws {
        let area = try makeWarmArea(pages: 8192)
        // Equal stretches of two pageblocks: a pin, then 16 pages of which 5 must move.
        for stretch in 0..<8 {
            area[stretch * 1024] = .pinned
            area.set(stretch * 1024 + 16..<stretch * 1024 + 21, to: .movable)
        }
        var durations: Set<UInt64> = []
        for stretch in 0..<8 {
            area.hold(offset: 0, count: stretch * 1024)
            var fresh = mode
            fresh.cachesLastFailure = false
            let outcome = area.allocate(16, align: 4, fresh)
            #expect(outcome.offset == stretch * 1024 + 16)
            #expect(outcome.pagesMigrated == 5)
            #expect(outcome.busyRetries == 1)
            // The first call finds no per-CPU list to drain; times are rounded to whole nanoseconds.
            if stretch > 0 { durations.insert(outcome.durationNanoseconds / 8) }
        }
        #expect(durations.count <= 2)
        #expect((durations.max() ?? 0) - (durations.min() ?? 0) <= 1)
    }

    @Test func `a release takes the same time for the same number of pages`() throws {
        let area = try makeArea(pages: 256)
        area.allocate(256)
        var durations: Set<UInt64> = []
        for offset in [0, 100, 240] {
            let before = area.memory.timeline.now
            #expect(area.release(offset: offset, count: 16))
            durations.insert(area.memory.timeline.now - before)
        }
        #expect(durations.count == 1)
        #expect(durations.first ?? 0 > 0)
    }

    @Test func `each busy window makes a call longer`() throws {
        var last: UInt64 = 0
        for pins in 1..<7 {
            let area = try makeWarmArea(pages: 128)
            for pin in 0..<pins { area[pin * 16] = .pinned }
            let outcome = area.allocate(16, align: 4)
            #expect(outcome.busyRetries == pins)
            #expect(outcome.durationNanoseconds > last)
            last = outcome.durationNanoseconds
        }
    }

    @Test func `each page that moves makes a call longer`() throws {
        var last: UInt64 = 0
        for moved in 0...16 {
            let area = try makeWarmArea(pages: 64)
            area.set(0..<moved, to: .movable)
            let duration = area.allocate(16).durationNanoseconds
            #expect(duration > last)
            last = duration
        }
    }

    @Test func `what a mode leaves out saves time`() throws {
        func duration(_ mode: AllocationMode) throws -> UInt64 {
            let area = try makeWarmArea(pages: 64)
            area[0] = .pinned
            return area.allocate(16, align: 4, mode).durationNanoseconds
        }
        let normal = try duration(.normal)
        #expect(try duration(.failFast) < normal)
        #expect(try duration(.noDrain) < normal)
        #expect(try duration(.cached) == normal)
    }

    @Test func `a call that tries nothing is cheaper than one that tries a window`() throws {
        let area = try makeWarmArea(pages: 64)
        let refused = area.allocate(65).durationNanoseconds
        #expect(refused > 0)
        #expect(refused < area.allocate(1).durationNanoseconds)
    }
}
