import Testing

@testable import PhysicalMemory

/// The parts of cma_alloc() that a strategy may use one by one.
@Suite struct WindowTests {
    private let one = AllocationRequest(count: 16, align: 4)

    /// Tries a window in a call of its own.
    private func attempt(
        _ window: Range<Int>, in area: ContiguousArea, _ mode: AllocationMode = .normal
    ) -> AllocationOutcome {
        var outcome = area.beginCall()
        let isTaken = area.tryWindow(window, mode: mode, into: &outcome)
        area.endCall(&outcome)
        #expect(isTaken == (outcome.errno == nil))
        return outcome
    }

    // MARK: Search

    @Test func `the next window is the first that nothing is allocated in, aligned as asked`() throws {
        let area = try makeArea(pages: 128, base: 65_536 + 8)
        area.hold(offset: 24, count: 1)
        #expect(area.nextWindow(from: 0, for: one) == 8)
        #expect(area.nextWindow(from: 9, for: one) == 40)
        #expect(area.nextWindow(from: 104, for: one) == 104)
        #expect(area.nextWindow(from: 105, for: one) == nil)
        #expect(area.nextWindow(from: 128, for: one) == nil)
    }

    @Test(arguments: [(0, 0, 0), (0, -1, 0), (0, 65, 0), (0, 1, -1), (0, 1, 41), (-1, 1, 0), (65, 1, 0)])
    func `numbers that mean no window find none`(from: Int, count: Int, align: Int) throws {
        let area = try makeArea(pages: 64)
        #expect(area.nextWindow(from: from, for: AllocationRequest(count: count, align: align)) == nil)
    }

