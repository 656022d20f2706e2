import Testing

@testable import PhysicalMemory

@Suite struct PageGeometryTests {
    /// Pages of 4, 16 and 64 KiB, whether for huge pages; pageblock and largest block in MiB.
    static let table: [(pageKiB: Int, hugePages: Bool, blockMiB: Int, largestMiB: Int)] = [
        (4, true, 2, 4), (16, true, 32, 32), (64, true, 512, 512),
        (4, false, 4, 4), (16, false, 32, 32), (64, false, 512, 512),
    ]

    @Test(arguments: table)
    func `kernels have the published pageblocks by default`(
        pageKiB: Int, hugePages: Bool, blockMiB: Int, largestMiB: Int
    ) throws {
        let geometry = try #require(PageGeometry.standard(pageBytes: pageKiB << 10, hugePages: hugePages))
        #expect(geometry.pageBytes == pageKiB << 10)
        #expect(geometry.blockPages << geometry.pageShift == blockMiB << 20)
        #expect(geometry.largestPages << geometry.pageShift == largestMiB << 20)
    }

    @Test func `the standard is the default of kernels with pages of 4 KiB and huge pages`() {
        #expect(PageGeometry.standard == PageGeometry.standard(pageBytes: 4096))
        #expect(PageGeometry.standard(pageBytes: 8192) == nil)
        #expect(PageGeometry.standard(pageBytes: 0) == nil)
    }

    @Test func `a pageblock is read beside the page, and need not be the default`() throws {
        let android = try #require(PageGeometry(pageBytes: 16_384, blockPages: 256))
        #expect(android.blockOrder == 8 && android.largestOrder == 11 && android.hugePageOrder == 11)
        #expect(PageGeometry(pageBytes: 65_536, blockPages: 8192)?.largestOrder == 13)
        for (bytes, block) in [
            (4096, 0), (4096, 500), (4096, 2048), (4096, -512), (8192, 512), (4096, 8), (0, 512),
            (-4096, 512),
        ] { #expect(PageGeometry(pageBytes: bytes, blockPages: block) == nil, "\(bytes) \(block)") }
    }

    @Test func `an area is a multiple of a pageblock, before 5.19 of the largest block`() throws {
        let plain = PageGeometry.standard
        #expect(plain.areaAlignment(in: .init(6, 1)) == 512)
        #expect(plain.areaAlignment(in: .init(5, 19)) == 512)
        #expect(plain.areaAlignment(in: .init(5, 18)) == 1024)
        let android = try #require(PageGeometry(pageBytes: 16_384, blockPages: 256))
        #expect(android.areaAlignment(in: .init(6, 12)) << 14 == 4 << 20)
        #expect(android.areaAlignment(in: .init(5, 10)) << 14 == 32 << 20)
    }

    /// By the zoneinfo of recorded machines of 2 GiB with two CPUs, and with as many pages as these managed.
    @Test(arguments: [(16, 2048, 129_850, [360, 489, 618]), (64, 8192, 32_527, [90, 122, 154])])
    func `watermarks are those of machines with such pages`(
        pageKiB: Int, block: Int, managed: Int, recorded: [Int]
    ) throws {
        let geometry = try #require(PageGeometry(pageBytes: pageKiB << 10, blockPages: block))
        let watermarks = Watermarks(
            managedPages: managed, rule: Kernel.linux6_12.watermarks, geometry: geometry)
        #expect([watermarks.min, watermarks.low, watermarks.high] == recorded)
    }

    @Test(arguments: [(4, 512, 190_871, 63), (16, 2048, 129_850, 15), (64, 8192, 32_527, 3)])
    func `per-CPU lists trade a quarter of a MiB at most, whatever the page`(
        pageKiB: Int, block: Int, managed: Int, batch: Int
    ) throws {
        let geometry = try #require(PageGeometry(pageBytes: pageKiB << 10, blockPages: block))
        let memory = try MachineMemory(
            pages: managed + block, cpus: 2, managedPages: managed, areas: [], geometry: geometry)
        #expect(memory.zone.cpus[0].sizes.batch == batch)
    }

    @Test func `huge pages raise the watermarks to eleven pageblocks, as recorded`() throws {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: 32_768))
        let memory = try MachineMemory(
            pages: 196_608, cpus: 2, managedPages: 190_871, areas: [area], hugePages: .used)
        let watermarks = memory.zone.watermarks
        #expect([watermarks.min, watermarks.low, watermarks.high] == [5632, 7040, 8448])
        #expect(memory.perCPUHigh == 3520)
        // A twentieth of memory at most.
        let small = try MachineMemory(pages: 20_000, managedPages: 20_000, areas: [], hugePages: .used)
        #expect(small.zone.watermarks.min == 1000)
    }

    @Test(arguments: [
        (64, 8192, 49_151, false), (64, 8192, 49_152, true), (16, 2048, 12_287, false), (4, 512, 3072, true),
    ])
    func `nothing movable is borrowed from an area below six pageblocks of memory`(
        pageKiB: Int, block: Int, pages: Int, borrows: Bool
    ) throws {
        let geometry = try #require(PageGeometry(pageBytes: pageKiB << 10, blockPages: block))
        let area = try #require(AreaGeometry(basePFN: block, pages: block))
        let memory = try MachineMemory(
            pages: pages, kernelPages: 40, areas: [area], geometry: geometry)
        while memory.allocatePage(for: .anonymous, cpu: 0) != nil {}
        let counts = memory.areas[0].counts(in: 0..<block)
        #expect((counts.movable > 0) == borrows)
        #expect((counts.free == block) == !borrows)
        #expect((memory.pageblocks(of: .movable) > 0) == borrows)
        if !borrows { #expect(memory.areas[0].allocate(16, align: 4).offset == 0) }
        #expect(memory.zone.checkInvariants() == [])
    }
}
