import Measurement
import Testing

@Suite struct ContestTests {
    private func entry(
        satisfied: ClosedRange<Double>, buffers: ClosedRange<Double>, cost: ClosedRange<Double>?,
        reserve: Double
    ) -> Contest.Entry {
        func interval(_ range: ClosedRange<Double>?) -> ConfidenceInterval {
            ConfidenceInterval(low: range?.lowerBound ?? .infinity, high: range?.upperBound ?? .infinity)
        }
        return Contest.Entry(
            satisfied: interval(satisfied), buffers: interval(buffers),
            cost: cost.map { ($0.lowerBound + $0.upperBound) / 2 }, costInterval: interval(cost),
            reserve: reserve)
    }

    /// Whether one may be named, by the definition: it beats every other on equal terms, by success or by cost.
    private func isWinner(_ index: Int, of entries: [Contest.Entry]) -> Bool {
        let own = entries[index]
        let others = entries.indices.filter { $0 != index }.map { entries[$0] }
        guard others.allSatisfy({ $0.reserve >= own.reserve }) else { return false }
        let equal = others.filter { $0.reserve == own.reserve }
        guard !equal.isEmpty else { return false }
        // Ruled out by any on equal terms, the others included.
        let rivals = equal.filter { other in
            !(equal + [own]).contains { $0.satisfied.low > other.satisfied.high }
        }
        guard !equal.contains(where: { $0.satisfied.low > own.satisfied.high }) else { return false }
        guard !rivals.isEmpty else { return true }
        guard !rivals.contains(where: { $0.buffers.low > own.buffers.high }), own.cost != nil else {
            return false
        }
        let full = rivals.filter { other in
            !(rivals + [own]).contains { $0.buffers.low > other.buffers.high }
        }
        return !full.isEmpty
            && full.allSatisfy { $0.cost == nil || $0.costInterval.low > own.costInterval.high }
    }

    @Test(arguments: 1...200)
    func `one is named just where it beats every other on equal terms`(seed: UInt64) {
        var draws = TestSequence(state: seed)
        func range(_ top: Double) -> ClosedRange<Double> {
            let low = (draws.unit() * 4).rounded() / 4 * top
            return low...low + (draws.unit() * 2).rounded() / 4 * top
        }
        let entries = (0..<2 + Int(draws.unit() * 4)).map { _ in
            entry(
                satisfied: range(1), buffers: range(8), cost: draws.unit() < 0.8 ? range(100) : nil,
                reserve: draws.unit() < 0.8 ? 0 : 10)
        }
        let contest = Contest(entries, runs: 5)
        #expect(entries.indices.filter { isWinner($0, of: entries) } == contest.winner.map { [$0] } ?? [])
        #expect(Contest(entries, runs: 4).winner == nil)
        if let winner = contest.winner { #expect(contest.best == [winner]) }
        #expect(Set(contest.best).isDisjoint(with: contest.reserved))
    }
}
