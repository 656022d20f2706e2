/// One combination of what can be chosen, with what its runs came to over the machines that it is compared on.
public struct SweepOption: Codable, Sendable, Hashable {
    /// A level of each factor in question, in their order, as scenes have them.
    public var values: [String]
    public var runs: Int
    /// Share of runs that were satisfied, with its 95 % interval.
    public var satisfied: Double
    public var satisfiedLow: Double
    public var satisfiedHigh: Double
    /// Mean of the longest call, ns, with its 95 % interval over the seeds; the interval is null for one seed.
    public var stall: Double
    public var stallLow: Double?
    public var stallHigh: Double?
    /// Bytes that strategies held for no device, mean over the runs.
    public var reserved: Double

    enum CodingKeys: String, CodingKey {
        case values, runs, satisfied, stall
        case satisfiedLow = "satisfied_low"
        case satisfiedHigh = "satisfied_high"
        case stallLow = "stall_low"
        case stallHigh = "stall_high"
        case reserved = "reserved_bytes"
    }
}

/// The options that configurations make of some factors, each over the same of everything else.
struct ComparedOptions {
    /// In the order of their levels; without those that have no figure.
    let options: [SweepOption]
    /// The levels of each.
    let levels: [[Int]]
    /// What a contest of them is about: the longest call is the cost.
    let entries: [Contest.Entry]
    /// Combinations of everything else that every option has; 0 when options were run on different ones.
    let compared: Int
    let leftOut: Int
    /// Runs of the configuration that has fewest.
    let seeds: Int

    /// - Parameters:
    ///   - factors: whose levels are the options.
    ///   - items: numbers of the configurations in question.
    init(_ configurations: Configurations, of factors: [Int], among items: [Int]) {
        func levels(_ item: Configuration) -> [Int] { factors.map { item.levels[$0] } }
        let all = Set(items.map { levels(configurations.items[$0]) })
            .sorted { $0.lexicographicallyPrecedes($1) }
        let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        let cells = MatchedCells(configurations, by: factors, of: items) { places[levels($0)] ?? 0 }
        func figures(_ response: SweepResponse) -> [SweepFigure?] {
            cells.figures(of: response, in: configurations, cells: all.count)
        }
        let (satisfied, buffers, stall) = (figures(.satisfied), figures(.buffersShare), figures(.stall))
        let reserved = figures(.reserved)
        (compared, leftOut) = (cells.compared, cells.leftOut)
        seeds = cells.members.map(\.runs).min() ?? 0
        let known = all.indices.filter { satisfied[$0] != nil && stall[$0] != nil }
        self.levels = known.map { all[$0] }
        options = known.compactMap { index in
            guard let satisfied = satisfied[index], let stall = stall[index] else { return nil }
            return SweepOption(
                values: configurations.names(all[index], of: factors), runs: satisfied.count,
                satisfied: satisfied.mean.shortened, satisfiedLow: satisfied.interval?.low.shortened ?? 0,
                satisfiedHigh: satisfied.interval?.high.shortened ?? 1, stall: stall.mean.shortened,
                stallLow: stall.interval?.low.shortened, stallHigh: stall.interval?.high.shortened,
                reserved: (reserved[index]?.mean ?? 0).shortened)
        }
        let least = options.map(\.reserved).min() ?? 0
        let most = options.filter { $0.reserved <= least }.map(\.satisfied).max() ?? 0
        entries = zip(known, options).map { index, option in
            Self.entry(option, buffers: buffers[index], isSatisfiedMost: option.satisfied >= most)
        }
    }

    /// What is satisfied less often than another has its longest calls on easier terms: they are no lower bound of
    /// what its longest calls would be, had it gone on until it was satisfied as often.
    private static func entry(
        _ option: SweepOption, buffers: SweepFigure?, isSatisfiedMost: Bool
    ) -> Contest.Entry {
        let cost = isSatisfiedMost ? option.stall : .infinity
        return Contest.Entry(
            satisfied: ConfidenceInterval(low: option.satisfiedLow, high: option.satisfiedHigh),
            buffers: buffers?.interval ?? ConfidenceInterval(low: 0, high: 1),
            cost: option.satisfied < 0.5 ? nil : cost,
            costInterval: ConfidenceInterval(
                low: option.stallLow ?? 0, high: isSatisfiedMost ? option.stallHigh ?? .infinity : .infinity),
            reserve: option.reserved)
    }
}
