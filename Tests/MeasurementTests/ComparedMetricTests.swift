import Measurement
import Testing

@Suite struct ComparedMetricTests {
    @Test func `the names are those of the schema`() {
        #expect(
            ComparedMetric.allCases.map(\.rawValue) == [
                "buffers_got", "satisfied", "time_to_satisfaction_ns", "gathering_ns", "stall_max_ns",
                "calls",
                "failed_calls",
                "busy_retries", "pages_migrated", "pages_dropped", "drains", "ipis", "others_waited_ns",
                "largest_free_pages", "usable_chunks", "reserved_pages", "preparation_ns",
            ])
    }

    @Test(arguments: ComparedMetric.allCases)
    func `a name ends in the unit that its values have`(metric: ComparedMetric) {
        #expect(metric.rawValue.hasSuffix("_ns") == (metric.unit == .nanoseconds))
        #expect(!metric.rawValue.hasSuffix("_pages") || metric.unit == .pages)
        #expect((metric.unit == .share) == (metric.summary == .share))
    }

    @Test func `getting more and leaving more is better, paying more is worse`() {
        #expect(
            ComparedMetric.allCases.filter { $0.direction == .higherIsBetter } == [
                .buffersGot, .satisfied, .largestFree, .usableChunks,
            ])
        #expect(ComparedMetric.allCases.filter { $0.direction == .neither } == [.calls])
    }

    @Test func `seeds are summed up by the median, but for buffers and shares`() {
        #expect(ComparedMetric.allCases.filter { $0.summary == .mean } == [.buffersGot])
        #expect(ComparedMetric.allCases.filter { $0.summary == .share } == [.satisfied])
        #expect(ComparedMetric.allCases.filter(\.keepsMaximum) == [.longestStall])
        #expect(ComparedMetric.allCases.filter(\.keepsPercentile) == [.timeToSatisfaction])
    }
}
