import Testing

@testable import PhysicalMemory

@Suite struct HugePageTests {
    /// A machine whose memory outside the area is taken but for `spare` pages, with one huge page at
    /// the start of the area.
    private func machine(spare: Int) throws -> (area: ContiguousArea, head: Int) {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 2048))
        let memory = try MachineMemory(
            pages: 131_072, kernelPages: 4096, areas: [geometry],
            inUse: [4096..<65_536 - spare, 65_536 + 512..<65_536 + 1024, 67_584..<131_072])
        let area = try #require(memory.areas.first)
        area.recordsBusyWindows = true
        var head = try #require(memory.allocateHugePage(cpu: 0))
        var others: [Int] = []
        while head != 65_536 {
            others.append(head)
            head = try #require(memory.allocateHugePage(cpu: 0))
        }
        for other in others { memory.freePage(other, cpu: 0) }
        memory.zone.flushLRUBatch(cpu: 0)
        memory.zone.drain(cpu: 0)
        return (area, head)
    }

    @Test func `a window inside a huge page moves all of it`() throws {
        let (area, _) = try machine(spare: 2048)
        let outcome = area.allocate(16, align: 4, .normal)
        #expect(outcome.offset == 0)
        #expect(outcome.pagesMigrated == 512)
        #expect(area.counts(in: 0..<512).free == 496)
    }

    @Test func `without a free block of its size it is split and its parts are moved`() throws {
        let (area, _) = try machine(spare: 2048)
        // Single pages are left, but no block of 512 outside the huge page's own.
        var kept: [Int] = []
        while let pfn = area.memory.allocateHugePage(cpu: 0) { kept.append(pfn) }
        let broken = try #require(kept.first { $0 < 65_536 })
        let second = try #require(kept.first { $0 < 65_536 && $0 != broken })
        for head in [broken, second] {
            area.memory.zone.flushLRUBatch(cpu: 0)
            area.memory.zone.splitHugePage(head)
            for page in stride(from: head, to: head + 512, by: 1) where page % 8 != 0 {
                area.memory.freePage(page, cpu: 0)
            }
        }
        area.memory.zone.drain(cpu: 0)
        let outcome = area.allocate(512, align: 9, .normal)
        #expect(outcome.offset == 0)
        #expect(outcome.pagesMigrated == 512)
        #expect(area.counts(in: 0..<512).held == 512)
    }

    @Test func `a pinned huge page makes every window in it busy`() throws {
        let (area, head) = try machine(spare: 2048)
        area.memory.pin(head)
        let outcome = area.allocate(16, align: 4, .normal)
        #expect(area.busyWindows.count == 32)
        #expect(outcome.migrateFailed == 0)
        #expect(outcome.offset == 512)
    }

    @Test func `freeing a huge page frees all of it`() throws {
        let (area, head) = try machine(spare: 0)
        let free = area.memory.freePages
        area.memory.freePage(head, cpu: 0)
        area.memory.zone.drain(cpu: 0)
        #expect(area.memory.freePages == free + 512)
        #expect(area.counts(in: 0..<512).free == 512)
    }

    @Test func `a window that begins inside a huge page is busy, one with its first page moves it`() throws {
        let (area, _) = try machine(spare: 2048)
        // Nothing but pages 0 to 511 is left to choose, and page 0 is allocated in another way.
        area.hold(offset: 512, count: 1536)
        let mode = AllocationMode.normal
        var outcome = area.beginCall()
        #expect(!area.tryWindow(256..<272, mode: mode, into: &outcome))
        #expect(outcome.errno == .busy)
        #expect(outcome.pagesMigrated == 0)
        #expect(area.tryWindow(0..<16, mode: mode, into: &outcome))
        #expect(area.tryWindow(256..<272, mode: mode, into: &outcome))
        area.endCall(&outcome)
        #expect(outcome.pagesMigrated == 512)
    }

    @Test func `a pin on any page of a huge page is one on the whole`() throws {
        let (area, head) = try machine(spare: 2048)
        let memory = area.memory
        #expect(memory.pin(head + 300))
        #expect(area.counts(in: 0..<512).pinned == 512)
        #expect(memory.pin(head + 7))
        #expect(memory.unpin(head + 1))
        #expect(area.allocate(512, align: 9, .normal).offset != 0)
        #expect(memory.unpin(head + 511))
        #expect(!memory.unpin(head + 511))
        #expect(area.counts(in: 0..<512).movable == 512)
        #expect(area.findings == [])
    }

    @Test func `a huge page that its owner frees while it is pinned stays whole until the pin is dropped`()
        throws
    {
        let (area, head) = try machine(spare: 2048)
        let memory = area.memory
        let free = memory.freePages
        memory.pin(head + 5)
        memory.freePage(head, cpu: 0)
        #expect(area.findings == [])
        #expect(memory.freePages == free)
        #expect(area.allocate(16, align: 4, .normal).offset != 0)
        let before = memory.freePages
        #expect(memory.unpin(head + 9))
        #expect(memory.freePages == before + 512)
        #expect(area.findings == [])
    }

    @Test func `a huge page flushes the LRU batch that it comes to`() throws {
        let (area, _) = try machine(spare: 4096)
        let memory = area.memory
        _ = memory.allocatePage(for: .anonymous, cpu: 0)
        #expect(memory.zone.cpus[0].lruBatch.count == 1)
        let head = try #require(memory.allocateHugePage(cpu: 0))
        #expect(memory.zone.cpus[0].lruBatch.isEmpty)
        #expect(memory.zone.frames[head].has(.lru))
    }

    @Test(arguments: [(HugePages.none, 0), (.unused, 512), (.used, 512)])
    func `a released block of a huge page stays on the CPU's list of huge pages, where there is one`(
        hugePages: HugePages, listed: Int
    ) throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 2048))
        let memory = try MachineMemory(
            pages: 131_072, areas: [geometry], kernel: .linux7_3, hugePages: hugePages)
        let area = memory.areas[0]
        #expect(area.allocate(2048, align: 9, .normal).offset == 0)
        let before = memory.zone.cpus[0].count
        // Blocks of order 10 have no list.
        #expect(area.release(offset: 1024, count: 1024))
        #expect(memory.zone.cpus[0].count == before)
        #expect(area.release(offset: 512, count: 512))
        #expect(memory.zone.cpus[0].count - before == listed)
        #expect(memory.zone.checkInvariants() == [])
        area.hold(offset: 1024, count: 1024)
        // A mode that does not drain cannot have it.
        #expect((area.allocate(512, align: 9, .failFast).offset == 512) == (listed == 0))
    }

    @Test func `observers hear of each page of a huge page, and of its split`() throws {
        let (area, head) = try machine(spare: 2048)
        let memory = area.memory
        let diary = HugePageDiary()
        memory.observe(diary)
        let other = try #require(memory.allocateHugePage(cpu: 0))
        #expect(diary.allocated == Array(other..<other + 512))
        memory.zone.splitHugePage(other)
        #expect(diary.splits == [other])
        memory.freePage(other, cpu: 0)
        #expect(diary.freed == [other])
        memory.freePage(head, cpu: 0)
        #expect(diary.freed == [other] + Array(head..<head + 512))
    }
}

private final class HugePageDiary: PageObserver {
    var allocated: [Int] = []
    var freed: [Int] = []
    var splits: [Int] = []

    func pageAllocated(_ pfn: Int, for use: PageUse) { allocated.append(pfn) }
    func pageFreed(_ pfn: Int) { freed.append(pfn) }
    func hugePageSplit(_ pfn: Int, pages: Int) { splits.append(pfn) }
}
