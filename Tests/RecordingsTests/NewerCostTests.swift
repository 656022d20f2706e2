import PhysicalMemory
import Testing

@testable import Recordings

/// The scaled profiles of Linux 6.12 and 7.3 against repeats of the same runs on a quiet machine.
@Suite struct NewerCostTests {
    /// Total time of a run: the fastest and the slowest of three repeats, ms.
    struct Repeats: Sendable, CustomTestStringConvertible {
        let name: String
        let shelf: RecordedKernels.Shelf
        let fastest: Double
        let slowest: Double

        var testDescription: String { "\(shelf.rawValue)/\(name)" }
    }

    static let repeats = [
        Repeats(name: "chunk4800-pins100-normal", shelf: .decided612, fastest: 41_247.2, slowest: 51_964.2),
        Repeats(name: "chunk4800-pins100-cached", shelf: .decided612, fastest: 6740.9, slowest: 11_414.2),
        Repeats(name: "chunk4800-pins100-normal", shelf: .decided73, fastest: 36_909.0, slowest: 39_106.4),
        Repeats(name: "chunk4800-pins100-cached", shelf: .decided73, fastest: 7063.1, slowest: 8682.9),
    ]

    @Test(arguments: repeats)
    func `the kernel's own costs give the time of its quiet repeats`(run: Repeats) throws {
        let replay = try Replay.once(RecordedKernels.recording(run.name, on: run.shelf))
        let milliseconds = Double(replay.emulatedNanoseconds) / 1e6
        #expect((run.fastest * 0.95...run.slowest * 1.05).contains(milliseconds), "\(milliseconds)")
    }

    @Test func `costs that are given replace the kernel's own`() throws {
        let recording = try RecordedKernels.recording("pins100-normal", on: .decided73)
        let own = try Replay.once(recording)
        let given = try Replay.once(recording, costs: .qemu)
        #expect(given.exact == own.exact)
        #expect(2 * given.emulatedNanoseconds < own.emulatedNanoseconds)
    }
}
