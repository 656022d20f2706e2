import Testing

@testable import PhysicalMemory

/// Start states beside free, movable, pinned and held: page cache, and pages on a CPU's list.
@Suite struct StartPagesTests {
    private func machine() throws -> ContiguousArea {
        let geometry = try #require(AreaGeometry(basePFN: 8192, pages: 512))
        let memory = try MachineMemory(pages: 32_768, cpus: 2, areas: [geometry])
        return try #require(memory.areas.first)
    }

    @Test func `clean page cache at the start is moved or dropped for an allocation`() throws {
        let area = try machine()
        for page in 0..<16 { area.putInPageCache(page, dirty: page % 2 == 1) }
        #expect(area.detail(of: 0).use == .cleanFile)
        #expect(area.detail(of: 1).use == .dirtyFile)
        #expect(area.memory.zone.checkInvariants().isEmpty)
        #expect(area.allocate(AllocationRequest(count: 16, align: 4), mode: .normal).offset == 0)
        #expect(area.memory.zone.checkInvariants().isEmpty)
    }

    @Test func `pages on a CPU's list are free, and in the way of a call that does not drain`() throws {
        let area = try machine()
        let before = area.memory.freePages
        for page in 0..<4 { area.putOnPerCPUList(page) }
        #expect(area[0] == .free)
        #expect(area.memory.freePages == before - 4)
        #expect(area.memory.zone.checkInvariants().isEmpty)
        let request = AllocationRequest(count: 16, align: 4)
        #expect(area.allocate(request, mode: .failFast).offset == 16)
        #expect(area.allocate(request, mode: .normal).offset == 0)
    }

    @Test func `a CPU's list takes no more pages than a CPU keeps`() throws {
        let area = try machine()
        for page in 0..<512 { area.putOnPerCPUList(page) }
        #expect(area.memory.perCPUPages[0] < area.memory.perCPUHigh)
        #expect(area.memory.zone.checkInvariants().isEmpty)
    }

    @Test func `pages of allocations that succeeded and failed are counted`() throws {
        let area = try machine()
        _ = area.allocate(AllocationRequest(count: 16, align: 0), mode: .normal)
        _ = area.allocate(AllocationRequest(count: 500, align: 0), mode: .normal)
        #expect(area.allocatedPagesInAll == 16)
        #expect(area.failedPagesInAll == 500)
    }
}
