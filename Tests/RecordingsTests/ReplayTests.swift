import Glibc
import PhysicalMemory
import Testing

@testable import Recordings

@Suite struct ReplayTests {
    @Test(arguments: RecordedKernels.names)
    func `every call of the recorded kernel is repeated exactly`(name: String) throws {
        let recording = try RecordedKernels.recording(name)
        let replay = try Replay(of: recording)
        #expect(replay.differences.first == nil)
        #expect(replay.differences.count == 0)
        #expect(replay.exact == replay.calls)
        #expect(replay.calls == recording.calls)
        #expect(replay.calls > 200, "a recording with next to no calls proves nothing")
    }

    @Test func `the package has the recordings of every family that is decided by bitmap and pins`() {
        let families = Dictionary(grouping: RecordedKernels.names) {
            $0.prefix { !"0123456789-".contains($0) }
        }
        #expect(
            families.mapValues(\.count) == [
                "base": 2, "bitmap": 3, "chunk": 6, "mix": 2, "order": 3, "percpu": 2, "pins": 15, "scene": 4,
            ])
    }

    @Test(arguments: AllocationMode.named.map(\.name))
    func `each mode has been recorded on a kernel that was changed to it`(mode: String) throws {
        let replay = try Replay(of: try RecordedKernels.recording("pins100-\(mode)"))
        #expect(replay.mode == AllocationMode(named: mode))
        #expect(replay.kernelNanoseconds > 0)
        #expect(replay.emulatedNanoseconds > 0)
    }

    @Test func `a recording of one mode is not exact in another`() throws {
        var recording = try RecordedKernels.recording("pins100-normal")
        let mode = try #require(recording.scenario.firstIndex { $0.key == "mode" })
        recording.scenario[mode].value = "cached"
        let replay = try Replay(of: recording)
        #expect(replay.differences.count > 10)
        #expect(replay.exact + replay.differences.count == replay.calls)
    }

    @Test func `the sample of these tests is exact`() throws {
        let replay = try Replay(of: try Sample.recording())
        #expect(replay.differences == [])
        #expect(replay.calls == 8)
        #expect(replay.exact == 8)
        #expect(replay.kernelNanoseconds == 100 + 7 * 90)
    }

    // MARK: Doctored recordings

    @Test func `one changed busy window is one difference, at its call`() throws {
        var recording = try RecordedKernels.recording("chunk4800-pins100-normal")
        var calls = 0
        let doctored = try #require(
            recording.steps.firstIndex { step in
                guard case .allocate(let call) = step else { return false }
                calls += 1
                return calls > 1000 && call.busy.count > 3
            })
        guard case .allocate(var call) = recording.steps[doctored] else { return }
        call.busy[2] += 1
        recording.steps[doctored] = .allocate(call)

        let replay = try Replay(of: recording)
        let difference = try #require(replay.differences.first)
        #expect(replay.differences.count == 1)
        #expect(replay.exact == replay.calls - 1)
        #expect(difference.call == calls)
        #expect(difference.kernel.busy == call.busy)
        #expect(difference.emulated.busy.count == call.busy.count)
        #expect(difference.emulated.busy[2] == call.busy[2] - 1)
        #expect(difference.emulated.offset == call.offset)
    }

    @Test func `one changed offset is one difference, and the replay takes over the kernel's pages`() throws {
        var text = Sample.with(line: 13, replacing: "offset=0", by: "offset=48")
        text = Sample.with(line: 14, replacing: "offset=0", by: "offset=48", in: text)
        let replay = try Replay(of: try Recording(parsing: Array(text.utf8)))
        #expect(
            replay.differences == [
                .init(
                    call: 4, request: AllocationRequest(count: 4, align: 2),
                    kernel: .init(offset: 48, errno: 0, busy: []),
                    emulated: .init(offset: 0, errno: 0, busy: []))
            ])
        #expect(replay.exact == 7)
    }

    @Test func `a success that the recording calls a failure is one difference, and is given back`() throws {
        var text = Sample.with(line: 13, replacing: "offset=0 ret=0", by: "offset=-1 ret=-16")
        text = Sample.without(lines: 14...14, in: text)
        let replay = try Replay(of: try Recording(parsing: Array(text.utf8)))
        #expect(replay.differences.map(\.call) == [4])
        #expect(replay.differences.first?.kernel == .init(offset: nil, errno: -16, busy: []))
        #expect(replay.exact == 7)
    }

    @Test func `a failure that the recording calls a success is one difference, and its pages are held`()
        throws
    {
        let text = Sample.with(line: 21, replacing: "offset=-1 ret=-16", by: "offset=20 ret=0")
        let replay = try Replay(of: try Recording(parsing: Array(text.utf8)))
        #expect(replay.differences.map(\.call) == [8])
        #expect(replay.differences.first?.kernel == .init(offset: 20, errno: 0, busy: [0]))
        #expect(replay.differences.first?.emulated == .init(offset: nil, errno: -16, busy: [0]))
    }

    @Test func `another errno is a difference`() throws {
        let text = Sample.with(line: 21, replacing: "ret=-16", by: "ret=-12")
        let replay = try Replay(of: try Recording(parsing: Array(text.utf8)))
        #expect(replay.differences.map(\.call) == [8])
    }

    @Test func `a mode that devemu does not know is refused with the line that names it`() throws {
        let text = Sample.with(line: 3, replacing: "mode=normal", by: "mode=turbo")
        let recording = try Recording(parsing: Array(text.utf8))
        let error = #expect(throws: RecordingError.self) { try Replay(of: recording) }
        #expect(error?.line == 3)
        #expect(error?.description.contains("'turbo'") == true)
    }

    @Test(arguments: ["0", "-1", "257", "99999999999999999999", "two"])
    func `a machine of no CPUs, or too many, is refused with the line that counts them`(
        cpus: String
    ) throws {
        let text = Sample.with(line: 2, replacing: "cpus=2", by: "cpus=\(cpus)")
        let recording = try Recording(parsing: Array(text.utf8))
        let error = #expect(throws: RecordingError.self) { try Replay(of: recording) }
        #expect(error?.line == 2)
        #expect(error?.description == "cpus is '\(cpus)': expected a number from 1 to 256")
    }

    @Test func `a replay keeps nothing of its machine`() async {
        await #expect(processExitsWith: .success) {
            /// The most memory that this process has had, KiB.
            func peak() -> Int {
                var usage = rusage()
                getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_maxrss
            }
            let recording = try Sample.recording()
            _ = try Replay(of: recording)
            let once = peak()
            for _ in 0..<100 { _ = try Replay(of: recording) }
            // The frames of a machine of 512 MiB alone are 1 MiB.
            #expect(peak() - once < 32 << 10)
        }
    }

    // MARK: Start state

    @Test func `the start state is the last one before the first call`() throws {
        let area = try MachineMemory.area(startOf: try Sample.recording())
        #expect(area.counts(in: 0..<64) == (free: 40, movable: 23, pinned: 1, held: 0))
        #expect(area[10] == .pinned)
        #expect(area[8] == .movable)
        #expect(area[7] == .free)
        #expect(area[40] == .free, "the pin that was not taken")
    }

    @Test func `a page with passing references is movable unless a pin record says more`() throws {
        let text = Sample.with(line: 9, replacing: "a21.32", by: "P1p1A1f1d1w1k1a14.32")
        let area = try MachineMemory.area(startOf: try Recording(parsing: Array(text.utf8)))
        #expect(area.counts(in: 0..<64) == (free: 40, movable: 23, pinned: 1, held: 0))
    }

    @Test func `pages that the recorded kernel already held are held`() throws {
        let text = Sample.with(line: 9, replacing: ".32", by: ".12C20")
        let area = try MachineMemory.area(startOf: try Recording(parsing: Array(text.utf8)))
        #expect(area.counts(in: 44..<64).held == 20)
        #expect(area.allocatedPages == 20)
        #expect(area.allocate(AllocationRequest(count: 32, align: 5), mode: .normal).errno == .busy)
    }
}
