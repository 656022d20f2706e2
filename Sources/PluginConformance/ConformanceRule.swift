import Measurement
import PluginInspection

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
    /// What breaks the rule, empty when it is kept; `results` are those of the plan that were made.
    let judge: @Sendable (ConformanceSubject, _ results: [TrialResult]) -> [Breach]
    /// Whether its runs can tell something only of a plugin whose first runs come to their end.
    var buildsOnFirstRuns = true

    /// The rules for a plugin, in the order of the report.
    public static func all(for subject: ConformanceSubject) -> [ConformanceRule] {
        subject.manifest.kind == .workload ? workload : strategy
    }

    /// The runs that the rule wants; it may want those of another rule.
    public func trials(for subject: ConformanceSubject) -> [Trial] {
        if case .trials(let trials) = plan(on: subject) { return trials }
        return []
    }

    /// The plan, unless what it builds on is missing.
    private func plan(on subject: ConformanceSubject) -> Plan {
        guard buildsOnFirstRuns, subject.first.contains(where: { $0.record == nil }) else {
            return plan(subject)
        }
        return .notTried("its first runs do not come to their end")
    }

    /// The verdict on a plugin.
    ///
    /// - Parameters:
    ///   - results: those of the rule's trials that were made.
    ///   - reason: why some were not made. A rule that lacks runs can be broken, but not kept.
    public func report(
        on subject: ConformanceSubject, _ results: [TrialResult], unmade reason: String? = nil
    ) -> RuleReport {
        let trials: [Trial]
        switch plan(on: subject) {
        case .notTried(let reason):
            return RuleReport(name: name, promise: promise, verdict: .notTried, reason: reason)
        case .trials(let wanted): trials = wanted
        }
        let breaches = judge(subject, results)
        guard breaches.isEmpty, let reason, results.count < trials.count else {
            return RuleReport(
                name: name, promise: promise, verdict: breaches.isEmpty ? .ok : .failed, runs: results.count,
                breaches: breaches)
        }
        return RuleReport(
            name: name, promise: promise, verdict: .notTried,
            reason: "\(reason), after \(results.count) of its \(trials.count) runs", runs: results.count)
    }
}

/// What judges look for in a run.
extension TrialResult {
    /// Ended badly, broke a rule of a device, or returned what is no error number. What did not end in time
    /// has a rule of its own.
    var misbehaviour: [Breach] {
        switch outcome {
        case .timedOut: return []
        case .ended(let text): return [problem(text)]
        case .record(let record):
            var problems: [Breach] = []
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

    /// Still running at its time limit.
    var endlessness: [Breach] {
        guard case .timedOut(let text) = outcome else { return [] }
        return [problem(text)]
    }

    /// Operations that returned an error.
    var failures: [Breach] {
        (record?.failures ?? []).map { problem("\($0.operation) returned \($0.code) (\($0.errno))") }
    }

    /// Pages that were never released.
    var leaks: [Breach] {
        (record?.devices ?? []).filter { $0.pagesHeldAtExit > 0 }
            .map { problem("\($0.name) never released \($0.pagesHeldAtExit) pages") }
    }

    /// What a strategy handed over that was not taken.
    var ignoredChunks: [Breach] {
        (record?.log ?? []).map(\.text)
            .filter {
                $0.hasPrefix("ignored ") && $0.contains(" chunks from the strategy")
                    || $0.hasPrefix("the strategy says it got ")
            }
            .map(problem)
    }
}
