import Histogram
import Testing

@testable import Measurement

@Suite struct LatencyHistogramTests {
    /// A distribution of latencies to try.
    enum Shape: String, CaseIterable, Sendable {
        case constant, uniform, wide, twoPeaks, small
    }

    /// A sequence of its own, so that these tests need no other module.
    private struct Sequence {
        var state: UInt64

        mutating func below(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 16) % bound
        }
    }

    private func sample(_ shape: Shape, count: Int) -> [UInt64] {
        var sequence = Sequence(state: UInt64(count))
        return (0..<count).map { _ in
            switch shape {
            case .constant: 123_457
            case .uniform: 30_000 + sequence.below(1_000_000)
            case .wide: (1 + sequence.below(1000)) << sequence.below(30)
            case .twoPeaks: sequence.below(50) == 0 ? 2_000_000_000 + sequence.below(1000) : 90_000
            case .small: sequence.below(900)
            }
        }
    }

    /// The smallest value that `percent` of all values do not exceed.
    private func exact(_ percent: Int, of sorted: [UInt64]) -> UInt64 {
        sorted[max((sorted.count * percent + 99) / 100, 1) - 1]
    }

    private func isClose(_ value: UInt64, to expected: UInt64) -> Bool {
        let difference = value > expected ? value - expected : expected - value
        return Double(difference) <= Double(expected) * 0.001
    }

    @Test(arguments: Shape.allCases, [1, 2, 100, 20_000])
    func `percentiles are within a thousandth of the exact ones`(shape: Shape, count: Int) {
        let values = sample(shape, count: count)
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        let summary = histogram.summary
        #expect(isClose(summary.p50, to: exact(50, of: sorted)))
        #expect(isClose(summary.p99, to: exact(99, of: sorted)))
    }

    @Test(arguments: Shape.allCases)
    func `the maximum is exact, and no percentile exceeds it`(shape: Shape) {
        var histogram = LatencyHistogram()
        var largest: UInt64 = 0
        for (number, value) in sample(shape, count: 500).enumerated() {
            histogram.record(value)
            largest = max(largest, value)
            guard number < 5 || number % 100 == 99 else { continue }
            let summary = histogram.summary
            #expect(summary.max == largest)
            #expect(summary.p50 <= summary.p99)
            #expect(summary.p99 <= largest)
        }
    }

    @Test(arguments: Shape.allCases, [1, 2, 3, 50, 99, 100, 101, 192, 1023, 1024, 1025, 3000])
    func `few values are summed up as the histogram of many would`(shape: Shape, count: Int) {
        var histogram = LatencyHistogram()
        var bins = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        for value in sample(shape, count: count) {
            histogram.record(value)
            bins.record(value)
        }
        let summary = histogram.summary
        #expect(summary.p50 == bins.valueAtPercentile(50))
        #expect(summary.p99 == bins.valueAtPercentile(99))
    }

    @Test func `every value is counted`() {
        var histogram = LatencyHistogram()
        for value in sample(.wide, count: 1234) { histogram.record(value) }
        #expect(histogram.count == 1234)
    }

    @Test func `an empty histogram is all zeros`() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.summary == LatencySummary(p50: 0, p99: 0, max: 0))
    }

    @Test func `the order of the values does not matter`() {
        let values = sample(.wide, count: 1000)
        var forwards = LatencyHistogram()
        var backwards = LatencyHistogram()
        for value in values { forwards.record(value) }
        for value in values.reversed() { backwards.record(value) }
        #expect(forwards.summary == backwards.summary)
    }

    @Test func `a day in one call is still counted`() {
        var histogram = LatencyHistogram()
        histogram.record(86_400_000_000_000)
        histogram.record(0)
        #expect(histogram.count == 2)
        #expect(histogram.summary.max == 86_400_000_000_000)
        #expect(histogram.summary.p50 == 0)
    }

    @Test(arguments: [
        (0, 0), (7, 7), (99, 99), (100, 100), (101, 110), (286, 290), (286_000, 290_000),
        (999_999, 1_000_000),
        (UInt64.max, UInt64.max),
    ])
    func `a duration is counted under itself rounded up to two digits`(duration: UInt64, upper: UInt64) {
        #expect(LatencyBin.upperBound(of: duration) == upper)
    }

    @Test(arguments: Shape.allCases, [LatencyHistogram.fewest, 5 * LatencyHistogram.fewest])
    func `bins count every value once, in increasing order, within three digits`(shape: Shape, count: Int) {
        var histogram = LatencyHistogram()
        let values = sample(shape, count: count)
        for value in values { histogram.record(value) }
        let bins = histogram.bins
        #expect(bins.reduce(0) { $0 + $1.count } == count)
        #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.upperNanoseconds < $1.upperNanoseconds })
        var counted: UInt64 = 0
        for bin in bins {
            counted += bin.count
            let least = values.count { $0 <= bin.upperNanoseconds }
            let most = values.count { $0 <= bin.upperNanoseconds + bin.upperNanoseconds / 500 }
            #expect((least...most).contains(Int(counted)), "\(bin)")
        }
    }

    @Test func `an empty histogram has no bins`() {
        #expect(LatencyHistogram().bins.isEmpty)
    }
}
