/// What came of a plan's runs, whichever of them are there; the JSON form is the schema `devemu.sweep/2`.
///
/// Times are in ns, sizes in bytes, shares 0 ... 1. A seed is a repetition, and no factor.
public struct SweepResult: Codable, Sendable, Hashable {
    public static let schema = "devemu.sweep/2"

    /// Which plan it is.
    public struct Plan: Codable, Sendable, Hashable {
        /// SHA-256, hexadecimal.
        public var hash: String
        public var summary: String
        /// The devemu that made it.
        public var version: String
        /// Runs that it has.
        public var runs: Int

        public init(hash: String, summary: String, version: String, runs: Int) {
            self.hash = hash
            self.summary = summary
            self.version = version
            self.runs = runs
        }
    }

    public var schema = SweepResult.schema
    public var plan: Plan
    /// Runs of it that are in the store.
    public var runs: Int
    /// Those of them that ended badly, by how they did, in alphabetical order.
    public var endings: [SweepEnding]
    /// On how many machines with a seed strategies are compared; what is left out has no part in anything below.
    public var groups: SweepGroups
    /// What varies, in the plan's order; `strategy` comes last.
    public var factors: [SweepFactor]
    /// Combinations of values that were run, and how many runs the one with fewest and the one with most have.
    public var configurations: Int
    public var seedsLeast: Int
    public var seedsMost: Int
    public var responses: [SweepResponse.Description]
    /// One for each response that has a value.
    public var effects: [SweepEffects]
    public var front: SweepFront
    public var verdicts: SweepVerdicts
    /// By each factor, then by pairs: those that matter most come first, and the last ones are left out where there
    /// are too many.
    public var tables: [SweepTable]
    public var pairsLeftOut: Int
    /// What was asked for.
    public var by: SweepTable?
    /// The command that made it; absent in a result that no command made.
    public var reproduce: Reproduction?

    enum CodingKeys: String, CodingKey {
        case schema, plan, runs, endings, groups, factors, configurations, responses, effects, front,
            verdicts,
            tables, by, reproduce
        case seedsLeast = "seeds_least"
        case seedsMost = "seeds_most"
        case pairsLeftOut = "pairs_left_out"
    }

    /// Cells of tables by pairs of factors; so many make a page of a megabyte.
    private static let mostCells = 4000

    /// - Parameters:
    ///   - runs: in the order of the plan.
    ///   - keys: of the plan, as many as each run has values.
    ///   - names: one or two factors to make a table by; empty for none.
    ///   - roles: which keys are choices.
    /// - Throws: for a name that is no factor of these runs.
    public init(
        _ plan: Plan, runs: [SweepRun], keys: [String], by names: [String] = [],
        roles: FactorRoles = FactorRoles()
    ) throws(SweepFactorError) {
        self.plan = plan
        self.runs = runs.count
        let outcomes = Dictionary(grouping: runs.filter(\.isFailed), by: \.outcome)
        endings = outcomes.sorted { $0.key < $1.key }.map {
            SweepEnding(name: $0, runs: $1.count, isLeftOut: $1.contains(where: \.isInconclusive))
        }
        let (equal, groups) = SweepGroups.complete(runs.filter { !$0.isInconclusive })
        self.groups = groups
        let configurations = Configurations(equal, keys: keys, roles: roles)
        let factors = configurations.factors
        self.factors = factors
        self.configurations = configurations.items.count
        seedsLeast = configurations.items.map(\.runs).min() ?? 0
        seedsMost = configurations.items.map(\.runs).max() ?? 0
        responses = SweepResponse.allCases.map(\.description)
        let effects = SweepResponse.allCases.compactMap { SweepEffects(configurations, of: $0) }
        self.effects = effects
        front = SweepFront(configurations)
        verdicts = SweepVerdicts(configurations)
        (tables, pairsLeftOut) = Self.tables(configurations, effects: effects)
        func place(of name: String) throws(SweepFactorError) -> Int {
            guard let index = factors.firstIndex(where: { $0.name == name }) else {
                throw SweepFactorError(name, factors: factors.map(\.name), keys: keys)
            }
            return index
        }
        let chosen = try names.map(place)
        for name in roles.named { _ = try place(of: name) }
        by = chosen.isEmpty ? nil : SweepTable(configurations, by: chosen)
    }

    private static func tables(
        _ configurations: Configurations, effects: [SweepEffects]
    ) -> (tables: [SweepTable], pairsLeftOut: Int) {
        let factors = configurations.factors
        let strategy = factors.firstIndex { $0.name == SweepFactor.strategy }
        func weight(_ factor: Int) -> Double {
            effects.filter { $0.response == .satisfied || $0.response == .stall }
                .reduce(0) { $0 + ($1.effects[factor].share ?? 0) }
        }
        let pairs = factors.indices.flatMap { left in
            factors.indices.dropFirst(left + 1).map { (left, $0, weight(left) + weight($0)) }
        }.sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }
        var tables = factors.indices.map { SweepTable(configurations, by: [$0]) }
        var (cells, leftOut) = (0, 0)
        for (left, right, _) in pairs {
            let size = factors[left].levels.count * factors[right].levels.count
            guard cells + size <= mostCells else {
                leftOut += 1
                continue
            }
            cells += size
            tables.append(SweepTable(configurations, by: [left, right]))
            guard let strategy, left != strategy, right != strategy,
                cells + size * factors[strategy].levels.count <= mostCells
            else { continue }
            for level in factors[strategy].levels.indices {
                cells += size
                tables.append(SweepTable(configurations, by: [left, right], strategy: (strategy, level)))
            }
        }
        return (tables, leftOut)
    }
}
