import Measurement
import Testing

@Suite struct BootstrapIntervalTests {
    private func pairs(_ values: [Double], _ references: [Double]) -> [(value: Double, reference: Double)] {
        zip(values, references).map { ($0, $1) }
    }

    @Test func `no values have no interval`() {
        #expect(BootstrapInterval.median(of: []) == nil)
        #expect(BootstrapInterval.mean(of: []) == nil)
        #expect(BootstrapInterval.ratioOfMedians(of: []) == nil)
    }

    @Test(arguments: [[7.5], [3, 3, 3, 3], [.infinity, .infinity]])
    func `one value or equal ones have an interval of width zero`(values: [Double]) {
        let expected = ConfidenceInterval(low: values[0], high: values[0])
        #expect(BootstrapInterval.median(of: values) == expected)
        #expect(BootstrapInterval.mean(of: values) == expected)
    }

    /// Of two values a resample is both low, both high, or one of each, with 1/4, 1/4 and 1/2.
    @Test func `two values span their interval`() {
        #expect(BootstrapInterval.mean(of: [10, 20]) == ConfidenceInterval(low: 10, high: 20))
        #expect(BootstrapInterval.median(of: [20, 10]) == ConfidenceInterval(low: 10, high: 20))
    }

    /// The median of a resample is the lowest of five values with P(Bin(5, 1/5) >= 3) = 5.8 %, more than
    /// is cut off; of seven with P(Bin(7, 1/7) >= 4) = 1.0 %, less.
    @Test func `medians of few values end where their binomials say`() {
        #expect(BootstrapInterval.median(of: [1, 2, 3, 4, 5]) == ConfidenceInterval(low: 1, high: 5))
        #expect(BootstrapInterval.median(of: [1, 2, 3, 4, 5, 6, 7]) == ConfidenceInterval(low: 2, high: 6))
    }

    /// The mean of n zeros and ones is Bin(n, 1/2) / n: its 2.5 % quantiles for n = 20 are 6 and 14.
    @Test func `the interval of a mean ends at the quantiles of its distribution`() {
        let values = (0..<20).map { Double($0 % 2) }
        #expect(BootstrapInterval.mean(of: values) == ConfidenceInterval(low: 0.3, high: 0.7))
    }

    @Test func `an infinite value reaches the interval of the median only when it may be the median`() throws
    {
        let rare = try #require(
            BootstrapInterval.median(of: (1...20).map { $0 == 20 ? .infinity : Double($0) }))
        #expect(rare.high.isFinite)
        let frequent = BootstrapInterval.median(of: (1...20).map { $0 > 12 ? .infinity : Double($0) })
        #expect(frequent?.high == .infinity)
    }

    @Test func `the order of the values does not matter`() {
        var sequence = TestSequence(state: 5)
        let values = (0..<30).map { _ in sequence.unit() }
        let references = (0..<30).map { _ in sequence.unit() }
        #expect(BootstrapInterval.median(of: values) == BootstrapInterval.median(of: values.reversed()))
        #expect(BootstrapInterval.mean(of: values) == BootstrapInterval.mean(of: values.reversed()))
        let forwards = pairs(values, references)
        #expect(
            BootstrapInterval.ratioOfMedians(of: forwards)
                == BootstrapInterval.ratioOfMedians(of: forwards.reversed()))
    }

    @Test func `a ratio of pairs knows what hard seeds have in common`() throws {
        let references = (1...25).map { Double($0 * $0) }
        let doubled = BootstrapInterval.ratioOfMedians(of: pairs(references.map { $0 * 2 }, references))
        #expect(doubled == ConfidenceInterval(low: 2, high: 2))
        // The same values without their partners leave the ratio open.
        let apart = try #require(
            BootstrapInterval.ratioOfMedians(of: pairs(references.map { $0 * 2 }, references.reversed())))
        #expect(apart.high - apart.low > 1)
    }

    @Test func `a ratio without a meaning has no interval`() {
        #expect(BootstrapInterval.ratioOfMedians(of: pairs([0, 0], [0, 0])) == nil)
        #expect(
            BootstrapInterval.ratioOfMedians(of: pairs([1, 1], [0, 0]))
                == ConfidenceInterval(low: .infinity, high: .infinity))
    }

    /// 150 samples of 25 each, from distributions of which the median and mean are known.
    @Test func `the true figure lies in about 95 of 100 intervals`() {
        var sequence = TestSequence(state: 42)
        var medians = 0
        var means = 0
        for _ in 0..<150 {
            let skewed = (0..<25).map { _ in
                let unit = sequence.unit()
                return unit * unit * unit
            }
            let flat = (0..<25).map { _ in sequence.unit() }
            if let interval = BootstrapInterval.median(of: skewed),
                interval.low <= 0.125, interval.high >= 0.125
            {
                medians += 1
            }
            if let interval = BootstrapInterval.mean(of: flat), interval.low <= 0.5, interval.high >= 0.5 {
                means += 1
            }
        }
        #expect((135...148).contains(medians), "\(medians)")
        #expect((135...148).contains(means), "\(means)")
    }
}
