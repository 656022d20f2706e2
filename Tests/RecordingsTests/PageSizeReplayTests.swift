import PhysicalMemory
import Testing

@testable import Recordings

/// Recordings of Linux 6.12 on arm64 with pages of 4, 16 and 64 KiB.
@Suite struct PageSizeReplayTests {
    struct File: Sendable, CustomTestStringConvertible {
        var shelf: RecordedKernels.Shelf
        var name: String
        var testDescription: String { "\(shelf.rawValue)/\(name)" }
    }

    /// A recording of a mode that does not drain, and calls that are exact from its start.
    struct Undrained: Sendable, CustomTestStringConvertible {
        var file: File
        var exact: Int
        var testDescription: String { file.testDescription }

        init(_ shelf: RecordedKernels.Shelf, _ name: String, exact: Int) {
            file = File(shelf: shelf, name: name)
            self.exact = exact
        }
    }

    private static let shelves: [RecordedKernels.Shelf] = [.arm4K, .arm16K, .arm16KSmallBlocks, .arm64K]

    /// Recordings whose mode empties the per-CPU lists and LRU batches, so that the bitmap and the pins decide.
    static let decided = shelves.flatMap { shelf in
        RecordedKernels.names(on: shelf).filter { name in
            !name.hasSuffix("failfast") && !name.hasSuffix("nodrain")
        }.map { File(shelf: shelf, name: $0) }
    }

    @Test(arguments: decided)
    func `every call of a mode that drains is repeated exactly, whatever the page`(file: File) throws {
        let recording = try RecordedKernels.recording(file.name, on: file.shelf)
        let replay = try Replay(of: recording)
        #expect(replay.judge.name == "linux-6.12")
        #expect(replay.differences.first == nil)
        #expect(replay.exact == recording.calls)
        #expect(replay.calls > 100)
    }

    @Test func `the package has recordings of each page size`() {
        #expect(Self.decided.count == 36)
    }

    /// What a release leaves on per-CPU lists decides these; calls that are exact from the recorded start.
    static let undrained: [Undrained] = [
        Undrained(.arm4K, "pcpstate21-failfast", exact: 277),
        Undrained(.arm4K, "pcpstate21-nodrain", exact: 277),
        Undrained(.arm4K, "pins100-failfast", exact: 922),
        Undrained(.arm4K, "scene31-failfast", exact: 208),
        Undrained(.arm16K, "area64-pins30-failfast", exact: 227),
        Undrained(.arm16K, "scene31-failfast", exact: 247),
        Undrained(.arm16K, "order6-failfast", exact: 221),
        Undrained(.arm16K, "pcpstate21-failfast", exact: 277),
        Undrained(.arm16K, "pcpstate21-nodrain", exact: 277),
        Undrained(.arm16K, "pins10-nodrain", exact: 1012),
        // On which pages of the area the lists were at the start is not recorded: two calls of 991, of 306.
        Undrained(.arm16K, "pins10-failfast", exact: 989),
        Undrained(.arm16KSmallBlocks, "pins100-failfast", exact: 304),
        Undrained(.arm16KSmallBlocks, "pcpstate21-failfast", exact: 277),
        Undrained(.arm16KSmallBlocks, "pcpstate21-nodrain", exact: 277),
        Undrained(.arm64K, "nogroup91-failfast", exact: 186),
        Undrained(.arm64K, "nogroup91-nodrain", exact: 186),
        Undrained(.arm64K, "order6-failfast", exact: 221),
        Undrained(.arm64K, "pcpstate21-failfast", exact: 277),
        Undrained(.arm64K, "pcpstate21-nodrain", exact: 277),
        Undrained(.arm64K, "pins100-failfast", exact: 926),
    ]

    @Test(arguments: undrained)
    func `calls of a mode that does not drain depend on recorded lists`(recorded: Undrained) throws {
        let file = recorded.file
        let replay = try Replay.once(try RecordedKernels.recording(file.name, on: file.shelf))
        #expect(replay.exact >= recorded.exact, "\(replay.exact) of \(replay.calls)")
    }

    @Test(arguments: [
        (RecordedKernels.Shelf.arm4K, 12, 9, 10), (.arm16K, 14, 11, 11), (.arm16KSmallBlocks, 14, 8, 11),
        (.arm64K, 16, 13, 13),
    ])
    func `a machine is divided as its recording says, and its memory begins at 1 GiB`(
        shelf: RecordedKernels.Shelf, pageShift: Int, blockOrder: Int, largestOrder: Int
    ) throws {
        let recording = try RecordedKernels.recording("mix-normal", on: shelf)
        let area = try MachineMemory.area(startOf: recording)
        let geometry = area.memory.geometry
        #expect(geometry.pageShift == pageShift)
        #expect(geometry.blockOrder == blockOrder && geometry.largestOrder == largestOrder)
        #expect(area.memory.firstPFN << pageShift == 1 << 30)
        #expect(area.memory.kernel.name == "linux-6.12")
        // The three atomic pools that arm64 takes from the default area at boot, 128 KiB each or 256.
        let pools = 3 << ((shelf == .arm4K ? 17 : 18) - pageShift)
        #expect(area.counts(in: 0..<pools).held == pools)
    }

    @Test func `nothing was borrowed from an area of a machine of fewer than six pageblocks`() throws {
        let recording = try RecordedKernels.recording("nogroup91-normal", on: .arm64K)
        let area = try MachineMemory.area(startOf: recording)
        let memory = area.memory
        #expect(area.counts(in: 0..<8192).movable == 0)
        #expect(memory.pageblocks(of: .movable) == 0)
        while memory.allocatePage(for: .anonymous, cpu: 0) != nil {}
        #expect(area.counts(in: 0..<8192).movable == 0)
        #expect(memory.freeContiguousPages == area.counts(in: 0..<8192).free)
    }

    @Test(arguments: [
        ("page_bytes=8192", 512, 2, "page_bytes is '8192': expected 4096, 16384 or 65536"),
        ("page_bytes=16384", 4096, 4, "pageblocks of 4096 pages do not go with pages of 16384 bytes"),
        ("page_bytes=4096", 8, 4, "pageblocks of 8 pages do not go with pages of 4096 bytes"),
    ])
    func `a page or pageblock that no kernel has is refused with its line`(
        word: String, block: Int, line: Int, message: String
    ) throws {
        var text = Sample.with(line: 2, replacing: "cpus=2", by: "cpus=2 \(word)")
        text = Sample.with(
            line: 4, replacing: "pageblock_pages=512", by: "pageblock_pages=\(block)", in: text)
        let error = #expect(throws: RecordingError.self) {
            try Replay(of: try Recording(parsing: Array(text.utf8)))
        }
        #expect(error?.line == line)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `a state of 16 KiB pages is written and read back with them`() throws {
        let recording = try RecordedKernels.recording("area64-pins30-normal", on: .arm16K)
        var state = MachineState(startOf: recording)
        #expect(state.memoryPages == 131_072)
        state.watermarks = nil
        let again = try MachineState(parsing: Array(state.text.utf8))
        #expect(again == state)
        let memory = try MachineMemory.start(of: again)
        #expect(memory.geometry == PageGeometry.standard(pageBytes: 16_384))
        let later = MachineState(of: memory, names: ["reserved"])
        #expect(try later.geometry() == memory.geometry)
        #expect(try MachineState(parsing: Array(later.text.utf8)) == later)
    }
}
