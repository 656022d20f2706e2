/// Success against stall and memory: the options among which one has to choose, and where all the others are. An
/// option is a combination of what a person can choose, over the same machines as the others.
public struct SweepFront: Codable, Sendable, Hashable {
    public struct Choice: Codable, Sendable, Hashable {
        public var option: SweepOption
        /// Bytes that it takes from everybody else: areas whose sizes are chosen, and what strategies hold for no
        /// device.
        public var memory: Double
    }

    /// Options, in columns.
    public struct Points: Codable, Sendable, Hashable {
        /// Level of the factor `strategy`; 0 where there is no such factor.
        public var strategy: [Int] = []
        public var satisfied: [Double] = []
        public var stall: [Double] = []
    }

    /// What can be chosen, in the order of the factors; empty when nothing of that varies.
    public var factors: [String]
    /// Combinations of everything else that every option was run on; 0 when options were run on different ones, and
    /// then there is no front.
    public var compared: Int
    /// Combinations that some option was not run on.
    public var leftOut: Int
    /// Those than which none is satisfied as often for less stall or memory and no more of the other, or more often for
    /// no more of both, by falling success. One that is never satisfied is none.
    public var choices: [Choice] = []
    /// On the front, and not in the list because that would be too long.
    public var choicesLeftOut = 0
    /// Options that have both figures; of very many there are some only.
    public var points = Points()
    public var options = 0

    enum CodingKeys: String, CodingKey {
        case factors, compared, choices, points, options
        case leftOut = "left_out"
        case choicesLeftOut = "choices_left_out"
    }

    private static let mostChoices = 200
    private static let mostPoints = 2000

    init(_ configurations: Configurations) {
        let chosen = configurations.factors(.choice)
        factors = chosen.map { configurations.factors[$0].name }
        guard !chosen.isEmpty else {
            (compared, leftOut) = (0, 0)
            return
        }
        let all = ComparedOptions(configurations, of: chosen, among: Array(configurations.items.indices))
        (compared, leftOut) = (all.compared, all.leftOut)
        options = all.options.count
        let memory = zip(all.options, all.levels).map { option, levels in
            zip(chosen, levels).reduce(option.reserved) { sum, pair in
                let factor = configurations.factors[pair.0]
                guard FactorRoles.isReservedMemory(factor.name) else { return sum }
                return sum + (factor.levels[pair.1].value ?? 0)
            }
        }
        // Of options that were run on different machines none is better than another for certain.
        let isComparable = compared > 0 || options < 2
        let successful = isComparable ? all.options.indices.filter { all.options[$0].satisfied > 0 } : []
        let front = ParetoFront.indices(
            of: successful.map {
                (gain: all.options[$0].satisfied, costs: [all.options[$0].stall, memory[$0]])
            })
        choicesLeftOut = max(front.count - Self.mostChoices, 0)
        choices = front.prefix(Self.mostChoices).map { place in
            Choice(option: all.options[successful[place]], memory: memory[successful[place]])
        }
        let strategy = chosen.firstIndex { configurations.factors[$0].name == SweepFactor.strategy }
        let step = (options + Self.mostPoints - 1) / Self.mostPoints
        for index in stride(from: 0, to: options, by: max(step, 1)) {
            points.strategy.append(strategy.map { all.levels[index][$0] } ?? 0)
            points.satisfied.append(all.options[index].satisfied)
            points.stall.append(all.options[index].stall)
        }
    }
}
