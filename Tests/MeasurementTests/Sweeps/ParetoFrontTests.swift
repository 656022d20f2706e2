import Testing

@testable import Measurement

@Suite struct ParetoFrontTests {
    /// The definition, point against point.
    private func naive(_ points: [(gain: Double, costs: [Double])]) -> Set<Int> {
        Set(
            points.indices.filter { index in
                !points.contains { other in
                    other.gain >= points[index].gain
                        && zip(other.costs, points[index].costs).allSatisfy { $0 <= $1 }
                        && other != points[index]
                }
            })
    }

    @Test(arguments: 1...50, [1, 2, 3])
    func `the front is what no point is better than`(seed: Int, costs: Int) {
        var draws = SeededDraws(state: UInt64(seed))
        // Few values, so that there are equal points and ties in one of them.
        let range = 2 + draws.below(12)
        let points = (0..<draws.below(60)).map { _ in
            (gain: Double(draws.below(range)), costs: (0..<costs).map { _ in Double(draws.below(range)) })
        }
        let front = ParetoFront.indices(of: points)
        #expect(Set(front) == naive(points))
        #expect(front.count == Set(front).count)
        #expect(zip(front, front.dropFirst()).allSatisfy { points[$0].gain >= points[$1].gain })
    }

    @Test func `of no points there is no front`() { #expect(ParetoFront.indices(of: []).isEmpty) }
}
