import Measurement
import Testing

@Suite struct SuccessGoalTests {
    @Test(arguments: [
        (0.99, 20, 0), (0.95, 20, 1), (0.9, 20, 2), (0.5, 3, 1), (1, 100, 0), (0.99, 100, 1), (0.7, 10, 3),
        (0.01, 1, 0),
    ])
    func `as many seeds may fail as leave the share`(share: Double, seeds: Int, failures: Int) throws {
        #expect(try #require(SuccessGoal(share: share, seeds: seeds)).failuresAllowed == failures)
    }

    @Test func `a share outside of 0 to 1, or no seeds, is no goal`() {
        for share in [0, -0.1, 1.01, Double.nan, .infinity] {
            #expect(SuccessGoal(share: share, seeds: 5) == nil)
        }
        #expect(SuccessGoal(share: 0.5, seeds: 0) == nil)
    }

    /// All of n satisfied have the lower bound n / (n + z²), with z² = 3.8415.
    @Test(arguments: [(0.99, 381), (0.95, 73), (0.9, 35), (0.5, 4)])
    func `so many satisfied seeds show a share as Wilson's bound says`(share: Double, seeds: Int) throws {
        #expect(try #require(SuccessGoal(share: share, seeds: 1)).seedsForConfidence == seeds)
        #expect(try #require(WilsonInterval.share(seeds, of: seeds)).low >= share)
        #expect(try #require(WilsonInterval.share(seeds - 1, of: seeds - 1)).low < share)
    }

    @Test func `no number of seeds shows that every seed is satisfied`() throws {
        #expect(try #require(SuccessGoal(share: 1, seeds: 1)).seedsForConfidence == nil)
    }
}
