import PhysicalMemory
import Testing

@testable import Recordings

/// What newer recordings have beside the records of the first ones.
@Suite struct RecordingAdditionsTests {
    /// Two ranges, and a zone, a CPU's lists and folios in comments.
    private static let split = """
        # cma oracle 1
        # recorded with -accel tcg,thread=single
        kernel version=7.3.4 machine=sample cpus=1 page_bytes=16384
        scenario scn=loop mode=normal mem=512M
        area base_pfn=65600 pages=96 order_per_bit=0 pageblock_pages=512 area=0 name=oraclem ranges=2
        range area=0 index=0 base_pfn=65600 pages=64
        range area=0 index=1 base_pfn=65536 pages=32
        free pages=1000 cma=96
        pages .96
        # folios 0:4,16:3,64:5
        pages .96
        # zone name=DMA32 managed=126620 cma=16384 min=709 low=886 high=1063 free=121349 free_cma=96 flags=1
        # pcp cpu=0 batch=31 high=3759 high_min=886 high_max=15744 count=1476 free_count=7 alloc_factor=5 flags=2 movable=948,1,2,3 in_area=4
        # folios \("")
        pages .96
        free pages=900 cma=96

        """

    /// Two areas and a call of each of two tasks.
    private static let tasks = """
        # cma oracle 1
        kernel version=6.12.117 machine=sample cpus=2
        scenario scn=two mode=normal mem=512M
        area base_pfn=65536 pages=64 order_per_bit=0 pageblock_pages=512 area=0 name=reserved ranges=1
        free pages=1000 cma=96
        pages .64
        area base_pfn=66560 pages=32 order_per_bit=0 pageblock_pages=512 area=1 name=second ranges=1
        free pages=1000 cma=96
        pages .32
        pages .64
        alloc count=16 align=4 -> offset=16 ret=0 ns=90 isolate_ns=0 lru_disable_ns=0 migrate_ns=0 \
        drain_ns=0 migrated=0 migrate_failed=0 task=1 area=1 start_ns=1000 busy=0
        release offset=16 count=16 -> ok=1 ns=50 task=1 area=1 start_ns=1200
        pages .64
        free pages=900 cma=96

        """

    private func recording(_ text: String) throws -> Recording { try Recording(parsing: Array(text.utf8)) }

