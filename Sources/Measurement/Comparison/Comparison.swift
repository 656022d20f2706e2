/// Strategies, or kernels, compared with each other: every case, device and strategy over its seeds. The JSON form is
/// the schema `devemu.compare/1`. In a comparison of kernels, the strategy of samples, rows and verdicts is the
/// kernel's name.
///
/// The same samples make the same comparison, in whatever order their runs finished.
public struct Comparison: Codable, Sendable, Hashable {
    public static let schema = "devemu.compare/1"

    /// Names in the order in which they are to be shown; names of samples that are missing here follow
    /// in alphabetical order.
    public struct Order: Sendable {
        public var cases: [String]
        public var devices: [String]
        public var strategies: [String]

        public init(cases: [String] = [], devices: [String] = [], strategies: [String] = []) {
            self.cases = cases
            self.devices = devices
            self.strategies = strategies
        }
    }

    public var schema = Comparison.schema
    /// What is compared; absent for strategies.
    public var contenders: Contenders?
    /// The strategy that every kernel ran under; absent in a comparison of strategies.
    public var strategy: String?
    /// What has to be said of the kernels' rules; absent where nothing has.
    public var kernelNotes: [String]?
    /// The strategy, or kernel, that ratios are to.
    public var reference: String
    /// By case, device and strategy.
    public var rows: [ComparisonRow]
    /// One for each device of each case.
    public var verdicts: [ComparisonVerdict]
    /// What went on in one run of each case and strategy; absent unless it was asked for.
    public var histories: [ComparedHistory]?
    /// The machine of each case, in their order; absent in a comparison of devemu 0.1.
    public var machines: [ComparedMachine]?
    /// How far an interrupted comparison came; absent in one that is complete.
    public var incomplete: IncompleteRuns?
    /// The command that made it; absent in a comparison that no command made.
    public var reproduce: Reproduction?

    public init(samples: [RunSample], reference: String, order: Order = Order()) {
        self.reference = reference
        rows = []
        verdicts = []
        let byCase = Dictionary(grouping: samples, by: \.caseName)
        for name in Self.ordered(byCase.keys, by: order.cases) {
            let samples = byCase[name] ?? []
            let devices = Set(samples.compactMap(\.device))
            // A case in which no run got as far as its devices is shown all the same.
            for device in Self.ordered(devices.isEmpty ? ["unknown"] : devices, by: order.devices) {
                let group = samples.filter { $0.device ?? device == device }
                    .sorted { ($0.seed, $0.strategy) < ($1.seed, $1.strategy) }
                let byStrategy = Dictionary(grouping: group, by: \.strategy)
                let strategies = Self.ordered(byStrategy.keys, by: order.strategies)
                let first = rows.count
                for strategy in strategies {
                    let series = SampleSeries(byStrategy[strategy] ?? [])
                    rows.append(
                        series.row(
                            caseName: name, device: device, strategy: strategy,
                            buffersWanted: group.map(\.buffersWanted).max() ?? 0,
                            buffersMin: group.map(\.buffersMin).max() ?? 0,
                            reference: SampleSeries(byStrategy[reference] ?? [])))
                }
                verdicts.append(
                    ComparisonVerdict(caseName: name, device: device, rows: Array(rows[first...])))
            }
        }
    }

    /// What one of those that are compared is called.
    public var noun: String { (contenders ?? .strategies).noun }

    enum CodingKeys: String, CodingKey {
        case schema, contenders, strategy, reference, rows, verdicts, histories, incomplete, reproduce
        case kernelNotes = "kernel_notes"
    }

    /// The rows of one device in one case.
    public func rows(of verdict: ComparisonVerdict) -> [ComparisonRow] {
        rows.filter { $0.caseName == verdict.caseName && $0.device == verdict.device }
    }

    private static func ordered(_ names: some Sequence<String>, by list: [String]) -> [String] {
        var rest = Set(names)
        return list.filter { rest.remove($0) != nil } + rest.sorted()
    }
}

