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
}
