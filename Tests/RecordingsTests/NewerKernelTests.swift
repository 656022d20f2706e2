import PhysicalMemory
import Testing

@testable import Recordings

/// Recordings of Linux 6.12 and 7.3 in modes that drain: bitmap, pins and ranges alone decide.
@Suite struct NewerKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let shelf: RecordedKernels.Shelf

        var testDescription: String { "\(name) of \(shelf.rawValue)" }
    }

    /// Two tasks on one area, which the recording does not order exactly.
    private static let oneArea = "twosame74-normal"

    static let decided = [RecordedKernels.Shelf.decided612, .decided73].flatMap { shelf in
        RecordedKernels.names(on: shelf).filter { $0 != oneArea }.map { Case(name: $0, shelf: shelf) }
    }

    @Test(arguments: decided)
    func `every call of the newer kernels is repeated exactly`(item: Case) throws {
        let recording = try RecordedKernels.recording(item.name, on: item.shelf)
        let replay = try Replay(of: recording)
        #expect(replay.differences.first == nil)
        #expect(replay.exact == replay.calls)
        #expect(replay.calls == recording.calls)
        #expect(replay.calls > 30)
        #expect(replay.judge.name == (item.shelf == .decided612 ? "linux-6.12" : "linux-7.3"))
    }

    @Test(arguments: [(RecordedKernels.Shelf.decided612, 30), (.decided73, 38)])
    func `the package has the recordings of every family that is decided by bitmap and pins`(
        shelf: RecordedKernels.Shelf, files: Int
    ) {
        let names = RecordedKernels.names(on: shelf)
        #expect(names.count == files)
        let families = Set(names.map { String($0.prefix { !"0123456789-".contains($0) }) })
        let wanted = [
            "base", "bitmap", "chunk", "mix", "order", "percpu", "pins", "scene", "two", "twofill", "twosame",
        ]
        #expect(families.isSuperset(of: wanted))
    }

    /// A refused window stays claimed until the kernel tries the next one, at a moment that no record tells. The call
    /// that differs in each of these recordings began while the other task had many windows refused.
    @Test(arguments: [RecordedKernels.Shelf.decided612, .decided73])
    func `of two tasks on one area all calls but one are repeated exactly`(shelf: RecordedKernels.Shelf)
        throws
    {
        let replay = try Replay(of: RecordedKernels.recording(Self.oneArea, on: shelf))
        #expect(replay.calls == 359)
        #expect(replay.exact >= 358)
    }

    @Test func `in the order of the lines two tasks on one area would differ in dozens of calls`() throws {
        var recording = try RecordedKernels.recording(Self.oneArea, on: .decided73)
        for index in recording.steps.indices {
            switch recording.steps[index] {
            case .allocate(var call):
                call.caller = nil
                recording.steps[index] = .allocate(call)
            case .release(let offset, let count, let accepted, let nanoseconds, _):
                recording.steps[index] = .release(
                    offset: offset, count: count, accepted: accepted, nanoseconds: nanoseconds)
            case .pages, .pin, .free, .zone, .lists, .folios: break
            }
        }
        let replay = try Replay(of: recording)
        #expect(replay.differences.count > 24)
    }

    @Test(arguments: [
        ("base21-normal", RecordedKernels.Shelf.decided73, Kernel.linux6_12),
        ("scene31-cached", .decided73, .linux6_1),
    ])
    func `a recording of 7.3 is not exact by an older kernel's errno`(
        name: String, shelf: RecordedKernels.Shelf, other: Kernel
    ) throws {
        var recording = try RecordedKernels.recording(name, on: shelf)
        let version = try #require(recording.kernel.firstIndex { $0.key == "version" })
        recording.kernel[version].value = other.releases.first.description
        let replay = try Replay(of: recording)
        #expect(replay.differences.count > 0)
        #expect(replay.differences.allSatisfy { $0.kernel.errno == -16 && $0.emulated.errno == -12 })
    }

    @Test func `one range of as many pages is not exact where an area has several`() throws {
        var recording = try RecordedKernels.recording("multidesc67-normal", on: .decided73)
        #expect(try Replay(of: recording).differences.count == 0)
        let ranges = recording.areas[0].ranges
        #expect(ranges.count == 4)
        recording.areas[0].ranges = [recording.basePFN..<recording.basePFN + recording.pages]
        let differences = try Replay(of: recording).differences.count
        #expect(differences > 5, "\(differences)")
    }

    @Test func `an area of several ranges cannot be one of a kernel that knows one range`() throws {
        var recording = try RecordedKernels.recording("multifull68-normal", on: .decided73)
        let version = try #require(recording.kernel.firstIndex { $0.key == "version" })
        recording.kernel[version].value = "6.12.117"
        let error = #expect(throws: RecordingError.self) { try Replay(of: recording) }
        #expect(error?.description == "an area has 4 ranges; on linux-6.12 it has at most 1")
    }

    @Test func `several tasks in a mode with a last-failed cache are refused`() throws {
        var recording = try RecordedKernels.recording("two71-normal", on: .decided612)
        let mode = try #require(recording.scenario.firstIndex { $0.key == "mode" })
        recording.scenario[mode].value = "cached"
        let error = #expect(throws: RecordingError.self) { try Replay(of: recording) }
        #expect(error?.line == 3)
        #expect(error?.description.contains("mode is 'cached'") == true)
    }

    @Test func `the times of several tasks say nothing of costs`() throws {
        let recording = try RecordedKernels.recording("two71-normal", on: .decided612)
        #expect(throws: RecordingError.self) { try CostSamples(of: recording, name: "two71") }
    }
}
