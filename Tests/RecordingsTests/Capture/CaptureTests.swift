import KernelFormats
import Testing

@testable import Recordings

@Suite struct CaptureTests {
    private func machine(
        _ files: [CaptureFile], lenient: Bool = false, _ change: (inout ImportOptions) -> Void = { _ in }
    ) throws -> ImportedMachine {
        var options = ImportOptions()
        change(&options)
        return try ImportedMachine(Capture(files, isLenient: lenient), options: options)
    }

    private func text(_ area: MachineState.Area) -> String {
        area.runs.map { "\(UnicodeScalar($0.letter))\($0.count)" }.joined()
    }

    private func complaint(_ files: [CaptureFile], _ change: (inout ImportOptions) -> Void = { _ in })
        -> String?
    {
        #expect(throws: CaptureError.self) { try machine(files, change) }?.description
    }

    @Test func `each page is what its flags and its bit say`() throws {
        let imported = try machine(SampleCapture.all)
        let area = imported.state.areas[0]
        #expect(area.name == "linux,cma")
        #expect(text(area) == ".1l1a1f1d1w1k1A1a2C4a1C1.48")
        #expect(area.pins == [8, 9], "slab and reserved pages stay")
        let row = imported.report.areas[0]
        #expect(
            [row.free, row.perCPU, row.movable, row.pageCache, row.held, row.pinned] == [49, 1, 6, 3, 5, 2])
    }

    @Test func `whole dumps, parts by length, by name and by option are the same pages`() throws {
        let part = SampleCapture.pageFlags().bytes
        let hole = [UInt8](repeating: 0, count: 8 * SampleCapture.base)
        let behind = [UInt8](repeating: 0, count: 80)
        let expected = try machine(SampleCapture.all).state
        let others = Array(SampleCapture.all.dropFirst())
        let whole = CaptureFile(path: "kpageflags", bytes: hole + part + behind)
        #expect(try machine([whole] + others).state == expected)
        let named = CaptureFile(path: "kpageflags@65526", bytes: behind + part + behind)
        #expect(try machine([named] + others).state == expected)
        let longer = CaptureFile(path: "kpageflags", bytes: behind + part + behind)
        #expect(try machine([longer] + others) { $0.firstPFN = 65_526 }.state == expected)
    }

    @Test func `files that are flat in a folder and renamed are known by what is in them`() throws {
        let area = SampleCapture.area().map { file in
            CaptureFile(path: String(file.path.split(separator: "/").last ?? ""), bytes: file.bytes)
        }
        let zoneinfo = CaptureFile(path: "dump7.txt", bytes: SampleCapture.zoneinfo.bytes)
        let state = try machine([SampleCapture.pageFlags()] + area + [zoneinfo]).state
        #expect(state.areas[0].name == "reserved")
        #expect(state.memoryPages == 131_072)
    }

    @Test func `several areas have their own pages, the kernel's default one first`() throws {
        let second = SampleCapture.area("isp", base: 4096)
        let flags = [SampleCapture.pageFlags("kpageflags@65536"), SampleCapture.pageFlags("kpageflags@4096")]
        let files = flags + second + SampleCapture.area() + [SampleCapture.zoneinfo]
        let state = try machine(files).state
        #expect(state.areas.map(\.name) == ["linux,cma", "isp"])
        #expect(state.areas.map(\.basePFN) == [65_536, 4096])
        #expect(state.areas[0].runs == state.areas[1].runs)
        #expect(try MachineState(parsing: Array(state.text.utf8)) == state)
        let chosen = try machine(files) { $0.areas = [.init(name: "isp")] }.state
        #expect(chosen.areas.map(\.name) == ["isp"])
    }

    @Test func `without a bitmap, long stretches that nothing tells of are drivers' buffers`() throws {
        let words = [UInt64](repeating: 0, count: 15) + [1 << 10] + [UInt64](repeating: 0, count: 48)
        let flags = CaptureFile(path: "kpageflags", bytes: PageWords(words: words).binary)
        let imported = try machine([flags, SampleCapture.zoneinfo]) {
            $0.areas = [.init(name: "isp", place: .init(basePFN: 65_536, pages: 64))]
        }
        #expect(text(imported.state.areas[0]) == "l15.1C48")
        #expect(imported.report.assumed.contains { $0.contains("48 pages") })
    }

    @Test func `without kpageflags, what nobody holds is free by the share that the kernel counts`() throws {
        let files = SampleCapture.area() + [SampleCapture.zoneinfo]
        let area = try machine(files).report.areas[0]
        #expect(area.held == 5)
        #expect(area.free + area.movable == 59)
        let first = try machine(files).state
        #expect(try machine(files).state == first)
        #expect(try machine(files) { $0.seed = 2 }.state != first)
    }

    @Test func `pins that nothing shows are drawn among the pages in use, by the seed`() throws {
        let drawn = try machine(SampleCapture.all) { $0.pins = .count(4) }.state.areas[0]
        #expect(drawn.pins.count == 4)
        #expect(Set(drawn.pins).isSuperset(of: [8, 9]))
        #expect(Set(drawn.pins).isSubset(of: [2, 3, 4, 5, 6, 7, 8, 9, 14]))
        #expect(try machine(SampleCapture.all) { $0.pins = .count(4) }.state.areas[0] == drawn)
        #expect(try machine(SampleCapture.all) { $0.pins = .count(1000) }.state.areas[0].pins.count == 9)
    }

    // MARK: Damage

    @Test func `a damaged file is told with its place, and left out when that is asked for`() throws {
        var files = SampleCapture.all
        files[0].bytes.removeLast(3)
        #expect(complaint(files)?.hasPrefix("proc/kpageflags: byte 504: 5 bytes") == true)
        let imported = try machine(files, lenient: true)
        #expect(imported.report.skipped.map(\.file) == ["proc/kpageflags"])
        #expect(imported.report.areas[0].held == 5)
    }

    @Test func `what contradicts or is missing is one line`() throws {
        let all = SampleCapture.all
        #expect(complaint([])?.hasPrefix("no area: ") == true)
        #expect(complaint([SampleCapture.pageFlags()])?.hasPrefix("no area: ") == true)
        #expect(complaint(all + [SampleCapture.pageFlags()])?.contains("a second flags of pages") == true)
        #expect(complaint(all) { $0.areas = [.init(name: "gpu")] }?.contains("has linux,cma") == true)
        let short = all.map { file in
            file.path.hasSuffix("bitmap") ? CaptureFile(path: file.path, bytes: [50, 10]) : file
        }
        #expect(complaint(short)?.contains("bitmap:1: the bitmap has 1 of the area's 2 words") == true)
        let cut = [CaptureFile(path: "kpageflags@65530", bytes: SampleCapture.pageFlags().bytes)]
        #expect(complaint(cut + all.dropFirst())?.contains("byte 512: the words end inside") == true)
        #expect(
            complaint(Array(all.dropFirst().filter { !$0.path.hasSuffix("bitmap") }))?
                .contains("nothing to start from") == true)
        let packed = CaptureFile(path: "capture.tar.gz", bytes: [0x1f, 0x8b, 8, 0])
        #expect(complaint([packed])?.contains("unpack it first") == true)
    }

    // MARK: Where memory begins

    @Test func `memory begins at its lowest zone, and areas keep their page frame numbers`() throws {
        let zoneinfo = String(decoding: SampleCapture.zoneinfo.bytes, as: UTF8.self)
        func files(_ start: Int) -> [CaptureFile] {
            let moved = zoneinfo.replacing("start_pfn:           0", with: "start_pfn:           \(start)")
            // A zone without pages says that it begins at 0.
            let empty =
                "Node 0, zone    DMA\n  pages free     0\n        spanned  0\n  start_pfn:           0\n"
            return [SampleCapture.pageFlags("kpageflags@\(start + SampleCapture.base)")]
                + SampleCapture.area(base: start + SampleCapture.base)
                + [CaptureFile(path: "zoneinfo", bytes: Array((empty + moved).utf8))]
        }
        let plain = try machine(files(0)).state
        #expect(plain.firstPFN == 0)
        // 1 GiB, 2 GiB and 32 GiB and more.
        for start in [1 << 18, 1 << 19, 1 << 23, 1 << 27] {
            let imported = try machine(files(start))
            #expect(imported.state.firstPFN == start)
            #expect(imported.report.firstPFN == start)
            #expect(imported.state.memoryPages == plain.memoryPages)
            #expect(imported.state.areas[0].basePFN == start + SampleCapture.base)
            #expect(imported.state.areas[0].runs == plain.areas[0].runs)
            #expect(try MachineState(parsing: Array(imported.state.text.utf8)) == imported.state)
            // What devemu writes in the kernel's formats says the same again.
            let tree = try CaptureTree(startingFrom: imported.state)
            let again = try ImportedMachine(Capture(tree.files), options: ImportOptions()).state
            #expect(again.firstPFN == start)
            #expect(again.areas[0].basePFN == start + SampleCapture.base)
            #expect(again.areas[0].runs.reduce(0) { $0 + $1.count } == 64)
        }
        #expect(try machine(files((1 << 18) + 1)).state.firstPFN == 1 << 18)
    }

    // MARK: Page size

    /// The sample with a meminfo, a vmstat, and contiguous areas of so many pages by zoneinfo.
    private func counted(meminfo: String, vmstat: String = "", contiguous: Int = 0) -> [CaptureFile] {
        let zoneinfo = String(decoding: SampleCapture.zoneinfo.bytes, as: UTF8.self)
            .replacing("managed  125000", with: "managed  125000\n        cma      \(contiguous)")
        var files = [SampleCapture.pageFlags()] + SampleCapture.area()
        files.append(CaptureFile(path: "zoneinfo", bytes: Array(zoneinfo.utf8)))
        files.append(CaptureFile(path: "meminfo", bytes: Array(meminfo.utf8)))
        if !vmstat.isEmpty { files.append(CaptureFile(path: "vmstat", bytes: Array(vmstat.utf8))) }
        return files
    }

    @Test(arguments: [16, 64])
    func `pages of another size than 4 KiB are refused where two files count the same in KiB and in pages`(
        size: Int
    ) {
        let area = counted(
            meminfo: "MemTotal: \(125_000 * size) kB\nCmaTotal: \(64 * size) kB\n", contiguous: 64)
        #expect(complaint(area)?.contains("pages of \(size) KiB") == true)
        let free = counted(meminfo: "MemTotal: 4000000 kB\nMemFree: \(98_000 * size) kB\n")
        #expect(complaint(free)?.contains("pages of \(size) KiB") == true)
        let counters = counted(
            meminfo: "MemTotal: 4000000 kB\nMapped: \(900 * size) kB\nAnonPages: \(7000 * size) kB\n"
                + "Shmem: \(300 * size) kB\n",
            vmstat: "nr_free_pages 100000\nnr_mapped 910\nnr_anon_pages 6600\nnr_shmem 300\n")
        #expect(complaint(counters)?.contains("pages of \(size) KiB") == true)
    }

    /// A balloon, hotplug and offline memory change how much memory there is, in one file or between two
    /// reads.
    @Test(arguments: [2_000_000, 8_000_000, 625_000, 501_000, 120_000, 40_000])
    func `how much memory there is says nothing of the page size`(total: Int) throws {
        let expected = try machine(SampleCapture.all).state
        let meminfos = [
            "MemTotal: \(total) kB\n", "MemTotal: \(total) kB\nMemFree: 390000 kB\n",
            "MemTotal: \(total) kB\nMemFree: 150000 kB\nCmaTotal: 256 kB\n",
        ]
        for meminfo in meminfos {
            #expect(try machine(counted(meminfo: meminfo, contiguous: 64)).state == expected, "\(meminfo)")
        }
    }

    @Test func `gigantic pages and counters of a few pages state no page size`() throws {
        let files = counted(
            meminfo: "MemTotal: 500000 kB\nMemFree: 400000 kB\nHugePages_Total: 2\nHugetlb: 2097152 kB\n"
                + "Mapped: 700 kB\nShmem: 3 kB\n",
            vmstat: "nr_free_pages 100000\nnr_mapped 10\nnr_shmem 63\n")
        #expect(try machine(files).state == machine(SampleCapture.all).state)
    }
}
