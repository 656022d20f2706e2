import Measurement
import Testing

@Suite struct ConfidenceIntervalTests {
    @Test func `intervals overlap when they share a value, an end included`() {
        let interval = ConfidenceInterval(low: 1, high: 2)
        #expect(interval.overlaps(ConfidenceInterval(low: 2, high: 3)))
        #expect(interval.overlaps(ConfidenceInterval(low: 0, high: .infinity)))
        #expect(!interval.overlaps(ConfidenceInterval(low: 2.001, high: 3)))
        #expect(!ConfidenceInterval(low: .infinity, high: .infinity).overlaps(interval))
    }

    /// From Newcombe, Statistics in Medicine 17 (1998), table I.
    @Test(arguments: [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
    ])
    func `the interval of a share is Wilson's`(successes: Int, trials: Int, low: Double, high: Double) throws
    {
        let interval = try #require(WilsonInterval.share(successes, of: trials))
        #expect((interval.low - low).magnitude < 0.00006)
        #expect((interval.high - high).magnitude < 0.00006)
        let mirrored = try #require(WilsonInterval.share(trials - successes, of: trials))
        #expect((mirrored.low - (1 - interval.high)).magnitude < 1e-12)
    }

    @Test(arguments: [1, 3, 1000])
    func `what was seen in every seed is not certain, but possible`(trials: Int) throws {
        let all = try #require(WilsonInterval.share(trials, of: trials))
        #expect(all.high == 1)
        #expect(all.low < 1)
        #expect(WilsonInterval.share(0, of: trials)?.low == 0)
    }

    @Test func `no trials have no share`() {
        #expect(WilsonInterval.share(0, of: 0) == nil)
    }
}
