import Measurement

/// A sequence of its own, so that these tests need no other module.
struct TestSequence {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 32
    }

    /// A number in 0 ..< 1.
    mutating func unit() -> Double { Double(next()) / 0x1p32 }
}

/// Samples of one strategy, a seed for each time; nil is a device that was not satisfied.
func runs(
    _ strategy: String, _ times: [Double?], device: String = "camera", caseName: String = "quiet",
    stall: Double = 1e6
) -> [RunSample] {
    times.enumerated().map { index, time in
        var values: [ComparedMetric: Double] = [
            .satisfied: time == nil ? 0 : 1, .buffersGot: time == nil ? 1 : 4,
            .longestStall: stall + Double(index), .calls: 192,
        ]
        values[.timeToSatisfaction] = time
        return RunSample(
            caseName: caseName, device: device, strategy: strategy, seed: UInt64(index + 1), buffersWanted: 4,
            buffersMin: 2, values: values)
    }
}

/// Runs of one strategy that came to no result, for the seeds from `first` on.
func failedRuns(_ strategy: String, count: Int, first: UInt64 = 1, caseName: String = "quiet") -> [RunSample]
{
    (0..<UInt64(count)).map {
        RunSample(caseName: caseName, strategy: strategy, seed: first + $0, failure: "killed by SIGSEGV")
    }
}
