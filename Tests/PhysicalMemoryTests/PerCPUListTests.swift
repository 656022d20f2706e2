import Testing

@testable import PhysicalMemory

/// How much a CPU keeps for itself, and when it gives pages back.
@Suite struct PerCPUListTests {
    /// The recorded machine: 512 MiB, of which its zoneinfo says 125,237 pages are managed.
    private static let managed = 125_237

    private static func watermarks(of managed: Int) -> Watermarks {
        Watermarks(managedPages: managed, rule: Kernel.linux6_1.watermarks, geometry: .standard)
    }

    @Test func `watermarks are those of the recorded machine`() {
        let marks = Self.watermarks(of: Self.managed)
        #expect(marks.min == 704)
        #expect(marks.low == 880)
        #expect(marks.high == 1056)
    }

    @Test(arguments: [(1, 880), (2, 440), (4, 220), (64, 124)])
    func `a CPU's share is of the low watermark, and four portions at least`(cpus: Int, high: Int) {
        let sizes = PerCPUSizes(
            managedPages: Self.managed, watermarks: Self.watermarks(of: Self.managed), cpus: cpus,
            rule: Kernel.linux6_1.lists, geometry: .standard)
        #expect(sizes.least == high)
        #expect(sizes.batch == 31)
    }

    @Test(arguments: [1, 2])
    func `an emulated machine of that size has the same figures`(cpus: Int) throws {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let memory = try MachineMemory(pages: 131_072, cpus: cpus, areas: [area])
        #expect(abs(memory.perCPUHigh - 880 / cpus) <= 880 / cpus / 100)
        #expect(memory.zone.cpus[0].sizes.batch == 31)
        #expect(abs(memory.lowWatermark - 880) <= 8)
        #expect(abs(memory.highWatermark - 1056) <= 10)
    }

    @Test(arguments: [(4096, 1), (8192, 1), (16_384, 3), (65_536, 15), (262_144, 63), (1 << 22, 63)])
    func `a portion is one less than a power of two, up to 63`(managed: Int, batch: Int) {
        let sizes = PerCPUSizes(
            managedPages: managed, watermarks: Self.watermarks(of: managed), cpus: 1,
            rule: Kernel.linux6_1.lists, geometry: .standard)
        #expect(sizes.batch == batch)
    }

    @Test(arguments: [(4096, 125_887, 31), (16_384, 129_850, 15), (65_536, 48_025, 3)])
    func `a batch has fewer pages where they are larger, as on the recorded machines`(
        pageBytes: Int, managed: Int, batch: Int
    ) throws {
        let geometry = try #require(PageGeometry.standard(pageBytes: pageBytes))
        let sizes = PerCPUSizes(
            managedPages: managed, watermarks: Watermarks(min: 360, low: 489, high: 618), cpus: 1,
            rule: Kernel.linux6_12.lists, geometry: geometry)
        #expect(sizes.batch == batch)
        #expect(sizes.most == managed / 8)
    }

    /// Sizes of the portions that a CPU gives back while `count` pages are released one by one.
    private func portions(_ memory: MachineMemory, releasing range: Range<Int>) -> [Int] {
        var portions: [Int] = []
        for page in range {
            let before = memory.zone.cpus[0].count
            memory.areas[0].release(offset: page, count: 1)
            let after = memory.zone.cpus[0].count
            if after != before + 1 { portions.append(before + 1 - after) }
        }
        return portions
    }

    @Test func `a full list gives back twice as much each time, up to all but a portion`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 8192))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry])
        memory.areas[0].hold(offset: 0, count: 8192)
        let most = memory.perCPUHigh - 31
        #expect(portions(memory, releasing: 0..<4000) == [31, 62, 124, 248, 496, most, most, most])
        #expect(memory.zone.cpus[0].count < memory.perCPUHigh)
        #expect(memory.zone.checkInvariants() == [])
    }

    @Test func `an allocation halves what is given back next`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 8192))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry])
        memory.areas[0].hold(offset: 0, count: 8192)
        let first = memory.perCPUHigh + 31 + 62
        #expect(portions(memory, releasing: 0..<first) == [31, 62, 124])
        // Three doublings, of which one is left.
        #expect(memory.allocatePage(for: .anonymous, cpu: 0) != nil)
        #expect(portions(memory, releasing: first..<first + 130).first == 62)
    }

    @Test func `an empty list is filled with a portion`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry])
        let before = memory.freePages
        #expect(memory.allocatePage(for: .anonymous, cpu: 0) != nil)
        #expect(memory.freePages == before - 31)
        #expect(memory.zone.cpus[0].count == 30)
    }

    @Test func `in a tiny machine a portion is one page`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 1024, pages: 512))
        let memory = try MachineMemory(pages: 2048, kernelPages: 40, areas: [geometry])
        let before = memory.freePages
        #expect(memory.allocatePage(for: .anonymous, cpu: 0) != nil)
        #expect(memory.freePages == before - 1)
    }

    @Test func `the oldest pages go back first`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 8192))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry])
        let area = memory.areas[0]
        area.hold(offset: 0, count: 8192)
        for page in 0..<memory.perCPUHigh { area.release(offset: page, count: 1) }
        #expect((0..<31).allSatisfy { memory.zone.freeMap[area.pfn($0)] })
        #expect((31..<memory.perCPUHigh).allSatisfy { memory.zone.frames[area.pfn($0)].kind == .perCPU })
    }
}
