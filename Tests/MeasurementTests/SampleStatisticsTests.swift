import Testing

@testable import Measurement

@Suite struct SampleStatisticsTests {
    @Test func `the median of an even number of values lies between the two in the middle`() {
        #expect(SampleStatistics.median([1, 2, 9]) == 2)
        #expect(SampleStatistics.median([1, 2, 4, 9]) == 3)
        #expect(SampleStatistics.median([1, .infinity]) == .infinity)
    }

    @Test func `a percentile is the smallest value that so many do not exceed`() {
        let hundred = (1...100).map(Double.init)
        #expect(SampleStatistics.percentile(99, hundred) == 99)
        #expect(SampleStatistics.percentile(99, hundred + [101]) == 100)
        #expect(SampleStatistics.percentile(99, [1, 2, 3]) == 3)
        #expect(SampleStatistics.percentile(1, hundred) == 1)
    }

    @Test func `no values have no figures`() {
        #expect(SampleStatistics.mean([]) == nil)
        #expect(SampleStatistics.median([]) == nil)
        #expect(SampleStatistics.percentile(99, []) == nil)
    }
}
