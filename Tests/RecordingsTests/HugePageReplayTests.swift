import PhysicalMemory
import Testing

@testable import Recordings

/// Recordings of Linux 7.3 with transparent huge pages.
@Suite struct HugePageReplayTests {
    @Test(arguments: RecordedKernels.names(on: .hugePages))
    func `every call is repeated exactly among huge pages, whether its mode drains or not`(name: String)
        throws
    {
        let recording = try RecordedKernels.recording(name, on: .hugePages)
        let replay = try Replay(of: recording)
        #expect(replay.judge.name == "linux-7.3")
        #expect(replay.differences.first == nil)
        #expect(replay.exact == recording.calls)
        #expect(replay.calls >= 60)
    }

    @Test func `a pin on any page holds its huge page`() throws {
        let recording = try RecordedKernels.recording("thp-pins10-normal", on: .hugePages)
        let area = try MachineMemory.area(startOf: recording)
        let pinned = recording.steps.compactMap { step -> Int? in
            if case .pin(let offset, true) = step { offset } else { nil }
        }
        #expect(pinned.count == 10)
        let pages = Set(pinned.flatMap { $0 / 512 * 512..<$0 / 512 * 512 + 512 })
        #expect(area.counts(in: 0..<area.geometry.pages).pinned == pages.count)
        for page in pages { #expect(area[page] == .pinned) }
    }

    @Test func `without its huge pages the recording is not exact`() throws {
        var recording = try RecordedKernels.recording("thp-pins10-normal", on: .hugePages)
        for index in recording.steps.indices {
            if case .folios = recording.steps[index] { recording.steps[index] = .folios([]) }
        }
        let replay = try Replay(of: recording)
        #expect(replay.exact < replay.calls * 3 / 4)
    }

    @Test func `a state with huge pages is written and read back`() throws {
        let recording = try RecordedKernels.recording("thp-order9-normal", on: .hugePages)
        var state = MachineState(startOf: recording)
        (state.watermarks, state.listedHugePages) = (nil, 0)
        #expect(state.areas[0].folios.count > 10)
        let again = try MachineState(parsing: Array(state.text.utf8))
        #expect(again == state)
        let memory = try MachineMemory.start(of: again)
        let later = MachineState(of: memory, names: ["reserved"])
        #expect(later.areas[0].folios == state.areas[0].folios)
        #expect(try MachineState(parsing: Array(later.text.utf8)) == later)
    }

    @Test func `a folio with pages of another kind is read as single pages`() throws {
        var state = MachineState(startOf: try RecordedKernels.recording("thp-pins10-normal", on: .hugePages))
        let pages = state.areas[0].pages
        state.areas[0].runs = [.init(letter: UInt8(ascii: "f"), count: pages)]
        state.areas[0].pins = [state.areas[0].folios[0].offset + 1]
        let area = try MachineMemory.start(of: state).areas[0]
        #expect(area.counts(in: 0..<pages).pinned == 1)
    }
}
