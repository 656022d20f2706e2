import Measurement
import Testing
import TextSupport

@testable import Reporting

@Suite struct ComparisonColumnsTests {
    @Test(arguments: [
        (0, "0"), (9.25, "9.3"), (10, "10"), (99.5, "99.5"), (100.4, "100"), (1354, "1 354"), (9999, "9 999"),
        (9999.6, "10.0k"), (99_960, "100k"), (13_800, "13.8k"), (161_600, "162k"), (999_499, "999k"),
        (2_300_000, "2.30M"),
        (1e9, "1.00G"), (1e300, "1000000G"),
    ])
    func `a count is short`(value: Double, text: String) {
        #expect(Human.short(value) == text)
    }

    @Test(arguments: [(0.385, "0.39x"), (1, "1.00x"), (12.34, "12.3x"), (104, "104x"), (1e300, "1000000x")])
    func `a quotient has three digits`(value: Double, text: String) {
        #expect(Human.ratio(value) == text)
    }

    @Test func `a duration of any size is written`() {
        #expect(Human.duration(59_440_000.4) == "59.4 ms")
        #expect(Human.duration(-5.0) == "0 ns")
        #expect(Human.duration(1e300) == "9223372037 s")
    }

    /// A comparison of one strategy whose times are those given; nil is never.
    private func summary(_ times: [Double?]) throws -> MetricSummary {
        let samples = times.enumerated().map { index, time in
            var values: [ComparedMetric: Double] = [.satisfied: time == nil ? 0 : 1]
            values[.timeToSatisfaction] = time
            return RunSample(
                caseName: "quiet", device: "camera", strategy: "normal", seed: UInt64(index),
                buffersWanted: 1,
                buffersMin: 1, values: values)
        }
        return try #require(Comparison(samples: samples, reference: "normal").rows.first)[.timeToSatisfaction]
    }

    @Test(arguments: [
        ([500], "[500..500]"), ([1500, 1500], "[1.50..1.50]"), ([2e6, 3e6], "[2.00..3.00]"),
        ([20e6, 30e6, 2e9], "[20.0..2000]"), ([2e9], "[2.00..2.00]"), ([5e6, 5e6, nil], "[5.00..never]"),
    ])
    func `an interval is in the unit of its time`(times: [Double?], text: String) throws {
        #expect(try Human.interval(summary(times)) == text)
    }
}
