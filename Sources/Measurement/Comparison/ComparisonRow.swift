/// A metric over the seeds, with 95 % bounds.
///
/// Nil is "there is none"; of the time to satisfaction it is "never", as a bound too.
public struct MetricSummary: Codable, Sendable, Hashable {
    public var value: Double?
    public var low: Double?
    public var high: Double?
    /// The largest value of all seeds, of metrics that keep it.
    public var max: Double?
    /// The value that 99 of 100 seeds do not exceed, of metrics that keep it.
    public var p99: Double?

    init(value: Double?, interval: ConfidenceInterval?, max: Double? = nil, p99: Double? = nil) {
        // JSON has no infinity.
        func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
        self.value = finite(value)
        low = finite(interval?.low)
        high = finite(interval?.high)
        self.max = finite(max)
        self.p99 = finite(p99)
    }

    /// The bounds with nil as "never".
    var interval: ConfidenceInterval {
        ConfidenceInterval(low: low ?? .infinity, high: high ?? .infinity)
    }

    enum CodingKeys: CodingKey {
        case value, low, high, max, p99
    }

    public func encode(to encoder: any Encoder) throws {
        try encode(to: encoder, metric: nil)
    }

    /// The keys that a metric has are always there, null included.
    func encode(to encoder: any Encoder, metric: ComparedMetric?) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(low, forKey: .low)
        try container.encode(high, forKey: .high)
        if metric?.keepsMaximum == true { try container.encode(max, forKey: .max) }
        if metric?.keepsPercentile == true { try container.encode(p99, forKey: .p99) }
    }
}

/// A run that came to no result.
public struct FailedRun: Codable, Sendable, Hashable {
    public var seed: UInt64
    public var text: String

    public init(seed: UInt64, text: String) {
        self.seed = seed
        self.text = text
    }
}

/// What a device made of all seeds with one strategy in one case.
public struct ComparisonRow: Sendable, Hashable {
    public var caseName: String
    public var device: String
    public var strategy: String
    /// Runs in all, those that failed included.
    public var runs: Int
    /// Those that came to no result, by seed.
    public var failures: [FailedRun]
    public var buffersWanted: Int
    public var buffersMin: Int
    /// The time to satisfaction and the longest call, each as a ratio to the reference strategy; nil where
    /// either has no value or the reference's is zero.
    public var timeRatio: MetricSummary?
    public var stallRatio: MetricSummary?
    /// The same of the time until asking ended, satisfied or not.
    public var gatheringRatio: MetricSummary?
    private var metrics: [ComparedMetric: MetricSummary]

    init(
        caseName: String, device: String, strategy: String, runs: Int, failures: [FailedRun],
        buffersWanted: Int, buffersMin: Int, metrics: [ComparedMetric: MetricSummary],
        timeRatio: MetricSummary?, stallRatio: MetricSummary?, gatheringRatio: MetricSummary?
    ) {
        self.caseName = caseName
        self.device = device
        self.strategy = strategy
        self.runs = runs
        self.failures = failures
        self.buffersWanted = buffersWanted
        self.buffersMin = buffersMin
        self.metrics = metrics
        self.timeRatio = timeRatio
        self.stallRatio = stallRatio
        self.gatheringRatio = gatheringRatio
    }

    public subscript(metric: ComparedMetric) -> MetricSummary {
        metrics[metric] ?? MetricSummary(value: nil, interval: nil)
    }

    /// Pages that strategies held for no device, as a claim on memory that other strategies do not make; 0 for none.
    public var reservedPages: Double { self[.reserve].value ?? 0 }

    /// Seeds in which the device was satisfied.
    public var satisfiedRuns: Int {
        let share = Swift.min(Swift.max(self[.satisfied].value ?? 0, 0), 1)
        return Int((share * Double(runs)).rounded())
    }
}

extension ComparisonRow: Codable {
    private struct Key: CodingKey, ExpressibleByStringLiteral {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init(stringLiteral value: String) { stringValue = value }
        init?(intValue: Int) { nil }

        static func metric(_ metric: ComparedMetric) -> Key { Key(stringValue: metric.rawValue) }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        caseName = try container.decode(String.self, forKey: "case")
        device = try container.decode(String.self, forKey: "device")
        strategy = try container.decode(String.self, forKey: "strategy")
        runs = try container.decode(Int.self, forKey: "runs")
        failures = try container.decode([FailedRun].self, forKey: "failures")
        buffersWanted = try container.decode(Int.self, forKey: "buffers_wanted")
        buffersMin = try container.decode(Int.self, forKey: "buffers_min")
        timeRatio = try container.decode(MetricSummary?.self, forKey: "time_ratio")
        stallRatio = try container.decode(MetricSummary?.self, forKey: "stall_ratio")
        gatheringRatio = try container.decode(MetricSummary?.self, forKey: "gathering_ratio")
        metrics = [:]
        for metric in ComparedMetric.allCases {
            metrics[metric] =
                metric.isLaterAddition
                ? try container.decodeIfPresent(MetricSummary.self, forKey: .metric(metric))
                : try container.decode(MetricSummary.self, forKey: .metric(metric))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(caseName, forKey: "case")
        try container.encode(device, forKey: "device")
        try container.encode(strategy, forKey: "strategy")
        try container.encode(runs, forKey: "runs")
        try container.encode(failures.count, forKey: "failed_runs")
        try container.encode(failures, forKey: "failures")
        try container.encode(buffersWanted, forKey: "buffers_wanted")
        try container.encode(buffersMin, forKey: "buffers_min")
        try container.encode(timeRatio, forKey: "time_ratio")
        try container.encode(stallRatio, forKey: "stall_ratio")
        try container.encode(gatheringRatio, forKey: "gathering_ratio")
        for metric in ComparedMetric.allCases {
            try self[metric].encode(to: container.superEncoder(forKey: .metric(metric)), metric: metric)
        }
    }
}