/// What of a comparison was measured before it was interrupted.
public struct IncompleteRuns: Codable, Sendable, Hashable {
    /// Runs in the result.
    public var runs: Int
    /// Runs that the whole comparison has.
    public var planned: Int

    public init(runs: Int, planned: Int) {
        self.runs = runs
        self.planned = planned
    }
}

/// The samples of a device with one strategy in one case, by seed.
private struct SampleSeries {
    let samples: [RunSample]

    init(_ samples: [RunSample]) { self.samples = samples }

    func row(
        caseName: String, device: String, strategy: String, buffersWanted: Int, buffersMin: Int,
        reference: SampleSeries
    ) -> ComparisonRow {
        var metrics: [ComparedMetric: MetricSummary] = [:]
        for metric in ComparedMetric.allCases { metrics[metric] = summary(of: metric) }
        let failures = samples.compactMap { sample in
            sample.failure.map { FailedRun(seed: sample.seed, text: $0) }
        }
        return ComparisonRow(
            caseName: caseName, device: device, strategy: strategy, runs: samples.count,
            failures: failures.sorted { ($0.seed, $0.text) < ($1.seed, $1.text) },
            buffersWanted: buffersWanted, buffersMin: buffersMin, metrics: metrics,
            timeRatio: ratio(of: .timeToSatisfaction, to: reference),
            stallRatio: ratio(of: .longestStall, to: reference),
            gatheringRatio: ratio(of: .gatheringTime, to: reference))
    }

    private func summary(of metric: ComparedMetric) -> MetricSummary {
        let values = samples.compactMap { value(of: metric, in: $0) }.sorted()
        switch metric.summary {
        case .share:
            let successes = values.count { $0 > 0 }
            return MetricSummary(
                value: SampleStatistics.mean(values.map { $0 > 0 ? 1 : 0 }),
                interval: WilsonInterval.share(successes, of: values.count))
        case .mean:
            return MetricSummary(
                value: SampleStatistics.mean(values), interval: BootstrapInterval.mean(of: values))
        case .median:
            return MetricSummary(
                value: SampleStatistics.median(values), interval: BootstrapInterval.median(of: values),
                max: metric.keepsMaximum ? values.last : nil,
                p99: metric.keepsPercentile ? SampleStatistics.percentile(99, values) : nil)
        }
    }

    /// The value of a sample as it is summed up.
    ///
    /// A device that was not satisfied took longer than any that was, and a run that failed satisfied
    /// no device and got no buffer. Leaving them out would make a strategy look the better the more often it fails.
    private func value(of metric: ComparedMetric, in sample: RunSample) -> Double? {
        switch metric {
        case .satisfied: sample.values[.satisfied] ?? 0
        case .buffersGot: sample.values[metric] ?? (sample.failure == nil ? nil : 0)
        case .timeToSatisfaction:
            sample.values[metric] ?? (sample.values[.satisfied] ?? 0 > 0 ? nil : .infinity)
        default: sample.values[metric]
        }
    }

    private func ratio(of metric: ComparedMetric, to reference: SampleSeries) -> MetricSummary? {
        let references = Dictionary(
            reference.samples.map { ($0.seed, $0) }, uniquingKeysWith: { first, _ in first })
        let pairs = samples.compactMap { sample -> (value: Double, reference: Double)? in
            guard let value = self.value(of: metric, in: sample), let partner = references[sample.seed],
                let divisor = self.value(of: metric, in: partner)
            else { return nil }
            return (value, divisor)
        }
        guard let value = SampleStatistics.median(pairs.map(\.value).sorted()),
            let divisor = SampleStatistics.median(pairs.map(\.reference).sorted()),
            value.isFinite, divisor.isFinite, divisor > 0
        else { return nil }
        return MetricSummary(value: value / divisor, interval: BootstrapInterval.ratioOfMedians(of: pairs))
    }
}
