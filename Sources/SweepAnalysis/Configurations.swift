import Measurement

/// Runs that differ in nothing but the seed.
struct Configuration {
    /// Which value it has of each factor, and to which level that belongs.
    let values: [Int]
    let levels: [Int]
    let runs: Int
    /// Of these, runs that a plugin ended badly.
    let failed: Int
}

/// The runs of a sweep by what they are of. The same for the same runs, in whatever order they come, but for the
/// order of levels that are no numbers, which is that of the runs.
struct Configurations {
    let factors: [SweepFactor]
    /// In the order of their values.
    let items: [Configuration]
    /// For each of `SweepResponse.allCases` that of each configuration.
    let responses: [[ValueSummary]]
    /// What varies, with its values as they were planned.
    let values: [FactorValues]
    /// Machines and devices that were run, whatever the strategy and the seed.
    let points: Int
    /// Whether every combination of levels is there, and each level is one value.
    let isFull: Bool

    /// - Parameters:
    ///   - runs: in the order of the plan, without those that tell nothing.
    ///   - keys: of their values.
    init(_ runs: [SweepRun], keys: [String]) {
        let columns =
            keys.enumerated().map { index, key in
                (key, runs.map { index < $0.values.count ? $0.values[index] : .null })
            } + [(SweepFactor.strategy, runs.map { $0.strategy.map { .text($0) } ?? .null })]
        let varied = columns.map { (FactorValues(name: $0.0, column: $0.1), $0.1) }.filter {
            $0.0.values.count > 1
        }
        let places = varied.map { values, column -> [Int] in
            let indices = values.indices
            return column.map { indices[$0] ?? 0 }
        }
        let members = Dictionary(grouping: runs.indices) { run in places.map { $0[run] } }
        let keyed = varied.indices.filter { varied[$0].0.name != SweepFactor.strategy }
        let points = Set(members.keys.map { values in keyed.map { values[$0] } }).count
        let combinations = Self.product(keyed.map { varied[$0].0.values.count })
        let made = varied.map { $0.0.factor(points: points, isFull: points == combinations) }
        values = varied.map(\.0)
        factors = made.map(\.factor)
        self.points = points
        let ordered = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        items = ordered.map { values, members in
            Configuration(
                values: values, levels: zip(made, values).map { $0.levels[$1] }, runs: members.count,
                failed: members.count { runs[$0].isFailed })
        }
        responses = SweepResponse.allCases.indices.map { response in
            ordered.map { ValueSummary($0.value.compactMap { runs[$0].responses[response] }) }
        }
        isFull =
            factors.allSatisfy { !$0.isGrouped } && items.count == Self.product(factors.map(\.levels.count))
    }

    /// `Int.max` for more than that.
    private static func product(_ counts: [Int]) -> Int {
        counts.reduce(1) { product, count in
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            return overflow ? .max : next
        }
    }

    /// The values of a configuration as scenes have them.
    func names(_ item: Configuration) -> [String] { zip(values, item.values).map { $0.name(of: $1) } }
}
