/// Which strategy is best for a device in a case, or why none is named.
public struct ComparisonVerdict: Codable, Sendable, Hashable {
    /// What the verdict rests on.
    public enum Basis: String, Codable, Sendable {
        /// One strategy satisfies the device in more seeds than every other.
        case moreSatisfied = "more_satisfied"
        /// Of those that satisfy it equally, one is faster than every other.
        case faster
        /// The intervals of the fastest overlap.
        case inseparable
        /// Of those that satisfy it best, none does so in half of the seeds.
        case neverSatisfied = "never_satisfied"
        /// Fewer than ``ComparisonVerdict/minimumRuns`` seeds.
        case tooFewRuns = "too_few_runs"
        /// There is nothing to compare with.
        case onlyOne = "only_one"
    }

    /// Seeds below which no winner is named: even the range of all values covers the median of four with
    /// no more than 87.5 % confidence, of five with 94 %.
    public static let minimumRuns = 5

    public var caseName: String
    public var device: String
    public var winner: String?
    /// The strategies that cannot be told apart from the best, in the order of the rows; with a winner,
    /// that one alone.
    public var best: [String]
    public var basis: Basis

    /// - Parameter rows: all strategies of one device in one case; at least one.
    ///
    /// A strategy is not in question when its satisfied share lies wholly below that of another. Of the
    /// rest, which are satisfied equally, the fastest wins if its time to satisfaction overlaps with no
    /// other's.
    init(caseName: String, device: String, rows: [ComparisonRow]) {
        self.caseName = caseName
        self.device = device
        let leaders = rows.filter { row in
            !rows.contains { row[.satisfied].interval.high < $0[.satisfied].interval.low }
        }
        func time(_ row: ComparisonRow) -> MetricSummary { row[.timeToSatisfaction] }
        let fastest = leaders.min {
            time($0).value ?? .infinity < time($1).value ?? .infinity
        }
        let rivals = leaders.filter { row in
            fastest.map { time(row).interval.overlaps(time($0).interval) } ?? false
        }
        if rows.count < 2 {
            best = rows.map(\.strategy)
            basis = .onlyOne
        } else if rows.contains(where: { $0.runs < Self.minimumRuns }) {
            best = leaders.map(\.strategy)
            basis = .tooFewRuns
        } else if leaders.count == 1 {
            best = leaders.map(\.strategy)
            basis = .moreSatisfied
        } else if fastest.flatMap({ time($0).value }) == nil {
            best = leaders.map(\.strategy)
            basis = .neverSatisfied
        } else {
            best = rivals.map(\.strategy)
            basis = rivals.count == 1 ? .faster : .inseparable
        }
        winner = basis == .faster || basis == .moreSatisfied ? best.first : nil
    }

    enum CodingKeys: String, CodingKey {
        case device, winner, best, basis
        case caseName = "case"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(caseName, forKey: .caseName)
        try container.encode(device, forKey: .device)
        try container.encode(winner, forKey: .winner)
        try container.encode(best, forKey: .best)
        try container.encode(basis, forKey: .basis)
    }
}
