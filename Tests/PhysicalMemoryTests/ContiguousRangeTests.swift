import Testing

@testable import PhysicalMemory

/// What an attempt at a window does to the memory around it.
@Suite struct ContiguousRangeTests {
    @Test func `pages move in batches of 32, from the highest of each batch down`() throws {
        let area = try makeArea(pages: 512)
        let diary = PageDiary()
        area.memory.observe(diary)
        area.set(0..<80, to: .movable)
        #expect(area.allocate(128).offset == 0)
        let expected = [0..<32, 32..<64, 64..<80].flatMap { $0.reversed() }.map(area.pfn)
        #expect(diary.moves.map(\.from) == expected)
        #expect(area.memory.work[.migrateBatch] == 3)
    }

    @Test func `a batch that is given up leaves the rest of the window alone`() throws {
        let area = try makeArea(pages: 512)
        area.set(0..<128, to: .movable)
        area.memory.pin(area.putFile(at: 40))
        let outcome = area.allocate(128, align: 7, .normal)
        #expect(outcome.offset == 128)
        #expect(outcome.pagesMigrated == 32 + 31)
        #expect(area.counts(in: 0..<128) == (free: 63, movable: 64, pinned: 1, held: 0))
        #expect(area.findings == [])
    }

    @Test func `a page freed in an isolated pageblock goes past the CPU's list, any other does not`() throws {
        let area = try makeArea(pages: 1024)
        let memory = area.memory
        area[3] = .movable
        area[300] = .movable
        area[700] = .movable
        let pages = [area.pfn(300), area.pfn(700)]
        memory.observe(PageDiary { _ in for page in pages { memory.freePage(page, cpu: 0) } })
        #expect(area.allocate(16, align: 4).offset == 0)
        #expect(memory.zone.freeMap[pages[0]])
        #expect(memory.zone.frames[pages[1]].kind == .perCPU)
        #expect(area.findings == [])
    }

    @Test func `free pages of an isolated pageblock are in no count`() throws {
        let area = try makeArea(pages: 1024)
        let memory = area.memory
        area[3] = .movable
        #expect(memory.freeContiguousPages == 1023)
        var during: [Int] = []
        memory.observe(PageDiary { _ in during = [memory.freePages, memory.freeContiguousPages] })
        let before = memory.freePages
        #expect(area.allocate(16, align: 4).offset == 0)
        #expect(during[1] == 512)
        #expect(before - during[0] - 511 == memory.zone.cpus[0].sizes.batch)
        #expect(memory.freeContiguousPages == 1024 - 16)
    }

    @Test(arguments: [(1, 0), (16, 4), (100, 0), (511, 0), (600, 0), (1024, 10)])
    func `what a free block holds beyond the window is given back`(count: Int, align: Int) throws {
        let area = try makeArea(pages: 1024)
        let before = (area.memory.freePages, area.memory.freeContiguousPages)
        #expect(area.allocate(count, align: align).offset == 0)
        #expect(area.memory.freePages == before.0 - count)
        #expect(area.memory.freeContiguousPages == before.1 - count)
        #expect(area.findings == [])
        #expect(area.release(offset: 0, count: count))
        area.drain()
        #expect(area.memory.freePages == before.0)
        #expect(area.memory.zone.frames[area.pfn(0)].isBuddy(ofOrder: 10))
        #expect(area.findings == [])
    }

    @Test func `a block of order 10 is split for a pageblock of it and merged again`() throws {
        let area = try makeArea(pages: 1024)
        let zone = area.memory.zone
        #expect(zone.frames[area.pfn(0)].isBuddy(ofOrder: 10))
        #expect(area.allocate(512, align: 9).offset == 0)
        #expect(zone.frames[area.pfn(512)].isBuddy(ofOrder: 9))
        #expect(area.release(offset: 0, count: 512))
        area.drain()
        #expect(zone.frames[area.pfn(0)].isBuddy(ofOrder: 10))
    }

