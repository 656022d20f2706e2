import Testing

@testable import PhysicalMemory

/// The knobs that no recorded mode turns.
@Suite struct ModeKnobTests {
    /// Frees a page of the window as soon as another one has moved.
    private final class Accomplice: PageObserver {
        let memory: MachineMemory
        let victim: Int

        init(memory: MachineMemory, victim: Int) {
            self.memory = memory
            self.victim = victim
        }

        func pageMoved(from source: Int, to target: Int) {
            memory.setWriteback(victim, false)
            memory.freePage(victim, cpu: 0)
        }
    }

    /// A window in which migration gives up on a page whose owner frees it before the final test.
    private func almostBusy() throws -> ContiguousArea {
        let area = try makeArea(pages: 16)
        area.set(3..<4, to: .movable)
        area.set(9..<10, to: .movable)
        let victim = area.geometry.basePFN + 9
        area.memory.setWriteback(victim, true)
        area.memory.observe(Accomplice(memory: area.memory, victim: victim))
        return area
    }

    @Test func `busy pages that are free in the end are forgiven`() throws {
        let area = try almostBusy()
        let outcome = area.allocate(16, align: 4, .noRetry)
        #expect(outcome.offset == 0)
        #expect(outcome.migrateFailed == 1)
    }

    @Test func `they are not when -EBUSY of the migrate stage is final`() throws {
        let area = try almostBusy()
        var mode = AllocationMode.noRetry
        mode.busyIsFinal = true
        let outcome = area.allocate(16, align: 4, mode)
        #expect(outcome.errno == .busy)
        #expect(outcome.busyRetries == 1)
        // The second call finds what the first one left: all of it is free.
        #expect(area.allocate(16, align: 4, mode).offset == 0)
    }

    @Test func `a search that steps by largest blocks leaves the rest of a block with a pinned page`() throws
    {
        let area = try makeArea(pages: 4096)
        area.set(5..<6, to: .pinned)
        var mode = AllocationMode.normal
        mode.retryStep = .largestBlock
        #expect(area.allocate(16, align: 4, mode).offset == 1024)
        #expect(area.busyWindows == [0])
        #expect(area.allocate(16, align: 4, .normal).offset == 16)
    }

    @Test func `blocks are counted from the start of memory, not of the area`() throws {
        let area = try makeArea(pages: 4096, base: 65536 + 512)
        area.set(5..<6, to: .pinned)
        var mode = AllocationMode.normal
        mode.retryStep = .largestBlock
        #expect(area.allocate(16, align: 4, mode).offset == 512)
    }

    @Test func `a search that rescans sleeps until a pin is gone`() throws {
        let area = try makeArea(pages: 512)
        area.set(100..<101, to: .pinned)
        let pfn = area.geometry.basePFN + 100
        area.memory.timeline.schedule(after: 250_000_000) { area.memory.unpin(pfn) }
        var mode = AllocationMode.normal
        mode.rescans = 5
        let outcome = area.allocate(512, align: 9, mode)
        #expect(outcome.offset == 0)
        #expect(outcome.busyRetries == 3)
        #expect(outcome.durationNanoseconds > 300_000_000)
        #expect(outcome.durationNanoseconds < 400_000_000)
    }

    @Test func `five rescans are five sleeps, then the call fails`() throws {
        let area = try makeArea(pages: 512)
        area.set(100..<101, to: .pinned)
        var mode = AllocationMode.normal
        mode.rescans = 5
        let outcome = area.allocate(512, align: 9, mode)
        #expect(outcome.errno == .busy)
        #expect(outcome.busyRetries == 6)
        #expect(outcome.durationNanoseconds / 100_000_000 == 5)
    }

    @Test func `a search that had no window at all does not rescan`() throws {
        let area = try makeArea(pages: 512)
        #expect(area.allocate(512).offset == 0)
        var mode = AllocationMode.normal
        mode.rescans = 5
        let outcome = area.allocate(1, mode)
        #expect(outcome.errno == .noMemory)
        #expect(outcome.durationNanoseconds < 100_000_000)
    }

    // MARK: No migration

    @Test(arguments: [false, true])
    func `without tries nothing is moved or dropped, whatever is drained`(disablesLRUCache: Bool) throws {
        let area = try makeArea(pages: 48)
        area[3] = .movable
        area.putFile(at: 20)
        // A page that its owner freed while it was in a batch: isolation comes before the flush.
        area[40] = .movable
        area.putInLRUBatch(40)
        area.memory.freePage(area.pfn(40), cpu: 0)
        var mode = AllocationMode.normal
        mode.migrateTries = 0
        mode.disablesLRUCache = disablesLRUCache
        let outcome = area.allocate(16, align: 4, mode)
        #expect(outcome.offset == (disablesLRUCache ? 32 : nil))
        #expect(outcome.pagesMigrated == 0 && outcome.pagesDropped == 0 && outcome.migrateFailed == 0)
        #expect(area[3] == .movable && area[20] == .movable)
        #expect(area.memory.work[.migrateWindow] == 0)
        #expect(area.findings == [])
    }

    // MARK: Per-CPU lists off

    @Test func `switched off for the whole call, per-CPU lists are drained once`() throws {
        let area = try makeArea(pages: 64)
        for page in [3, 19] { area[page] = .pinned }
        area.hold(offset: 40, count: 4)
        area.release(offset: 40, count: 4)
        var mode = AllocationMode.failFast
        mode.disablesPerCPULists = true
        let outcome = area.allocate(16, align: 4, mode)
        #expect(outcome.offset == 32)
        #expect((outcome.busyRetries, outcome.drains, outcome.interrupts) == (2, 1, 1))
        #expect(area.memory.zone.perCPUDisabled == 0)
        #expect(area.findings == [])
    }

    @Test func `while they are off, allocations and frees go to the buddy allocator`() throws {
        let area = try makeArea(pages: 64)
        let zone = area.memory.zone
        area.hold(offset: 0, count: 4)
        zone.perCPUDisabled = 1
        let pfn = try #require(area.memory.allocatePage(for: .kernel, cpu: 0))
        area.memory.freePage(pfn, cpu: 0)
        area.release(offset: 0, count: 4)
        #expect(zone.cpus[0].count == 0)
        #expect(area.findings == [])
        zone.perCPUDisabled = 0
        area.memory.freePage(try #require(area.memory.allocatePage(for: .kernel, cpu: 0)), cpu: 0)
        #expect(zone.cpus[0].count > 0)
    }
}
