import KernelFormats
import Recordings
import Testing

/// A real kernel's trace against the recording that was made of the same run.
@Suite struct TracedRunTests {
    private let start: Recording
    private let bytes: [UInt8]

    init() throws {
        start = try RecordedKernels.recording("mix-normal")
        bytes = try RecordedKernels.bytes(of: "mix-normal", on: .traces)
    }

    private func run(_ bytes: [UInt8], isLenient: Bool = false) throws -> TracedRun {
        try TracedRun(FTrace(parsing: bytes, isLenient: isLenient), start: start, mode: "normal")
    }

    private func lines(_ change: (inout [String]) -> Void) -> [UInt8] {
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        change(&lines)
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    @Test func `the trace says of every call what the recording of the same run says`() throws {
        let traced = try run(bytes)
        func decisions(_ recording: Recording) -> [Recording.Allocation] {
            recording.steps.compactMap { step in
                guard case .allocate(var call) = step else { return nil }
                call.nanoseconds = 0
                call.isolateNanoseconds = 0
                call.disableLRUNanoseconds = 0
                call.migrateNanoseconds = 0
                call.drainNanoseconds = 0
                call.migrated = 0
                call.migrateFailed = 0
                return call
            }
        }
        #expect(decisions(traced.recording) == decisions(start))
        #expect(traced.notes.area == "reserved")
        #expect(traced.notes.unknownReleases == 0)
        #expect(traced.notes.otherEvents > 1000)
    }

    @Test func `every decision of the traced kernel is taken again`() throws {
        let replay = try Replay(of: run(bytes).recording)
        #expect(replay.calls == 295)
        #expect(replay.exact == replay.calls)
    }

    @Test func `calls around lost events are executed and not compared, a lost release is inferred`() throws {
        let damaged = lines { lines in
            let release = lines.firstIndex { $0.contains("cma_release:") } ?? 0
            lines[release] = "CPU:1 [LOST 1 EVENTS]"
            let finish = lines.lastIndex { $0.contains("cma_alloc_finish:") } ?? 0
            lines.insert("CPU:1 [LOST 1 EVENTS]", at: finish)
        }
        let traced = try run(damaged)
        #expect(traced.notes.losses == 2)
        #expect(traced.notes.partialCalls == 1)
        #expect(traced.notes.inferredReleases >= 1)
        #expect(try Replay(of: traced.recording).calls == 294)
    }

    @Test func `a trace of another machine is refused`() throws {
        let other = Array(String(decoding: bytes, as: UTF8.self).replacing("pfn=0x1", with: "pfn=0x9").utf8)
        let error = #expect(throws: KernelFormatError.self) { try run(other) }
        #expect(error?.description.contains("trace and --state are of two machines") == true)
    }

    @Test func `events of other areas are left out and counted`() throws {
        let traced = try run(
            lines { $0.append("x-9 [000] ..... 9.0: cma_release: name=other pfn=0x99999 page=1 count=4") })
        #expect(traced.notes.otherAreas == 1)
        let outside = lines {
            $0.append("x-9 [000] ..... 9.0: cma_release: name=reserved pfn=0x99999 page=1 count=4")
        }
        let error = #expect(throws: KernelFormatError.self) { try run(outside) }
        #expect(error?.line == 2409)
    }
}