    private func error(_ text: String, _ old: String, _ new: String) throws -> RecordingError? {
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "the text has no '\(old)'")
        let changed = parts.joined(separator: new)
        return #expect(throws: RecordingError.self) { try recording(changed) }
    }

    @Test func `the ranges of an area are read in the order of their index`() throws {
        let area = try #require(try recording(Self.split).areas.first)
        #expect(area.name == "oraclem")
        #expect(area.ranges == [65600..<65664, 65536..<65568])
        #expect(area.basePFN == 65600)
        #expect(area.pages == 96)
        #expect(area.offset(ofPFN: 65540) == 68)
        #expect(area.offset(ofPFN: 65570) == nil)
    }

    @Test func `zone, lists and folios become steps at their place, other comments do not`() throws {
        let steps = try recording(Self.split).steps
        #expect(steps.count == 9)
        #expect(
            steps[2]
                == .folios([
                    .init(offset: 0, order: 4), .init(offset: 16, order: 3), .init(offset: 64, order: 5),
                ]))
        #expect(
            steps[4]
                == .zone(
                    .init(
                        name: "DMA32", managedPages: 126_620, contiguousPages: 16_384, minWatermark: 709,
                        lowWatermark: 886, highWatermark: 1063, freePages: 121_349, freeContiguous: 96,
                        flags: 1)))
        #expect(
            steps[5]
                == .lists(
                    .init(
                        cpu: 0, batch: 31, high: 3759, highMin: 886, highMax: 15_744, count: 1476,
                        freeCount: 7,
                        allocFactor: 5, flags: 2, movable: [948, 1, 2, 3], inArea: 4)))
        #expect(steps[6] == .folios([]))
        #expect(try recording(Self.split).stepBytes.count == steps.count)
    }

    @Test func `a recorded zone gives the managed pages of the start, and its words the size of a page`()
        throws
    {
        let recording = try recording(Self.split)
        #expect(MachineState(startOf: recording).managedPages == 126_620)
        #expect(try recording.pageBytes() == 16_384)
        #expect(try self.recording(Self.tasks).pageBytes() == 4096)
    }

    @Test func `a size of pages that no kernel has is refused`() throws {
        var recording = try recording(Self.split)
        recording.kernel[3].value = "8192"
        let error = #expect(throws: RecordingError.self) { try recording.pageBytes() }
        #expect(error?.description == "page_bytes is '8192': expected 4096, 16384 or 65536")
    }

    @Test func `each area of two tasks has its own pages, and the later records are of the first`() throws {
        let recording = try recording(Self.tasks)
        #expect(recording.areas.map(\.name) == ["reserved", "second"])
        let areas = recording.steps.compactMap { step in
            if case .pages(_, let area) = step { area } else { nil }
        }
        #expect(areas == [0, 1, 0, 0])
        #expect(MachineState(startOf: recording).areas.map(\.pages) == [64, 32])
    }

    @Test func `a call and a release tell the task, its area and when it began`() throws {
        let steps = try recording(Self.tasks).steps
        guard case .allocate(let call) = steps[5], case .release(_, _, _, _, let caller) = steps[6] else {
            Issue.record("\(steps[5]), \(steps[6])")
            return
        }
        #expect(call.caller == .init(task: 1, area: 1, startNanoseconds: 1000))
        #expect(caller == .init(task: 1, area: 1, startNanoseconds: 1200))
    }

    @Test(arguments: [
        ("ranges=2", "ranges=9", 5, "ranges is '9': expected a number from 1 to 8"),
        ("ranges=2", "ranges=0", 5, "ranges is '0'"),
        ("ranges=2", "ranges=3", 8, "'range' is missing"),
        ("index=1", "index=2", 7, "index is '2': expected a number from 1 to 1"),
        ("area=0 index=0", "area=1 index=0", 6, "area is '1'"),
        ("base_pfn=65600 pages=64", "base_pfn=65601 pages=64", 6, "range 0 begins at pfn 65601"),
        ("base_pfn=65536 pages=32", "base_pfn=65590 pages=32", 7, "range 1 overlaps"),
        ("base_pfn=65536 pages=32", "base_pfn=65536 pages=31", 7, "add up to 95 pages, their area has 96"),
        ("base_pfn=65536 pages=32", "base_pfn=65536 pages=32 x=1", 7, "expected the end of the line"),
        ("0:4,16:3", "0:4,15:3", 10, "the folio at 15 begins in the one before it"),
        ("0:4,16:3", "0:4,16", 10, "folios is '16'"), ("64:5", "64:6", 10, "folios is '64:6'"),
        ("64:5", "64:0", 10, "folios is '64:0'"), ("64:5", "96:1", 10, "folios is '96:1'"),
        ("managed=126620", "managed=", 12, "managed is ''"), (" flags=1\n", "\n", 12, "'flags=' is missing"),
        ("movable=948,1,2,3", "movable=948,1,2", 13, "the pages of four lists"),
        ("movable=948,1,2,3", "movable=948,1,2,3,4", 13, "the pages of four lists"),
        ("movable=948,1,2,3", "movable=948,-1,2,3", 13, "the pages of four lists"),
        ("alloc_factor=5", "alloc_factor=x", 13, "alloc_factor is 'x'"),
    ])
    func `damage of a split area and of what the allocator has is refused at its line`(
        old: String, new: String, line: Int, words: String
    ) throws {
        let error = try error(Self.split, old, new)
        #expect(error?.line == line)
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        ("area=1 name=second", "area=2 name=second", 7, "area is '2': expected a number from 1 to 1"),
        (" area=1 name=second ranges=1", "", 7, "'area=' is missing"),
        ("pages .32", "pages .31", 9, "add up to 31, the area has 32 pages"),
        ("task=1 area=1 start_ns=1000", "task=1 area=2 start_ns=1000", 11, "area is '2'"),
        ("task=1 area=1 start_ns=1000", "task=1 area=1", 11, "expected start_ns=…"),
        ("offset=16 ret=0", "offset=24 ret=0", 11, "lies outside the area of 32 pages"),
        ("start_ns=1000 busy=0", "start_ns=1000 busy=40", 11, "offsets below 32"),
        (
            "task=1 area=1 start_ns=1200", "task=1 area=0 start_ns=1200", 12,
            "which no call before it returned"
        ),
    ])
    func `damage of two areas and two tasks is refused at its line`(
        old: String, new: String, line: Int, words: String
    ) throws {
        let error = try error(Self.tasks, old, new)
        #expect(error?.line == line)
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test func `an area after the first call is refused`() throws {
        let text = Self.tasks.replacing(
            "pages .64\nfree pages=900",
            with: "area base_pfn=70000 pages=32 order_per_bit=0 pageblock_pages=512 area=2 name=x ranges=1\n"
                + "pages .64\nfree pages=900")
        let error = #expect(throws: RecordingError.self) { try recording(text) }
        #expect(error?.line == 13)
        #expect(error?.description.contains("must come before the first call") == true)
    }

    // MARK: States

    @Test func `a state keeps the ranges of its areas, which is read back as the same`() throws {
        var state = MachineState(startOf: try recording(Self.split))
        state.memoryPages = 1 << 17
        let text = state.text
        #expect(text.contains(" ranges=2\nrange area=0 index=0 base_pfn=65600 pages=64\n"))
        #expect(try MachineState(parsing: Array(text.utf8)).text == text)
        #expect(
            try MachineState(parsing: Array(text.utf8)).areas[0].ranges == [65600..<65664, 65536..<65568])
    }

    @Test func `of a state's split area each page has its frame, and each part its letters`() throws {
        let text = Self.split.replacing("pages .96\nfree pages=900", with: "pages a60.20P16\nfree pages=900")
        let area = MachineState(startOf: try recording(text)).areas[0]
        #expect([0, 63, 64, 95].map(area.pfn) == [65600, 65663, 65536, 65567])
        #expect(area.end == 65664)
        let letters = area.runs(at: 64..<96).map { "\(UnicodeScalar($0.letter))\($0.count)" }
        #expect(letters == [".16", "P16"])
    }

    @Test func `pages of a split area are where its ranges are`() throws {
        let text = Self.split.replacing(
            "pages .96\nfree pages=900", with: "pin offset=80 ok=1\npages a64.16P1.15\nfree pages=900")
        let memory = try MachineMemory.start(
            of: MachineState(startOf: recording(text)), kernel: .linux7_3)
        defer { memory.end() }
        let area = memory.areas[0]
        #expect(area.counts(in: 0..<64).movable == 64)
        #expect(area.counts(in: 64..<96) == (free: 31, movable: 0, pinned: 1, held: 0))
        #expect(area.frame(at: 80) == 65536 + 16)
        #expect(area.allocate(AllocationRequest(count: 64, align: 6), mode: .normal).offset == 0)
        // Range 1 is searched from its own bit 0.
        #expect(area.allocate(AllocationRequest(count: 8, align: 3), mode: .normal).offset == 64)
        // 15 pages are left above the pin, and 8 below it.
        #expect(area.allocate(AllocationRequest(count: 16, align: 0), mode: .normal).errno == .busy)
        #expect(!area.release(offset: 60, count: 8), "these pages lie in two ranges")
        #expect(area.release(offset: 60, count: 4))
    }
}
