import PhysicalMemory
import Testing

@testable import Recordings

@Suite struct MachineStateTests {
    private static let text = """
        # cma oracle 1
        kernel version=6.1.192 cpus=2
        scenario scn=state mem=512M managed=125000
        area base_pfn=65536 pages=512 order_per_bit=0 pageblock_pages=512 name=linux,cma
        pages .8l2a10A2f3d3w1k1C10.472
        pin offset=12 ok=1
        area base_pfn=4096 pages=512 order_per_bit=1 pageblock_pages=512 name=isp
        pages C4.508
        free pages=90000 cma=986

        """

    private func state(_ text: String = Self.text) throws -> MachineState {
        try MachineState(parsing: Array(text.utf8))
    }

    @Test func `a state is read, and written back as the same text`() throws {
        let state = try state()
        #expect(state.areas.map(\.name) == ["linux,cma", "isp"])
        #expect(state.areas[0].pins == [12])
        #expect(state.memoryPages == 131_072)
        #expect(state.managedPages == 125_000)
        #expect(state.text == Self.text)
    }

    /// The state above on memory that begins at 1 GiB.
    private static let moved =
        text.replacing("managed=125000", with: "first_pfn=262144 managed=125000")
        .replacing("base_pfn=65536", with: "base_pfn=327680").replacing(
            "base_pfn=4096", with: "base_pfn=266240")

    @Test func `a state says where memory begins, and its machine is the same there`() throws {
        let moved = try state(Self.moved)
        #expect(moved.firstPFN == 262_144)
        #expect(moved.memoryPages == 131_072)
        #expect(moved.text == Self.moved)
        let (memory, plain) = (try MachineMemory.start(of: moved), try MachineMemory.start(of: state()))
        #expect(memory.firstPFN == 262_144)
        #expect(memory.pages == plain.pages)
        #expect(memory.freePages == plain.freePages)
        #expect(memory.freeContiguousPages == plain.freeContiguousPages)
        let again = MachineState(of: memory, names: ["linux,cma", "isp"])
        #expect(again.firstPFN == 262_144)
        #expect(again.areas.map(\.basePFN) == [327_680, 266_240])
        #expect(
            again.areas.map(\.runs) == MachineState(of: plain, names: ["linux,cma", "isp"]).areas.map(\.runs))
    }

    @Test(arguments: [
        ("first_pfn=262144", "first_pfn=262145", "a multiple of 1024"),
        ("first_pfn=262144", "first_pfn=x", "multiple"),
        ("first_pfn=262144", "first_pfn=327680", "from the beginning of memory on"),
        ("first_pfn=262144", "first_pfn=131072", "memory at page 262144"),
    ])
    func `a beginning of memory that does not fit is refused`(text: String, other: String, words: String) {
        let error = #expect(throws: RecordingError.self) {
            try state(Self.moved.replacing(text, with: other))
        }
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }

    @Test func `every page starts as its letter says`() throws {
        let memory = try MachineMemory.start(of: state())
        let area = memory.areas[0]
        let uses = (0..<64).map { area.detail(of: $0).use }
        #expect(uses[0..<8].allSatisfy { $0 == .free })
        #expect(uses[8..<10].allSatisfy { $0 == .perCPU })
        #expect(uses[10..<20].allSatisfy { $0 == .anonymous })
        #expect(uses[20..<22].allSatisfy { $0 == .batched })
        #expect(uses[22..<25].allSatisfy { $0 == .cleanFile })
        #expect(uses[25..<29].allSatisfy { $0 == .dirtyFile }, "writeback is over")
        #expect(uses[29] == .anonymous, "the lock is gone")
        #expect(uses[30..<40].allSatisfy { $0 == .held })
        #expect((0..<64).filter { area.detail(of: $0).isPinned } == [12])
        #expect(memory.areas[1].allocatedPages == 4)
    }

    @Test func `outside of the areas as much is free as the state counts`() throws {
        let memory = try MachineMemory.start(of: state())
        #expect(memory.freePages - memory.freeContiguousPages == 90_000 - 986)
        #expect(memory.managedPages == 125_000)
    }

    @Test func `what does not fit below the first area is in use at the top of memory`() throws {
        let full = Self.text.replacing("free pages=90000", with: "free pages=1986")
        let memory = try MachineMemory.start(of: state(full))
        #expect(memory.freePages - memory.freeContiguousPages == 1000)
    }

    @Test func `the state of a machine that was started is the one that it was started from`() throws {
        let first = try state()
        let memory = try MachineMemory.start(of: first)
        var second = MachineState(of: memory, names: first.areas.map(\.name))
        #expect(second.freePages - second.freeContiguous == first.freePages - first.freeContiguous)
        // Writeback and locks are over, as documented.
        let runs = first.areas[0].runs.map { run in
            switch run.letter {
            case UInt8(ascii: "w"): Recording.Run(letter: UInt8(ascii: "d"), count: run.count)
            case UInt8(ascii: "k"): Recording.Run(letter: UInt8(ascii: "a"), count: run.count)
            default: run
            }
        }
        func letters(_ runs: [Recording.Run]) -> [UInt8] {
            runs.flatMap { [UInt8](repeating: $0.letter, count: $0.count) }
        }
        #expect(letters(second.areas[0].runs) == letters(runs))
        second.areas[0].runs = first.areas[0].runs
        #expect(second.areas == first.areas)
    }

    @Test func `a recording's start is a state`() throws {
        let recording = try Sample.recording()
        let state = try MachineState(parsing: Array(Sample.text.utf8))
        #expect(state == MachineState(startOf: recording))
        #expect(state.areas[0].pins == [10])
    }

    @Test func `a state has no calls that could be replayed`() {
        let error = #expect(throws: RecordingError.self) { try Recording(parsing: Array(Self.text.utf8)) }
        #expect(error?.line == 3)
        #expect(error?.description.contains("run --state") == true)
    }

    @Test(arguments: [
        ("mem=512M", "mem=lots", 3), ("managed=125000", "managed=0", 3), ("base_pfn=65536", "base_pfn=5", 4),
        ("pages .8l2", "pages .9l2", 5), ("l2a10", "l2x10", 5), ("offset=12", "offset=512", 6),
        ("base_pfn=4096", "base_pfn=65568", 7), ("name=isp", "name=linux,cma", 7), ("name=isp", "", 7),
        ("4096 pages=512 ", "4096 pages=200000 ", 7), ("pages C4.508", "pin offset=1 ok=1", 8),
        ("pages C4.508\n", "", 8), ("free pages=90000 cma=986", "alloc count=1", 9),
        ("free pages=90000 cma=986\n", "", 8), ("free pages=90000 cma=986\n", "free pages=90000", 9),
    ])
    func `a damaged line is refused with its number`(old: String, new: String, line: Int) {
        let text = Self.text.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.text)
        let error = #expect(throws: RecordingError.self) { try state(text) }
        #expect(error?.line == line, "\(error.map { "\($0)" } ?? "")")
    }
}
