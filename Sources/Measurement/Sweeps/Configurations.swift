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
    private let runs: [SweepRun]
    /// The runs of each configuration, by their seeds.
    private let members: [[Int]]
    /// What varies, with its values as they were planned.
    let values: [FactorValues]
    /// Machines and devices that were run, whatever the strategy and the seed.
    let points: Int
    /// Whether every combination of levels is there, and each level is one value.
    let isFull: Bool

    /// - Parameters:
    ///   - runs: in the order of the plan, without those that tell nothing.
    ///   - keys: of their values.
    ///   - roles: what keys are about.
    init(_ runs: [SweepRun], keys: [String], roles: FactorRoles) {
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
        self.runs = runs
        let members = Dictionary(grouping: runs.indices) { run in places.map { $0[run] } }
        let keyed = varied.indices.filter { varied[$0].0.name != SweepFactor.strategy }
        let points = Set(members.keys.map { values in keyed.map { values[$0] } }).count
        let combinations = Self.product(keyed.map { varied[$0].0.values.count })
        let made = varied.map { values, _ in
            values.factor(
                points: points, isFull: points == combinations, role: roles.role(of: values.name))
        }
        values = varied.map(\.0)
        factors = made.map(\.factor)
        self.points = points
        let ordered = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        self.members = ordered.map { $0.value.sorted { (runs[$0].seed, $0) < (runs[$1].seed, $1) } }
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

    /// Numbers of the factors with a role.
    func factors(_ role: FactorRole) -> [Int] { factors.indices.filter { factors[$0].role == role } }

    /// The combinations of levels of some factors that were run, in the order of the levels.
    func combinations(of factors: [Int]) -> [(levels: [Int], items: [Int])] {
        Dictionary(grouping: items.indices) { item in factors.map { items[item].levels[$0] } }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (levels: $0.key, items: $0.value) }
    }

    /// Levels of some factors as scenes have them.
    func names(_ levels: [Int], of factors: [Int]) -> [String] {
        zip(factors, levels).map { self.factors[$0].levels[$1].name }
    }

    /// What the first so many runs of a configuration, by their seeds, came to.
    func summary(of item: Int, _ response: SweepResponse, runs count: Int) -> ValueSummary {
        let place = response.place
        guard count < items[item].runs else { return responses[place][item] }
        return ValueSummary(members[item].prefix(count).compactMap { runs[$0].responses[place] })
    }

    /// Of the first so many runs of a configuration, those that a plugin ended badly.
    func failures(of item: Int, runs count: Int) -> Int {
        guard count < items[item].runs else { return items[item].failed }
        return members[item].prefix(count).count { runs[$0].isFailed }
    }
}
