import Measurement

/// Success against stall: the configurations among which one has to choose, and where all the others are.
public struct SweepFront: Codable, Sendable, Hashable {
    public struct Choice: Codable, Sendable, Hashable {
        /// In the order of the factors, as scenes have them.
        public var values: [String]
        public var runs: Int
        /// Share of runs that were satisfied, with its 95 % interval.
        public var satisfied: Double
        public var satisfiedLow: Double
        public var satisfiedHigh: Double
        /// Mean over the seeds of the longest call, ns; the interval is null for one seed.
        public var stall: Double
        public var stallLow: Double?
        public var stallHigh: Double?

        enum CodingKeys: String, CodingKey {
            case values, runs, satisfied, stall
            case satisfiedLow = "satisfied_low"
            case satisfiedHigh = "satisfied_high"
            case stallLow = "stall_low"
            case stallHigh = "stall_high"
        }
    }

    /// Configurations, in columns.
    public struct Points: Codable, Sendable, Hashable {
        /// Level of the factor `strategy`; 0 where there is no such factor.
        public var strategy: [Int] = []
        public var satisfied: [Double] = []
        public var stall: [Double] = []
    }

    /// Those than which none is satisfied as often for less stall, or more often for no more, by falling success.
    public var choices: [Choice] = []
    /// Equal to one of these, and not in the list because that would be too long.
    public var choicesLeftOut = 0
    /// Configurations that have both figures; of very many there are some only.
    public var points = Points()
    public var configurations = 0

    enum CodingKeys: String, CodingKey {
        case choices, points, configurations
        case choicesLeftOut = "choices_left_out"
    }

    private static let mostChoices = 200
    private static let mostPoints = 2000

    init(_ configurations: Configurations) {
        let (success, stall) = (Self.place(of: .satisfied), Self.place(of: .stall))
        let responses = configurations.responses
        let items = configurations.items.indices.filter {
            responses[success][$0].count > 0 && responses[stall][$0].count > 0
        }
        self.configurations = items.count
        let front = ParetoFront.indices(
            of: items.map { (gain: responses[success][$0].mean, cost: responses[stall][$0].mean) })
        choicesLeftOut = max(front.count - Self.mostChoices, 0)
        choices = front.prefix(Self.mostChoices).compactMap { index in
            let item = configurations.items[items[index]]
            guard let satisfied = SweepFigure(responses[success][items[index]], of: .satisfied),
                let stalled = SweepFigure(responses[stall][items[index]], of: .stall)
            else { return nil }
            return Choice(
                values: configurations.names(item), runs: item.runs, satisfied: satisfied.mean,
                satisfiedLow: satisfied.interval?.low.shortened ?? 0,
                satisfiedHigh: satisfied.interval?.high.shortened ?? 1,
                stall: stalled.mean.shortened, stallLow: stalled.interval?.low.shortened,
                stallHigh: stalled.interval?.high.shortened)
        }
        let strategy = configurations.factors.firstIndex { $0.name == SweepFactor.strategy }
        let step = (items.count + Self.mostPoints - 1) / Self.mostPoints
        for index in stride(from: 0, to: items.count, by: max(step, 1)) {
            points.strategy.append(strategy.map { configurations.items[items[index]].levels[$0] } ?? 0)
            points.satisfied.append(responses[success][items[index]].mean.shortened)
            points.stall.append(responses[stall][items[index]].mean.shortened)
        }
    }

    private static func place(of response: SweepResponse) -> Int {
        SweepResponse.allCases.firstIndex(of: response) ?? 0
    }
}
