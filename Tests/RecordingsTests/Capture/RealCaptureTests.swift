import KernelFormats
import Testing

@testable import Recordings

/// A real capture against the recording of the same run, whose start is the truth.
@Suite struct RealCaptureTests {
    private let files: [CaptureFile]
    private let recording: Recording

    init() throws {
        files = try RealCapture.files()
        recording = try RealCapture.recording()
    }

    private func letters(_ area: MachineState.Area) -> [UInt8] {
        area.runs.flatMap { [UInt8](repeating: $0.letter, count: $0.count) }
    }

    @Test func `every page of the start is what the recording says, but for what no flag shows`() throws {
        let imported = try ImportedMachine(try Capture(files)).state.areas[0]
        let truth = MachineState(startOf: recording).areas[0]
        #expect(imported.name == "reserved")
        #expect(imported.basePFN == truth.basePFN)
        #expect(imported.pages == truth.pages)
        #expect(imported.orderPerBit == truth.orderPerBit)
        var differences: [String: Int] = [:]
        for (truth, imported) in zip(letters(truth), letters(imported)) where truth != imported {
            let pair = [truth, imported].map { String(UnicodeScalar($0)) }.joined(separator: "→")
            differences[pair, default: 0] += 1
        }
        // Flags tell free blocks from CPUs' lists, which the recorder did not; they do not tell references.
        #expect(differences == [".→l": 122, "P→a": 50, "p→a": 7])
    }

    @Test func `the real files are written as they were read`() throws {
        for file in files where file.path.contains("/proc/") {
            let text = String(decoding: file.bytes, as: UTF8.self)
            if file.path.hasSuffix("buddyinfo") {
                #expect(try Buddyinfo(parsing: file.bytes).text == text)
            } else if file.path.hasSuffix("pagetypeinfo") {
                #expect(try Pagetypeinfo(parsing: file.bytes).text == text)
            } else if file.path.hasSuffix("kpageflags") {
                #expect(try PageWords(parsing: file.bytes).binary == file.bytes)
            }
        }
        for file in files where file.path.hasSuffix("/bitmap") {
            #expect(try CMABitmap(parsing: file.bytes).text == String(decoding: file.bytes, as: UTF8.self))
        }
    }

    @Test func `memory, free pages and CPUs are the recorded machine's`() throws {
        let imported = try ImportedMachine(try Capture(files))
        let truth = MachineState(startOf: recording)
        #expect(imported.state.memoryPages == truth.memoryPages)
        #expect(imported.state.cpus == truth.cpus)
        #expect(imported.state.managedPages == 125_237)
        #expect(imported.state.freePages == 114_917)
        #expect(imported.state.freeContiguous == 9624)
        #expect(imported.report.skipped.allSatisfy { $0.file.contains("/after/") })
        #expect(imported.report.skipped.count == 15)
    }

    /// A balloon that gave memory back between the reads of meminfo and zoneinfo, and one that took it.
    @Test(arguments: [(125_237, 626_185), (98_000, 500_948), (125_237, 130_000)])
    func `a machine with a balloon is imported with the pages that its zones manage`(managed: Int, total: Int)
        throws
    {
        let ballooned = files.map { file in
            guard file.path.contains("/before/") else { return file }
            let text = String(decoding: file.bytes, as: UTF8.self)
            if file.path.hasSuffix("/meminfo") {
                return CaptureFile(
                    path: file.path,
                    bytes: Array(text.replacing("MemTotal:         500948", with: "MemTotal: \(total)").utf8))
            }
            guard file.path.hasSuffix("/zoneinfo") else { return file }
            return CaptureFile(
                path: file.path,
                bytes: Array(text.replacing("managed  125237", with: "managed  \(managed)").utf8))
        }
        var expected = try ImportedMachine(try Capture(files)).state
        expected.managedPages = managed
        #expect(try ImportedMachine(try Capture(ballooned)).state == expected)
    }

    @Test func `the trace's refused windows show pins, and none that is no pin`() throws {
        let pins = try ImportedMachine(try Capture(files)).state.areas[0].pins
        let truth = Set(MachineState(startOf: recording).areas[0].pins)
        #expect(!pins.isEmpty)
        #expect(truth.isSuperset(of: pins))
    }

    /// The recorded calls, executed from an imported start.
    private func replay(_ state: MachineState) throws -> Replay {
        var recording = recording
        let first = recording.steps.firstIndex { step in
            if case .allocate = step { true } else { false }
        }
        let area = state.areas[0]
        let start: [Recording.Step] =
            [.free(pages: state.freePages, contiguous: state.freeContiguous), .pages(area.runs)]
            + area.pins.map { .pin(offset: $0, taken: true) }
        let calls = try #require(first)
        recording.steps.replaceSubrange(..<calls, with: start)
        recording.stepBytes.replaceSubrange(..<calls, with: start.map { _ in 0 })
        return try Replay(of: recording)
    }

    @Test func `from the imported start, with the pins that the trace shows, all calls end as recorded`()
        throws
    {
        let replay = try replay(ImportedMachine(try Capture(files)).state)
        #expect(replay.calls == 295)
        #expect(replay.exact == 295)
    }

    @Test func `without any evidence of pins, only the calls that met one end differently`() throws {
        let untraced = files.filter { !$0.path.hasSuffix("trace") }
        let imported = try ImportedMachine(try Capture(untraced))
        #expect(imported.state.areas[0].pins.isEmpty)
        #expect(imported.report.assumed.contains { $0.hasPrefix("no page is pinned") })
        let replay = try replay(imported.state)
        #expect(replay.exact < 295)
        #expect(replay.exact >= 280)
    }

    @Test func `refused windows alone, without the pages that were in the way, show as much`() throws {
        var files = files
        let index = try #require(files.firstIndex { $0.path.hasSuffix("trace") })
        let lines = files[index].bytes.split(separator: 10)
            .filter { !String(decoding: $0, as: UTF8.self).contains("test_pages_isolated:") }
        files[index].bytes = Array(lines.joined(separator: [10])) + [10]
        let replay = try replay(ImportedMachine(try Capture(files)).state)
        #expect(replay.exact == 295)
    }

    @Test func `pins that are listed are those of the state`() throws {
        let truth = MachineState(startOf: recording).areas[0]
        var options = ImportOptions()
        options.pins = .frames(truth.pins.map { truth.basePFN + $0 })
        let imported = try ImportedMachine(try Capture(files), options: options)
        #expect(imported.state.areas[0].pins == truth.pins.sorted())
        #expect(try replay(imported.state).exact == 295)
    }

    @Test func `the state as a file reads back as the same state`() throws {
        let state = try ImportedMachine(try Capture(files)).state
        #expect(try MachineState(parsing: Array(state.text.utf8)) == state)
    }

    @Test func `the machine after the run holds what the recorded calls left`() throws {
        let after = files.filter { $0.path.contains("/after/") }
        let area = try ImportedMachine(try Capture(after)).report.areas[0]
        #expect(area.held == 3354)
        #expect(area.free == 6905)
    }
}
