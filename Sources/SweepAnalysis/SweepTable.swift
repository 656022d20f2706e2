import Measurement

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
    /// Runs of each cell, and those that a plugin ended badly.
    public var runs: [Int]
    public var failed: [Int]
    public var responses: [SweepResponse: Column]

    /// - Parameters:
    ///   - factors: indices of one or two.
    ///   - strategy: level of the factor `strategy`, to count runs with it alone.
    init(_ configurations: Configurations, by factors: [Int], strategy: (factor: Int, level: Int)? = nil) {
        let chosen = factors.map { configurations.factors[$0] }
        self.factors = chosen.map(\.name)
        self.strategy = strategy.map { configurations.factors[$0.factor].levels[$0.level].name }
        let count = chosen.reduce(1) { $0 * $1.levels.count }
        /// The cell of each configuration; nil for one with another strategy.
        let cells = configurations.items.map { item -> Int? in
            if let strategy, item.levels[strategy.factor] != strategy.level { return nil }
            return factors.reduce(0) { $0 * configurations.factors[$1].levels.count + item.levels[$1] }
        }
        runs = [Int](repeating: 0, count: count)
        failed = runs
        for (item, cell) in zip(configurations.items, cells) {
            guard let cell else { continue }
            runs[cell] += item.runs
            failed[cell] += item.failed
        }
        responses = [:]
        for (place, response) in SweepResponse.allCases.enumerated() {
            var sums = [FigureSum](repeating: FigureSum(), count: count)
            for (values, cell) in zip(configurations.responses[place], cells) {
                if let cell { sums[cell].add(values) }
            }
            responses[response] = Column(sums.map { SweepFigure($0, of: response) })
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
