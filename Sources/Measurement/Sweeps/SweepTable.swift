/// Runs by the levels of one factor or two, whatever the others are.
public struct SweepTable: Codable, Sendable, Hashable {
    /// A response of every cell; null where no run has it.
    public struct Column: Codable, Sendable, Hashable {
        public var count: [Int]
        /// Of the runs.
        public var mean: [Double?]
        public var min: [Double?]
        public var max: [Double?]
        /// 95 % interval of the mean over the seeds; null where no configuration has two of them.
        public var low: [Double?]
        public var high: [Double?]
    }

    /// One or two; the cells are in the order of their levels, those of the second one next to each other.
    public var factors: [String]
    /// Counts runs with that strategy alone; null for all.
    public var strategy: String?
    /// Combinations of everything else that varies which every level has, or every combination of two levels: what
    /// is counted. 0 when there is none: then all runs are counted, and levels are compared over different machines.
    public var compared: Int
    /// Combinations that some levels do not have.
    public var leftOut: Int
    /// Runs of each cell, and those that a plugin ended badly.
    public var runs: [Int]
    public var failed: [Int]
    public var responses: [SweepResponse: Column]

    enum CodingKeys: String, CodingKey {
        case factors, strategy, compared, runs, failed, responses
        case leftOut = "left_out"
    }

    /// - Parameters:
    ///   - factors: indices of one or two.
    ///   - strategy: level of the factor `strategy`, to count runs with it alone.
    init(_ configurations: Configurations, by factors: [Int], strategy: (factor: Int, level: Int)? = nil) {
        let chosen = factors.map { configurations.factors[$0] }
        self.factors = chosen.map(\.name)
        self.strategy = strategy.map { configurations.factors[$0.factor].levels[$0.level].name }
        let count = chosen.reduce(1) { $0 * $1.levels.count }
        let items = configurations.items.indices.filter { index in
            strategy.map { configurations.items[index].levels[$0.factor] == $0.level } ?? true
        }
        let cells = MatchedCells(configurations, by: factors, of: items) { item in
            factors.reduce(0) { $0 * configurations.factors[$1].levels.count + item.levels[$1] }
        }
        (compared, leftOut) = (cells.compared, cells.leftOut)
        runs = [Int](repeating: 0, count: count)
        failed = runs
        for member in cells.members {
            runs[member.cell] += member.runs
            failed[member.cell] += configurations.failures(of: member.item, runs: member.runs)
        }
        responses = [:]
        for response in SweepResponse.allCases {
            responses[response] = Column(cells.figures(of: response, in: configurations, cells: count))
        }
    }
}

extension SweepTable.Column {
    init(_ figures: [SweepFigure?]) {
        count = figures.map { $0?.count ?? 0 }
        mean = figures.map { $0?.mean.shortened }
        min = figures.map { $0?.min.shortened }
        max = figures.map { $0?.max.shortened }
        low = figures.map { $0?.interval?.low.shortened }
        high = figures.map { $0?.interval?.high.shortened }
    }
}

extension Double {
    /// With five digits that count, which is more than any run of few seeds deserves.
    var shortened: Double {
        guard isFinite, self != 0 else { return self }
        var scale = 1.0
        while (magnitude * scale) < 10_000 { scale *= 10 }
        var size = 1.0
        while magnitude * scale / size >= 100_000 { size *= 10 }
        return (self * scale / size).rounded() * size / scale
    }
}
