/// Which of several is best, and whether the runs support a claim that one is: the rule behind every verdict.
///
/// One is named only on equal terms. Whoever holds memory for no device is not ranked against those that hold
/// none; and what is satisfied as often, but with fewer buffers, is not ranked by its cost.
public struct Contest: Sendable {
    public struct Entry: Sendable {
        /// 95 % interval of the share of runs that are satisfied.
        public var satisfied: ConfidenceInterval
        /// 95 % interval of the buffers that it gets.
        public var buffers: ConfidenceInterval
        /// What is to be small; nil for an entry that is satisfied too seldom to have a cost.
        public var cost: Double?
        /// 95 % interval of the cost; its bounds are infinite where there is none.
        public var costInterval: ConfidenceInterval
        /// Memory that is held for no device, in any unit.
        public var reserve: Double

        public init(
            satisfied: ConfidenceInterval, buffers: ConfidenceInterval, cost: Double?,
            costInterval: ConfidenceInterval, reserve: Double
        ) {
            self.satisfied = satisfied
            self.buffers = buffers
            self.cost = cost
            self.costInterval = costInterval
            self.reserve = reserve
        }
    }

    /// What the result rests on; the raw value is its name in JSON.
    public enum Basis: String, Codable, Sendable {
        /// One is satisfied in more runs than every other.
        case moreSatisfied = "more_satisfied"
        /// Of those that are satisfied equally, one costs less than every other.
        case faster
        /// The intervals of those that cost least overlap.
        case inseparable
        /// Only one is left on equal terms, or gathers as many buffers.
        case unequalTerms = "unequal_terms"
        /// Of those that are satisfied most, none is so in half of the runs.
        case neverSatisfied = "never_satisfied"
        /// Fewer than ``minimumRuns``.
        case tooFewRuns = "too_few_runs"
        /// There is nothing to compare with.
        case onlyOne = "only_one"

        /// Whether one is named.
        public var namesWinner: Bool { self == .moreSatisfied || self == .faster }
    }

    /// Seeds below which no winner is named: even the range of all values covers the median of four with
    /// no more than 87.5 % confidence, of five with 94 %.
    public static let minimumRuns = 5

    public let basis: Basis
    /// Entries that cannot be told apart from the best, in their order; with a winner, that one alone.
    public let best: [Int]
    /// Entries that hold memory for no device, where others hold less, in their order: they are not ranked.
    public let reserved: [Int]
    /// Entries on equal terms that are satisfied as often as the best, with fewer buffers, in their order: they are
    /// not ranked by their cost.
    public let withFewerBuffers: [Int]

    public var winner: Int? { basis.namesWinner ? best.first : nil }

    /// - Parameter runs: of the entry that has fewest, seeds being what counts.
    ///
    /// An entry is ruled out when its satisfied share lies wholly below that of another. Of the rest, which are
    /// satisfied equally and have as many buffers, the one with the least cost wins if its interval overlaps with
    /// no other's.
    public init(_ entries: [Entry], runs: Int) {
        let least = entries.map(\.reserve).min() ?? 0
        let equal = entries.indices.filter { entries[$0].reserve <= least }
        reserved = entries.indices.filter { entries[$0].reserve > least }
        let leaders = Self.unbeaten(equal) { entries[$0].satisfied }
        let full = Self.unbeaten(leaders) { entries[$0].buffers }
        let cheapest = full.min { entries[$0].cost ?? .infinity < entries[$1].cost ?? .infinity }
        let rivals = full.filter { index in
            cheapest.map { entries[index].costInterval.overlaps(entries[$0].costInterval) } ?? false
        }
        var fewer: [Int] = []
        if entries.count < 2 {
            (basis, best) = (.onlyOne, Array(entries.indices))
        } else if runs < Self.minimumRuns {
            (basis, best) = (.tooFewRuns, leaders)
        } else if equal.count == 1 {
            (basis, best) = (.unequalTerms, equal)
        } else if leaders.count == 1 {
            (basis, best) = (.moreSatisfied, leaders)
        } else if cheapest.flatMap({ entries[$0].cost }) == nil {
            (basis, best) = (.neverSatisfied, leaders)
        } else {
            fewer = leaders.filter { !full.contains($0) }
            if full.count == 1 {
                (basis, best) = (.unequalTerms, leaders)
            } else {
                (basis, best) = (rivals.count == 1 ? .faster : .inseparable, rivals)
            }
        }
        withFewerBuffers = fewer
    }

    /// Those whose interval lies wholly below that of no other.
    private static func unbeaten(_ indices: [Int], _ interval: (Int) -> ConfidenceInterval) -> [Int] {
        let highest = indices.map { interval($0).low }.max() ?? 0
        return indices.filter { interval($0).high >= highest }
    }
}