    @Test func `an area's pageblock does not merge with its neighbour outside`() throws {
        let area = try makeArea(pages: 512, base: 65_536 + 512)
        let zone = area.memory.zone
        #expect(zone.frames[65_536].isBuddy(ofOrder: 9))
        #expect(zone.frames[area.pfn(0)].isBuddy(ofOrder: 9))
        #expect(area.allocate(512).offset == 0)
        #expect(area.release(offset: 0, count: 512))
        area.drain()
        #expect(zone.frames[area.pfn(0)].isBuddy(ofOrder: 9))
        #expect(area.memory.freeContiguousPages == 512)
        #expect(area.findings == [])
    }

    @Test func `pageblocks of types that give each other pages merge, on the list of the first`() throws {
        let zone = try makeArea(pages: 512).memory.zone
        let head = 1 << 15
        #expect(zone.frames[head].isBuddy(ofOrder: 10))
        zone.retype(block: head >> 9, to: .unmovable)
        #expect(zone.frames[head].isBuddy(ofOrder: 9))
        #expect(zone.frames[head + 512].isBuddy(ofOrder: 9))
        for half in [head, head + 512] {
            #expect(zone.takePage(half))
            zone.freeBlock(half, order: 0)
            #expect(zone.frames[head].isBuddy(ofOrder: 10))
            #expect(zone.checkInvariants() == [])
        }
        zone.retype(block: head >> 9 + 1, to: .unmovable)
        zone.remerge(block: head >> 9)
        #expect(zone.checkInvariants() == [])
    }

    // MARK: Where pages come from

    /// A machine with 2048 pages of an area free and `outside` pages elsewhere.
    private func machine(outside: Int) throws -> MachineMemory {
        let geometry = try #require(AreaGeometry(basePFN: 4096, pages: 2048))
        return try MachineMemory(
            pages: 8192, kernelPages: 40, areas: [geometry], inUse: [40 + outside..<4096, 6144..<8192])
    }

    @Test(arguments: [(2048, false), (2047, true), (100, true), (4000, false)])
    func `a movable page comes from an area first iff more than half of what is free lies in areas`(
        outside: Int, inArea: Bool
    ) throws {
        for use in [PageUse.anonymous, .file] {
            let memory = try machine(outside: outside)
            #expect(memory.freePages == 2048 + outside)
            let pfn = try #require(memory.allocatePage(for: use, cpu: 0))
            #expect((4096..<6144).contains(pfn) == inArea)
            let kernel = try #require(memory.allocatePage(for: .kernel, cpu: 0))
            #expect(!(4096..<6144).contains(kernel))
        }
    }

    @Test func `a page may be moved to another place of the same area, and moves again from there`() throws {
        let memory = try machine(outside: 0)
        let area = memory.areas[0]
        let diary = PageDiary()
        memory.observe(diary)
        area[3] = .movable
        #expect(area.allocate(16, align: 4).offset == 0)
        let first = try #require(diary.moves.first).to - area.geometry.basePFN
        #expect((512..<2048).contains(first))
        #expect(area.allocate(1536 - 32, align: 9).errno == nil)
        #expect(diary.moves.count == 2)
        #expect(area.findings == [])
    }

    @Test(arguments: AllocationMode.named.map(\.mode))
    func `without a frame to move to a call ends at once with -ENOMEM`(mode: AllocationMode) throws {
        let memory = try machine(outside: 0)
        let area = memory.areas[0]
        area.recordsBusyWindows = true
        area.set(0..<2048, to: .movable)
        #expect(memory.freePages == 0)
        let outcome = area.allocate(16, align: 4, mode)
        #expect(outcome.errno == .noMemory)
        #expect(outcome.offset == nil)
        #expect(outcome.busyRetries == 0)
        #expect(area.busyWindows == [])
        #expect(outcome.pagesMigrated == 0)
        #expect(area.counts(in: 0..<2048).movable == 2048)
        #expect(area.allocatedPages == 0)
        #expect(area.findings == [])
    }

    @Test func `free pages of the isolated pageblocks are no targets`() throws {
        let memory = try machine(outside: 0)
        let area = memory.areas[0]
        area.set(0..<2048, to: .movable)
        area.set(16..<512, to: .free)
        #expect(area.allocate(16, align: 4).errno == .noMemory)
        #expect(area.findings == [])
    }
}
