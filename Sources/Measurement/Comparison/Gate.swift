/// A condition under which a comparison counts as failed, as `--fail-if` takes it:
/// `camera.fail-fast.stall_max_ns > 5ms`.
///
/// The metric's value over the seeds is held against a number, or, as in `> 1.5x normal`, against that of
/// another strategy in the same case. A time that is "never" is longer than any other.
public struct Gate: Sendable, Hashable {
    public enum Relation: String, CaseIterable, Sendable {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            case .equal: left == right
            case .notEqual: left != right
            }
        }
    }

    public enum Limit: Sendable, Hashable {
        /// In the metric's unit: ns, pages, a share of 1, or a count.
        case absolute(Double)
        /// A multiple of the metric of another strategy.
        case relative(Double, strategy: String)
    }

    /// As it was given.
    public let text: String
    /// Nil for every device.
    public let device: String?
    /// Nil for every strategy.
    public let strategy: String?
    public let metric: ComparedMetric
    public let relation: Relation
    public let limit: Limit

    /// Refuses strategies that are not compared; to be called before the first run, which may be far from
    /// the last.
    ///
    /// - Throws: ``GateError`` naming the strategy and the nearest that there is.
    public func check(strategies: [String]) throws(GateError) {
        if let strategy { try require(strategy, among: strategies, as: .strategy) }
        if case .relative(_, let other) = limit { try require(other, among: strategies, as: .strategy) }
    }

    /// The rows in which the condition holds, in the order of the rows. A row of which every run failed is
    /// among them: nothing shows that it is within the limit.
    ///
    /// - Throws: ``GateError`` when no row has the value in question, so that a gate that says nothing
    ///   never passes.
    public func evaluate(_ comparison: Comparison) throws(GateError) -> [GateViolation] {
        try check(strategies: unique(comparison.rows.map(\.strategy)))
        if let device { try require(device, among: unique(comparison.rows.map(\.device)), as: .device) }
        var violations: [GateViolation] = []
        var isEvaluated = false
        for row in comparison.rows where matches(row) {
            let value = measured(row)
            guard value != nil || row.failures.count == row.runs else { continue }
            isEvaluated = true
            let bound = bound(for: row, in: comparison.rows)
            if let value, let bound, !relation.holds(value, bound) { continue }
            violations.append(GateViolation(gate: self, row: row, value: value, bound: bound))
        }
        guard isEvaluated else { throw GateError(.noRow, gate: text) }
        return violations
    }

    private func matches(_ row: ComparisonRow) -> Bool {
        if let device, device != row.device { return false }
        if let strategy { return strategy == row.strategy }
        // Among all strategies, the one that the others are held against is not held against itself.
        if case .relative(_, let other) = limit { return other != row.strategy }
        return true
    }

    /// Nil when there is no value; infinite for a time that is "never".
    private func measured(_ row: ComparisonRow) -> Double? {
        if let value = row[metric].value { return value }
        return metric == .timeToSatisfaction && row.satisfiedRuns < row.runs ? .infinity : nil
    }

    private func bound(for row: ComparisonRow, in rows: [ComparisonRow]) -> Double? {
        switch limit {
        case .absolute(let value): return value
        case .relative(let factor, let other):
            let partner = rows.first {
                $0.caseName == row.caseName && $0.device == row.device && $0.strategy == other
            }
            return partner.flatMap(measured).map { $0 * factor }
        }
    }

    private func require(
        _ name: String, among names: [String], as kind: GateError.Name
    ) throws(GateError) {
        guard !names.contains(name) else { return }
        throw GateError(.unknownName(kind, name, known: names), gate: text)
    }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// A row in which a gate's condition holds.
public struct GateViolation: Sendable, Hashable {
    public let gate: Gate
    public let row: ComparisonRow
    /// The metric in its unit; infinite for "never", nil when every run failed.
    public let value: Double?
    /// What it was held against, in the same unit; nil when the other strategy has no value.
    public let bound: Double?
}
