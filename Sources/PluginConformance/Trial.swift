public import Measurement

/// One run of the plugin under test.
public struct Trial: Codable, Sendable, Hashable {
    public struct Setting: Codable, Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The operations of a workload in their order; none for a strategy, which some driver gathers by.
    public var operations: [String]
    /// In place of the plugin's defaults.
    public var settings: [Setting] = []
    /// The mode of every call; nil for what the driver asks for.
    public var mode: String?
    /// A strategy for every device; nil for what the driver asks for.
    public var strategy: String?
    /// Rules by which host calls go wrong, as `--inject` takes them.
    public var faults: [String] = []
    /// Whether host calls are counted; they are too when there are faults.
    public var isInstrumented = false
    /// Pinned pages at the start; nil for the machine's own number.
    public var pins: Int?
    /// Tells runs apart that are alike.
    public var repetition = 0

    public init(_ operations: [String]) { self.operations = operations }

    /// What is special about the run, for a message; empty when nothing is.
    var label: String {
        var parts = settings.map { "\($0.name)=\(Self.short($0.value))" } + faults
        if let mode { parts.append("mode \(mode)") }
        if let strategy { parts.append("strategy \(strategy)") }
        if let pins { parts.append("\(pins) pins") }
        if !operations.isEmpty { parts.append("in " + operations.joined(separator: " ")) }
        return parts.joined(separator: ", ")
    }

    private static func short(_ value: String) -> String {
        value.count > 40 ? "\(value.prefix(40))... (\(value.count) characters)" : value
    }
}

/// What became of a trial.
public enum TrialOutcome: Sendable {
    /// It came to its end, good or bad.
    case record(RunRecord)
    /// It crashed, left, was refused, or broke a rule of its process; in one line.
    case ended(String)
    /// It was still running at its time limit; in one line.
    case timedOut(String)
}

/// A trial and what became of it.
public struct TrialResult: Sendable {
    public let trial: Trial
    public let outcome: TrialOutcome

    public init(_ trial: Trial, _ outcome: TrialOutcome) {
        self.trial = trial
        self.outcome = outcome
    }

    var record: RunRecord? {
        if case .record(let record) = outcome { return record }
        return nil
    }

    func problem(_ text: String) -> Breach { Breach(run: trial.label, text: text) }
}

/// What broke a rule in one run.
struct Breach: Sendable {
    /// What is special about the run; empty when nothing is.
    var run = ""
    var text: String

    /// A line for each text, with the first run that showed it and the number of the others.
    static func lines(_ breaches: [Breach]) -> [String] {
        var order: [String] = []
        var runs: [String: [String]] = [:]
        for breach in breaches {
            if runs[breach.text] == nil { order.append(breach.text) }
            runs[breach.text, default: []].append(breach.run)
        }
        return order.map { text in
            let runs = runs[text] ?? []
            let first = runs.first.map { $0.isEmpty ? "" : "\($0): " } ?? ""
            let more = runs.count - 1
            return first + text + (more == 0 ? "" : " (also in \(more) more run\(more == 1 ? "" : "s"))")
        }
    }
}
