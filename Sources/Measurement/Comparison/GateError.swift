import TextSupport

/// Why a gate cannot be read, or says nothing about a comparison.
public struct GateError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Name: String, Sendable {
        case device, strategy, metric
    }

    public enum Code: Equatable, Sendable {
        /// The relation that was found; nil for none.
        case noRelation(String?)
        /// What stands before the relation and is no DEVICE.STRATEGY.METRIC.
        case subject(String)
        case unknownName(Name, String, known: [String])
        /// What stands after the relation and is no value of the metric.
        case value(String, of: ComparedMetric)
        case noRow
    }

    public var code: Code
    /// The gate as it was given.
    public var gate: String

    public init(_ code: Code, gate: String) {
        self.code = code
        self.gate = gate
    }

    /// The reason in one line, with the gate.
    public var description: String { "'\(gate)': \(reason)" }

    private var reason: String {
        switch code {
        case .noRelation(let found):
            (found.map { "'\($0)' is no relation" } ?? "there is no relation")
                + ": expected one of " + Gate.Relation.allCases.map(\.rawValue).joined(separator: " ")
        case .subject(let found):
            "'\(found)' is not DEVICE.STRATEGY.METRIC, such as camera.normal.stall_max_ns; * is every one"
        case .unknownName(let kind, let name, let known):
            "no \(kind.rawValue) '\(name)'" + Self.advice(name, known: known)
        case .value(let found, let metric):
            "'\(found)' is no value of \(metric.rawValue): expected " + Self.values(of: metric)
                + " or '1.5x STRATEGY'"
        case .noRow:
            "no row of the comparison has such a value, so nothing was checked"
        }
    }

    private static func advice(_ name: String, known: [String]) -> String {
        if let nearest = Spelling.nearest(to: name, among: known) { return "; did you mean '\(nearest)'?" }
        return known.isEmpty ? "" : ": there are " + known.joined(separator: ", ")
    }

    private static func values(of metric: ComparedMetric) -> String {
        switch metric.unit {
        case .nanoseconds: "a time such as 5ms"
        case .share: "a share such as 90%"
        case .pages: "a number of pages"
        case .count: "a number"
        }
    }
}
