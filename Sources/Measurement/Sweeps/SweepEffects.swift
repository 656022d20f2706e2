/// Which factors a response depends on: how much of its variance goes with each, and with pairs of them beyond what
/// each of the two does alone. An analysis of variance, after Fisher 1925.
///
/// Every configuration has the same weight, however many seeds it has. When all combinations are there with equally
/// many, the shares are those of the sums of squares (eta squared) and add up to 1. Else what goes with a factor may
/// be due to another one that happened to vary along with it: then shares overlap, and add up to nothing.
public struct SweepEffects: Codable, Sendable, Hashable {
    /// What goes with one factor, or with a pair.
    public struct Effect: Codable, Sendable, Hashable {
        public var factors: [String]
        /// 0 ... 1; null where nothing varies, and for a pair of which too few combinations were run to tell.
        public var share: Double?
    }

    public var response: SweepResponse
    /// Whether all combinations are there with equally many runs each.
    public var isBalanced: Bool
    /// Of the means of configurations.
    public var mean: Double
    /// Standard deviation of what is shared out.
    public var deviation: Double
    /// Each factor, then each pair, in the order of the factors.
    public var effects: [Effect]
    /// Between seeds of the same configuration; null where none has two, and where nothing varies.
    public var seeds: Double?
    /// What goes with three or more factors together; null where it cannot be told from the rest.
    public var rest: Double?

    enum CodingKeys: String, CodingKey {
        case response, mean, deviation, effects, seeds, rest
        case isBalanced = "balanced"
    }

    /// Machines that an average cell of a pair must have where the shares overlap: of fewer, chance makes a share.
    private static let leastPoints = 10

    /// - Returns: nil without a value.
    init?(_ configurations: Configurations, of response: SweepResponse) {
        let place = SweepResponse.allCases.firstIndex(of: response) ?? 0
        let known = zip(configurations.items, configurations.responses[place]).filter { $0.1.count > 0 }
        let (items, summaries) = (known.map(\.0), known.map(\.1))
        guard let first = summaries.first else { return nil }
        let count = Double(items.count)
        let mean = summaries.reduce(0) { $0 + $1.mean } / count
        let within = summaries.reduce(0) { $0 + $1.squares / Double($1.count) } / count
        let between = summaries.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) } / count
        let total = between + within
        let isBalanced =
            configurations.isFull && items.count == configurations.items.count
            && summaries.allSatisfy { $0.count == first.count }
        self.response = response
        self.isBalanced = isBalanced
        self.mean = mean
        let varies = total > 1e-20 * mean * mean && total > 0
        deviation = varies ? total.squareRoot() : 0

        /// Variance of the means of cells.
        func variance(_ cells: Int, _ cell: (Configuration) -> Int) -> Double {
            var (sums, sizes) = ([Double](repeating: 0, count: cells), [Int](repeating: 0, count: cells))
            for (item, summary) in zip(items, summaries) {
                let cell = cell(item)
                sums[cell] += summary.mean - mean
                sizes[cell] += 1
            }
            return zip(sums, sizes).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.0 / Double($1.1) : $0 } / count
        }
        func share(_ variance: Double) -> Double? {
            varies ? min(max(variance / total, 0), 1) : nil
        }
        let factors = configurations.factors
        let alone = factors.indices.map { index in
            variance(factors[index].levels.count) { $0.levels[index] }
        }
        effects = factors.indices.map { Effect(factors: [factors[$0].name], share: share(alone[$0])) }
        var together = 0.0
        for left in factors.indices {
            for right in factors.indices.dropFirst(left + 1) {
                let width = factors[right].levels.count
                let cells = factors[left].levels.count * width
                let machines = [left, right].filter { factors[$0].name != SweepFactor.strategy }
                    .reduce(1) { $0 * factors[$1].levels.count }
                let both = variance(cells) { $0.levels[left] * width + $0.levels[right] }
                let more = both - alone[left] - alone[right]
                together += more
                let isKnown = isBalanced || configurations.points >= Self.leastPoints * machines
                effects.append(
                    Effect(
                        factors: [factors[left].name, factors[right].name], share: isKnown ? share(more) : nil
                    ))
            }
        }
        seeds = summaries.contains { $0.count > 1 } ? share(within) : nil
        rest = isBalanced && factors.count > 2 ? share(between - alone.reduce(0, +) - together) : nil
    }
}
