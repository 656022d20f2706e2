import Testing

@testable import PhysicalMemory

/// What becomes of one page in the window, by what it is and by mode. Each window is 16 pages; where it
/// is refused, the next one is free.
@Suite struct MigrationOutcomeTests {
    private static let modes = AllocationMode.named.map(\.mode)
    private static let waiting = modes.filter { $0.migration == .sync }
    private static let hasty = modes.filter { $0.migration == .async }
    private static let draining = modes.filter(\.drainsPerCPULists)
    private static let undraining = modes.filter { !$0.drainsPerCPULists }

    private static let later: UInt64 = 50_000_000

    /// An area with a page in use at page 3.
    private func areaInUse() throws -> ContiguousArea {
        let area = try makeArea(pages: 512)
        area[3] = .movable
        return area
    }

    private func expectRefused(
        _ outcome: AllocationOutcome, of area: ContiguousArea, failed: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.offset == 16, sourceLocation: sourceLocation)
        #expect(area.busyWindows == [0], sourceLocation: sourceLocation)
        #expect(outcome.migrateFailed == failed, sourceLocation: sourceLocation)
        #expect(area.findings == [], sourceLocation: sourceLocation)
    }

    private func expectTaken(
        _ outcome: AllocationOutcome, of area: ContiguousArea, migrated: Int, dropped: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.offset == 0, sourceLocation: sourceLocation)
        #expect(outcome.pagesMigrated == migrated, sourceLocation: sourceLocation)
        #expect(outcome.pagesDropped == dropped, sourceLocation: sourceLocation)
        #expect(area.findings == [], sourceLocation: sourceLocation)
    }

    // MARK: Pins

    @Test(arguments: modes)
    func `a pinned anonymous page is never attempted, what is around it moves`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 512)
        area[3] = .pinned
        area[9] = .movable
        let outcome = area.allocate(16, align: 4, mode)
        expectRefused(outcome, of: area, failed: 0)
        #expect(outcome.pagesMigrated == 1)
        #expect(area.memory.work[.migrateAttempt] == 0)
    }

    @Test(arguments: modes, [false, true])
    func `a pinned page of the page cache fails in every try`(mode: AllocationMode, dirty: Bool) throws {
        let area = try makeArea(pages: 512)
        area.memory.pin(area.putFile(at: 3, dirty: dirty))
        let outcome = area.allocate(16, align: 4, mode)
        expectRefused(outcome, of: area, failed: Kernel.linux6_1.effort(of: mode).tries)
        #expect(area.memory.work[.migrateAttempt] == 10 * Kernel.linux6_1.effort(of: mode).tries)
        #expect(area[3] == .pinned)
    }

    @Test(arguments: waiting)
    func `a pin that arrives while the call waits makes it fail`(mode: AllocationMode) throws {
        let area = try areaInUse()
        let memory = area.memory
        memory.setWriteback(area.pfn(3), true)
        memory.timeline.schedule(after: Self.later / 2) { memory.pin(area.pfn(3)) }
        memory.timeline.schedule(after: Self.later) { memory.setWriteback(area.pfn(3), false) }
        expectRefused(
            area.allocate(16, align: 4, mode), of: area, failed: Kernel.linux6_1.effort(of: mode).tries)
        #expect(memory.timeline.now > Self.later)
    }

    @Test(arguments: waiting)
    func `a page that goes while the call waits for it has not moved`(mode: AllocationMode) throws {
        let area = try areaInUse()
        let memory = area.memory
        memory.setLocked(area.pfn(3), true)
        memory.timeline.schedule(after: Self.later) { memory.freePage(area.pfn(3), cpu: 0) }
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 0)
    }

    @Test func `pins are counted: a page is movable when the last one is gone`() throws {
        let area = try areaInUse()
        for _ in 0..<3 { #expect(area.memory.pin(area.pfn(3))) }
        for _ in 0..<2 { #expect(area.memory.unpin(area.pfn(3))) }
        #expect(area[3] == .pinned)
        #expect(area.memory.unpin(area.pfn(3)))
        #expect(area[3] == .movable)
        #expect(!area.memory.unpin(area.pfn(3)))
        expectTaken(area.allocate(16, align: 4), of: area, migrated: 1)
    }

    @Test func `a page freed while pinned, and while in an LRU batch, is free after the last pin`() throws {
        let area = try areaInUse()
        area.putInLRUBatch(3)
        for _ in 0..<2 { area.memory.pin(area.pfn(3)) }
        area.memory.freePage(area.pfn(3), cpu: 0)
        #expect(area.findings == [])
        #expect(area.allocate(16, align: 4).offset == 16)
        for _ in 0..<2 { #expect(area.memory.unpin(area.pfn(3))) }
        #expect(area.allocate(16, align: 4).offset == 0)
        #expect(area.findings == [])
    }

    // MARK: Locks and writeback

    @Test(arguments: waiting)
    func `a call that may wait waits for a page lock`(mode: AllocationMode) throws {
        let area = try areaInUse()
        let memory = area.memory
        memory.setLocked(area.pfn(3), true)
        memory.timeline.schedule(after: Self.later) { memory.setLocked(area.pfn(3), false) }
        let outcome = area.allocate(16, align: 4, mode)
        expectTaken(outcome, of: area, migrated: 1)
        #expect(outcome.migrateFailed == 0)
        #expect(memory.timeline.now > Self.later)
        #expect(memory.timeline.now < Self.later + 2_000_000)
        // Three passes that do not wait, then one that does.
        #expect(memory.work[.migrateAttempt] == 4)
    }

    @Test(arguments: hasty)
    func `one that may not gives up after ten passes`(mode: AllocationMode) throws {
        let area = try areaInUse()
        let memory = area.memory
        memory.setLocked(area.pfn(3), true)
        memory.timeline.schedule(after: Self.later) { memory.setLocked(area.pfn(3), false) }
        expectRefused(area.allocate(16, align: 4, mode), of: area, failed: 1)
        #expect(memory.timeline.now < Self.later)
        #expect(memory.work[.migrateAttempt] == 10)
    }

    @Test(arguments: waiting)
    func `a call that may wait waits for the end of writeback`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 512)
        let memory = area.memory
        memory.setWriteback(area.putFile(at: 3), true)
        memory.timeline.schedule(after: Self.later) { memory.setWriteback(area.pfn(3), false) }
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 1)
        #expect(memory.timeline.now > Self.later)
        #expect(memory.timeline.now < Self.later + 2_000_000)
    }

    @Test(arguments: hasty)
    func `one that may not refuses at once a page under writeback`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 512)
        area.memory.setWriteback(area.putFile(at: 3), true)
        expectRefused(area.allocate(16, align: 4, mode), of: area, failed: 1)
        #expect(area.memory.work[.migrateAttempt] == 1)
    }

    @Test func `a page that is refused at once is attempted again in the next try`() throws {
        let area = try makeArea(pages: 512)
        area.memory.setWriteback(area.putFile(at: 3), true)
        var mode = AllocationMode.noRetry
        mode.migrateTries = 5
        expectRefused(area.allocate(16, align: 4, mode), of: area, failed: 5)
        #expect(area.memory.work[.migrateAttempt] == 5)
    }

    // MARK: Page cache

    @Test(arguments: modes)
    func `a clean page of the page cache is dropped, not copied`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 512)
        let diary = PageDiary()
        area.memory.observe(diary)
        area.putFile(at: 3)
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 0, dropped: 1)
        #expect(diary.drops == [area.pfn(3)])
        #expect(diary.moves.isEmpty)
    }

    @Test(arguments: modes)
    func `a dirty one is moved and stays dirty`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 512)
        let diary = PageDiary()
        area.memory.observe(diary)
        area.putFile(at: 3, dirty: true)
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 1)
        let move = try #require(diary.moves.first)
        #expect(move.from == area.pfn(3))
        #expect(area.memory.zone.frames[move.to].has(.dirty))
        #expect(area.memory.use(of: move.to) == .file)
        #expect(diary.drops.isEmpty)
    }

    @Test(arguments: modes, [false, true])
    func `an mlocked page is moved and stays mlocked`(mode: AllocationMode, file: Bool) throws {
        let area = try areaInUse()
        let diary = PageDiary()
        area.memory.observe(diary)
        if file { area.putFile(at: 3) }
        area.memory.setUnevictable(area.pfn(3), true)
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 1)
        let move = try #require(diary.moves.first)
        #expect(area.memory.zone.frames[move.to].has(.unevictable))
    }

    // MARK: Pages that isolation does not see

    @Test(arguments: draining)
    func `a page in an LRU batch moves where the batches are drained`(mode: AllocationMode) throws {
        let area = try areaInUse()
        area.putInLRUBatch(3)
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 1)
    }

    @Test(arguments: undraining)
    func `it makes the window busy where they are not`(mode: AllocationMode) throws {
        let area = try areaInUse()
        area.putInLRUBatch(3)
        expectRefused(area.allocate(16, align: 4, mode), of: area, failed: 0)
    }

    @Test(arguments: draining)
    func `a page freed while in an LRU batch goes past the per-CPU list when drained`(mode: AllocationMode)
        throws
    {
        let area = try areaInUse()
        area.putInLRUBatch(3)
        area.memory.freePage(area.pfn(3), cpu: 0)
        expectTaken(area.allocate(16, align: 4, mode), of: area, migrated: 0)
    }

    @Test(arguments: modes)
    func `a free page on a per-CPU list is free only for a mode that drains`(mode: AllocationMode) throws {
        let area = try makeArea(pages: 512)
        area.hold(offset: 0, count: 16)
        #expect(area.release(offset: 0, count: 16))
        let outcome = area.allocate(16, align: 4, mode)
        if mode.drainsPerCPULists {
            expectTaken(outcome, of: area, migrated: 0)
        } else {
            expectRefused(outcome, of: area, failed: 0)
        }
    }

    @Test(arguments: modes)
    func `a page of the kernel makes its window busy`(mode: AllocationMode) throws {
        let area = try areaInUse()
        area.memory.zone.makeUnused(area.pfn(3))
        area.memory.zone.set(area.pfn(3), .kernel)
        expectRefused(area.allocate(16, align: 4, mode), of: area, failed: 0)
    }
}
