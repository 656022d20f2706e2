/// What runs came to in one response: their mean, how far they are apart, and how sure the mean is.
struct SweepFigure {
    /// Runs that have such a figure, 1 or more.
    let count: Int
    let mean: Double
    let min: Double
    let max: Double
    /// 95 % interval of the mean over the seeds; nil where no configuration has two of them.
    let interval: ConfidenceInterval?

    /// Of one configuration; nil without a value.
    init?(_ values: ValueSummary, of response: SweepResponse) {
        var sum = FigureSum()
        sum.add(values)
        self.init(sum, of: response)
    }

    /// - Returns: nil without a value.
    init?(_ sum: FigureSum, of response: SweepResponse) {
        guard sum.count > 0 else { return nil }
        count = sum.count
        let mean = Swift.min(Swift.max(sum.sum / Double(sum.count), sum.min), sum.max)
        self.mean = mean
        (min, max) = (sum.min, sum.max)
        let freedom = sum.count - sum.configurations
        if response == .satisfied {
            // A variance cannot tell of what was not seen: that the fourth seed fails when three do not.
            let satisfied = Swift.min(Swift.max(sum.sum.rounded(), 0), Double(sum.count))
            interval = WilsonInterval.share(Int(satisfied), of: sum.count)
        } else if freedom > 0 {
            // What is between configurations is no chance: only what is within them makes the mean unsure.
            let spread =
                StudentQuantile.upper(freedom: freedom) * sum.variance.squareRoot() / Double(sum.count)
            let top = response.unit == .share ? 1 : Double.infinity
            interval = ConfidenceInterval(
                low: Swift.max(mean - spread, 0), high: Swift.min(mean + spread, top))
        } else {
            interval = nil
        }
    }
}

/// The values of any number of configurations, summed up.
struct FigureSum {
    private(set) var count = 0
    private(set) var configurations = 0
    private(set) var sum = 0.0
    /// Of the sum, by chance.
    private(set) var variance = 0.0
    private(set) var min = Double.infinity
    private(set) var max = -Double.infinity

    mutating func add(_ values: ValueSummary) {
        guard values.count > 0 else { return }
        let size = Double(values.count)
        count += values.count
        configurations += 1
        sum += values.mean * size
        if values.count > 1 { variance += values.squares * size / (size - 1) }
        min = Swift.min(min, values.min)
        max = Swift.max(max, values.max)
    }
}

/// Student's distribution (Gosset 1908), as far as 95 % intervals need it.
enum StudentQuantile {
    private static let table = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
        2.131,
        2.120, 2.110, 2.101, 2.093, 2.086,
    ]

    /// What 2.5 % exceed; beyond 20 degrees of freedom by the expansion of Cornish and Fisher, 1937.
    ///
    /// - Parameter freedom: 1 or more.
    static func upper(freedom: Int) -> Double {
        guard freedom > table.count else { return table[Swift.max(freedom, 1) - 1] }
        let (normal, count) = (1.959_963_984_540_054, Double(freedom))
        let cube = normal * normal * normal
        return normal + (cube + normal) / (4 * count)
            + (5 * cube * normal * normal + 16 * cube + 3 * normal) / (96 * count * count)
    }
}
