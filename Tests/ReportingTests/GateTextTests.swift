import Measurement
import Reporting
import Testing

@Suite struct GateTextTests {
    private func lines(_ gate: String, _ comparison: Comparison = SampleComparison.comparison) throws
        -> [String]
    {
        try Gate(parsing: gate).evaluate(comparison).map(\.line)
    }

    @Test func `a violation says where, how much, and against which gate`() throws {
        #expect(
            try lines("camera.fail-fast.stall_max_ns > 5ms") == [
                "writeback: camera with fail-fast: stall_max_ns is 48.9 ms > 5.00 ms "
                    + "('camera.fail-fast.stall_max_ns > 5ms')"
            ])
        #expect(
            try lines("camera.mine.so.satisfied<100%") == [
                "writeback: camera with mine.so: satisfied is 90.0 % < 100.0 % ('camera.mine.so.satisfied<100%')"
            ])
        #expect(
            try lines("camera.cached.drains >= 1x normal").first
                == "quiet: camera with cached: drains is 12 >= 12 ('camera.cached.drains >= 1x normal')")
    }

    @Test func `never is a word`() throws {
        #expect(
            try lines("camera.fail-fast.time_to_satisfaction_ns > 1s") == [
                "writeback: camera with fail-fast: time_to_satisfaction_ns is never > 1.00 s "
                    + "('camera.fail-fast.time_to_satisfaction_ns > 1s')"
            ])
    }

    @Test func `a value just beyond the limit does not look like the limit`() throws {
        let sample = RunSample(
            caseName: "quiet", device: "camera", strategy: "normal", seed: 1, buffersWanted: 1, buffersMin: 1,
            values: [.satisfied: 1, .longestStall: 5_000_001])
        #expect(
            try lines("*.*.stall_max_ns > 5ms", Comparison(samples: [sample], reference: "normal")) == [
                "quiet: camera with normal: stall_max_ns is 5 000 001 ns > 5 000 000 ns ('*.*.stall_max_ns > 5ms')"
            ])
    }

    @Test func `failed runs and a missing partner are told as such`() throws {
        let samples = [
            RunSample(caseName: "quiet", strategy: "mine.so", seed: 1, failure: "killed by SIGSEGV"),
            RunSample(
                caseName: "quiet", device: "camera", strategy: "normal", seed: 1, buffersWanted: 1,
                buffersMin: 1,
                values: [.satisfied: 1, .calls: 4]),
        ]
        let comparison = Comparison(samples: samples, reference: "normal")
        #expect(
            try lines("camera.mine.so.calls > 9", comparison)
                == [
                    "quiet: camera with mine.so: calls has no value, 1 run failed ('camera.mine.so.calls > 9')"
                ])
        #expect(
            try lines("camera.normal.calls > 2x mine.so", comparison) == [
                "quiet: camera with normal: calls has no value to compare with "
                    + "('camera.normal.calls > 2x mine.so')"
            ])
    }
}