    @Test func `a search begins with whole bits`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        #expect(area.nextWindow(from: 1, for: AllocationRequest(count: 3, align: 0)) == 4)
    }

    // MARK: Tries

    @Test(arguments: [-1..<1, 0..<0, 48..<65, 64..<65, 8..<24, 31..<32])
    func `a window that is none, or has an allocated page, is busy and touches nothing`(window: Range<Int>)
        throws
    {
        let area = try makeArea(pages: 64)
        area.hold(offset: 16, count: 16)
        let outcome = attempt(window, in: area)
        #expect(outcome.errno == .busy)
        #expect(outcome.busyRetries == 1)
        #expect(area.memory.work[.isolateWindow] == 0)
        #expect(area.allocatedPages == 16)
        #expect(area.findings == [])
    }

    @Test func `a window that begins within a bit is busy`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        #expect(attempt(2..<6, in: area).errno == .busy)
        #expect(attempt(4..<7, in: area).errno == nil)
        #expect(attempt(4..<8, in: area).errno == .busy)
        #expect(area.allocatedPages == 4)
    }

    @Test func `one call may try several windows, and only its first flush is the expensive one`() throws {
        let area = try makeArea(pages: 64)
        var outcome = area.beginCall()
        for window in [0..<16, 16..<32, 32..<48] {
            #expect(area.tryWindow(window, mode: .normal, into: &outcome))
        }
        area.endCall(&outcome)
        #expect(area.memory.work[.call] == 1)
        #expect(area.memory.work[.disableLRUFirst] == 1)
        #expect(area.memory.work[.disableLRUWindow] == 3)
        #expect(outcome.drains == 6)
        #expect(outcome.durationNanoseconds == area.memory.timeline.now)
    }

    @Test func `per-CPU lists are off for a window whose mode says so`() throws {
        let area = try makeArea(pages: 64)
        area.hold(offset: 0, count: 16)
        area.release(offset: 0, count: 16)
        var mode = AllocationMode.failFast
        #expect(attempt(0..<16, in: area, mode).errno == .busy)
        mode.disablesPerCPULists = true
        let outcome = attempt(0..<16, in: area, mode)
        #expect(outcome.errno == nil)
        #expect((outcome.drains, outcome.interrupts) == (1, 1))
        #expect(area.memory.zone.perCPUDisabled == 0)
    }

    /// The search of cma_alloc() put together from its parts.
    private func piecewise(
        _ request: AllocationRequest, mode: AllocationMode, in area: ContiguousArea
    ) -> AllocationOutcome {
        var outcome = area.beginCall()
        outcome.errno = .noMemory
        var from = 0
        while let offset = area.nextWindow(from: from, for: request) {
            if area.tryWindow(offset..<offset + request.count, mode: mode, into: &outcome) {
                outcome.offset = offset
                break
            }
            if outcome.errno != .busy { break }
            from = offset + max(1 << request.align, 1 << area.geometry.orderPerBit)
        }
        area.endCall(&outcome)
        return outcome
    }

    @Test(arguments: [0, 2], 1...6 as ClosedRange<UInt64>)
    func `a window taken by parts is cma_alloc's own, at the same cost`(order: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let modes = [AllocationMode.normal, .noDrain, .noRetry]
        let whole = try makeArea(pages: 256, orderPerBit: order)
        let parts = try makeArea(pages: 256, orderPerBit: order)
        var tally = (taken: 0, busy: 0)
        for _ in 0..<300 {
            let page = generator.below(256)
            let state = [PageState.free, .movable, .pinned][generator.below(3)]
            for area in [whole, parts] where area[page] != .held { area[page] = state }
            let request = AllocationRequest(count: 1 + generator.below(24), align: generator.below(6))
            let mode = modes[generator.below(3)]
            let expected = whole.allocate(request, mode: mode)
            let outcome = piecewise(request, mode: mode, in: parts)
            #expect(outcome == expected)
            tally.busy += expected.busyRetries
            guard let offset = expected.offset else { continue }
            tally.taken += 1
            if generator.below(4) > 0 {
                for area in [whole, parts] { #expect(area.release(offset: offset, count: request.count)) }
            }
        }
        #expect(whole.states == parts.states)
        #expect(parts.findings == [])
        #expect(tally.taken > 50 && tally.busy > 50)
    }

    // MARK: Drains and harvest

    @Test func `a drain of the machine empties lists and batches of all CPUs, and costs an interrupt each`()
        throws
    {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let memory = try MachineMemory(pages: 131_072, cpus: 3, areas: [geometry])
        let area = memory.areas[0]
        memory.putAside(movable: 5, other: 2, batched: 3, cpu: 0)
        memory.putAside(movable: 0, other: 0, batched: 4, cpu: 2)
        var outcome = area.beginCall()
        area.drainAll(into: &outcome)
        area.endCall(&outcome)
        #expect(memory.zone.cpus.allSatisfy { $0.count == 0 && $0.lruBatch.isEmpty })
        #expect((outcome.drains, outcome.interrupts) == (2, 3))
        #expect(outcome.durationNanoseconds > 0)
    }

    @Test func `a harvest stays in its stretch and takes no more than its limit`() throws {
        let area = try makeArea(pages: 2048)
        var outcome = area.beginCall()
        #expect(
            area.harvest(512..<1024, for: one, limit: 3, mode: .normal, into: &outcome) == [512, 528, 544])
        let odd = AllocationRequest(count: 500, align: 0)
        #expect(area.harvest(512..<1024, for: odd, limit: 3, mode: .normal, into: &outcome) == [])
        #expect(area.harvest(1024..<2048, for: odd, limit: 3, mode: .normal, into: &outcome) == [1024, 1524])
        area.endCall(&outcome)
        #expect(area.allocatedPages == 1048)
        #expect(area.findings == [])
    }

    // MARK: On another CPU's time

    @Test func `a call on another CPU costs the clock nothing and says how long it took`() throws {
        let area = try makeArea(pages: 64)
        area[3] = .movable
        let before = area.memory.timeline.now
        let outcome = area.allocateMeanwhile(one, mode: .failFast, cpu: 0)
        #expect(outcome.offset == 0)
        #expect(outcome.pagesMigrated == 1)
        #expect(outcome.durationNanoseconds > 0)
        #expect(area.memory.timeline.now == before)
        // What it cost is not put on the next call's account either.
        let next = area.allocate(0).durationNanoseconds
        #expect(next == area.allocate(0).durationNanoseconds)
    }

    @Test func `it is refused while somebody holds the mutex`() throws {
        let area = try makeArea(pages: 64)
        _ = area.mutex.lock(area.memory.timeline)
        let refused = area.allocateMeanwhile(one, mode: .failFast, cpu: 0)
        #expect(refused.errno == .busy)
        #expect(refused.durationNanoseconds == 0)
        _ = area.mutex.unlock(area.memory.timeline)
        #expect(area.allocateMeanwhile(one, mode: .failFast, cpu: 0).offset == 0)
        #expect(area.findings == [])
    }

    @Test func `it is refused while a call waits in its window`() throws {
        let area = try makeArea(pages: 64)
        let memory = area.memory
        memory.setWriteback(area.putFile(at: 3), true)
        var meanwhile: AllocationOutcome?
        memory.timeline.schedule(after: 20_000_000) {
            meanwhile = area.allocateMeanwhile(one, mode: .failFast, cpu: 0)
        }
        memory.timeline.schedule(after: 30_000_000) { memory.setWriteback(area.pfn(3), false) }
        #expect(area.allocate(16, align: 4).offset == 0)
        #expect(meanwhile?.errno == .busy)
        #expect(area.findings == [])
    }
}
