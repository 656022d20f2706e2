import Testing

@testable import SweepAnalysis

@Suite struct ParetoFrontTests {
    /// The definition, point against point.
    private func naive(_ points: [(gain: Double, cost: Double)]) -> Set<Int> {
        Set(
            points.indices.filter { index in
                !points.contains { other in
                    other.gain >= points[index].gain && other.cost <= points[index].cost
                        && other != points[index]
                }
            })
    }

    @Test(arguments: 1...50)
    func `the front is what no point is better than`(seed: Int) {
        var draws = SeededDraws(state: UInt64(seed))
        // Few values, so that there are equal points and ties in one of the two.
        let range = 2 + draws.below(12)
        let points = (0..<draws.below(60)).map { _ in
            (gain: Double(draws.below(range)), cost: Double(draws.below(range)))
        }
        let front = ParetoFront.indices(of: points)
        #expect(Set(front) == naive(points))
        #expect(front.count == Set(front).count)
        #expect(zip(front, front.dropFirst()).allSatisfy { points[$0].gain >= points[$1].gain })
    }

    @Test func `of no points there is no front`() { #expect(ParetoFront.indices(of: []).isEmpty) }
}
