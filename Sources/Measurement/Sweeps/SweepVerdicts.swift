/// Which choice is best on a machine, or over all of them, or why none is named.
public struct SweepVerdict: Codable, Sendable, Hashable {
    /// A factor that is held fixed, and at which level.
    public struct Term: Codable, Sendable, Hashable {
        public var factor: String
        public var level: String
    }

    /// Empty for a verdict over everything.
    public var terms: [Term]
    /// Combinations of everything else that is compared over, 1 or more; 0 when options were run on different ones.
    public var compared: Int
    public var leftOut: Int
    /// Seeds of the configuration that has fewest.
    public var seeds: Int
    public var basis: Contest.Basis
    /// Options that cannot be told apart from the best; with a winner, that one alone.
    public var best: [SweepOption]
    /// Options that hold memory for no device, where others hold less: they are not ranked.
    public var reserved: [SweepOption]
    /// Options that are satisfied as often as the best, with fewer buffers: they are not ranked by their calls.
    public var withFewerBuffers: [SweepOption]

    enum CodingKeys: String, CodingKey {
        case terms, compared, seeds, basis, best, reserved
        case leftOut = "left_out"
        case withFewerBuffers = "fewer_buffers"
    }

    public var winner: SweepOption? { basis.namesWinner ? best.first : nil }

    init(_ compared: ComparedOptions, terms: [Term]) {
        let contest = Contest(compared.entries, runs: compared.seeds)
        self.terms = terms
        self.compared = compared.compared
        leftOut = compared.leftOut
        seeds = compared.seeds
        // On different machines nothing is on equal terms.
        let isComparable = compared.compared > 0 || compared.options.count < 2
        basis = isComparable ? contest.basis : .unequalTerms
        best = isComparable ? contest.best.map { compared.options[$0] } : []
        reserved = contest.reserved.map { compared.options[$0] }
        withFewerBuffers = contest.withFewerBuffers.map { compared.options[$0] }
    }
}

/// The best choices of a sweep: over all machines, and on each.
///
/// The sizes of areas are held fixed in both: a larger one is better for whoever has it, and memory that all others do
/// without. ``SweepFront`` weighs them.
public struct SweepVerdicts: Codable, Sendable, Hashable {
    /// What is chosen, in the order of the factors; empty when nothing varies that is ranked.
    public var factors: [String]
    /// One for each combination of sizes, or one.
    public var overall: [SweepVerdict] = []
    /// One for each combination of sizes and of what describes the machine, in the order of the levels; empty when
    /// no condition varies.
    public var conditions: [SweepVerdict] = []
    public var conditionsLeftOut = 0

    enum CodingKeys: String, CodingKey {
        case factors, overall, conditions
        case conditionsLeftOut = "conditions_left_out"
    }

    private static let most = 200

    init(_ configurations: Configurations) {
        let factors = configurations.factors
        let chosen = configurations.factors(.choice)
        let ranked = chosen.filter { !FactorRoles.isReservedMemory(factors[$0].name) }
        self.factors = ranked.map { factors[$0].name }
        guard !ranked.isEmpty else { return }
        let sizes = chosen.filter { FactorRoles.isReservedMemory(factors[$0].name) }
        let given = factors.indices.filter { !ranked.contains($0) }
        func verdicts(_ fixed: [Int], _ combinations: some Sequence<(levels: [Int], items: [Int])>)
            -> [SweepVerdict]
        {
            combinations.map { levels, items in
                let names = configurations.names(levels, of: fixed)
                return SweepVerdict(
                    ComparedOptions(configurations, of: ranked, among: items),
                    terms: zip(fixed, names).map { SweepVerdict.Term(factor: factors[$0].name, level: $1) })
            }
        }
        overall = verdicts(sizes, configurations.combinations(of: sizes).prefix(Self.most))
        guard given.count > sizes.count else { return }
        let all = configurations.combinations(of: given)
        conditions = verdicts(given, all.prefix(Self.most))
        conditionsLeftOut = max(all.count - Self.most, 0)
    }
}
