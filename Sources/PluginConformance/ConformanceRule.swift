import Measurement
import PluginManifests

/// Something that every plugin has to keep, and how that is found out.
public struct ConformanceRule: Sendable {
    /// What is run for a rule.
    enum Plan {
        case trials([Trial])
        case notTried(String)
    }

    public let name: String
    /// What a plugin that keeps it does, in a few words.
    public let promise: String
    let plan: @Sendable (ConformanceSubject) -> Plan
    /// A line for each breach, empty when the rule is kept; `results` are those of the plan.
    let judge: @Sendable (ConformanceSubject, _ results: [TrialResult]) -> [String]

    /// The rules for a plugin, in the order of the report.
    public static func all(for subject: ConformanceSubject) -> [ConformanceRule] {
        subject.manifest.kind == .workload ? workload : strategy
    }

    /// The runs that the rule wants; it may want those of another rule.
    public func trials(for subject: ConformanceSubject) -> [Trial] {
        if case .trials(let trials) = plan(subject) { return trials }
        return []
    }

    /// The verdict on a plugin.
    ///
    /// - Parameter results: those of the rule's trials.
    public func report(on subject: ConformanceSubject, _ results: [TrialResult]) -> RuleReport {
        if case .notTried(let reason) = plan(subject) {
            return RuleReport(name: name, promise: promise, verdict: .notTried, reason: reason)
        }
        let problems = judge(subject, results)
        return RuleReport(
            name: name, promise: promise, verdict: problems.isEmpty ? .ok : .failed, runs: results.count,
            problems: problems)
    }
}

/// What judges look for in a run.
extension TrialResult {
    /// Ended badly, broke a rule of a device, or returned what is no error number. What did not end in time
    /// has a rule of its own.
    var misbehaviour: [String] {
        switch outcome {
        case .timedOut: return []
        case .ended(let text): return [problem(text)]
        case .record(let record):
            var problems: [String] = []
            for failure in record.failures where !(-4095..<0).contains(failure.code) {
                problems.append(
                    problem("\(failure.operation) returned \(failure.code), which is no error number"))
            }
            if let first = record.protocolViolations.first {
                problems.append(
                    problem("broke the rule \(first.rule) in \(first.function): \(first.text)"))
            }
            for device in record.devices {
                if let first = device.violations.first {
                    problems.append(problem("\(device.name) broke a rule: \(first)"))
                }
                if device.framesDamaged > 0 {
                    problems.append(problem("\(device.name): \(device.framesDamaged) frames were damaged"))
                }
            }
            return problems
        }
    }

    /// Operations that returned an error.
    var failures: [String] {
        (record?.failures ?? []).map { problem("\($0.operation) returned \($0.code) (\($0.errno))") }
    }

    /// Pages that were never released.
    var leaks: [String] {
        (record?.devices ?? []).filter { $0.pagesHeldAtExit > 0 }
            .map { problem("\($0.name) never released \($0.pagesHeldAtExit) pages") }
    }

    /// What a strategy handed over that was not taken.
    var ignoredChunks: [String] {
        (record?.log ?? []).map(\.text)
            .filter {
                $0.hasPrefix("ignored ") && $0.contains(" chunks from the strategy")
                    || $0.hasPrefix("the strategy says it got ")
            }
            .map(problem)
    }
}
