import Measurement
import TextSupport

/// Rules for plugins of both kinds.
extension ConformanceRule {
    /// How often in a row each call is made to fail from the first on, and how many more of the others.
    private static let firstFaults = 5
    private static let laterFaults = 3

    static let faults = ConformanceRule(
        name: "faults", promise: "comes to an end whichever host call fails, and loses nothing",
        plan: { subject in
            let trials = subject.first.flatMap { faults(of: subject, in: $0) }
            return trials.isEmpty ? .notTried("it calls nothing that can fail") : .trials(trials)
        },
        judge: { _, results in
            results.flatMap { result -> [Breach] in
                let isRelease = result.trial.faults.contains { $0.contains(" cma_release") }
                return result.misbehaviour + (isRelease ? [] : result.leaks)
            }
        })

    private static func faults(of subject: ConformanceSubject, in result: TrialResult) -> [Trial] {
        subject.choices.fallible.flatMap { function -> [Trial] in
            let calls = subject.calls(function, in: result)
            guard calls > 0 else { return [] }
            var numbers = Array(1...min(calls, firstFaults))
            if calls > firstFaults {
                let rest = calls - firstFaults
                let step = max(rest / laterFaults, 1)
                numbers += stride(from: firstFaults + step, through: calls, by: step)
            }
            return numbers.map { number in
                var trial = Trial(result.trial.operations)
                trial.pins = result.trial.pins
                trial.faults = ["fail \(ordinal(number)) \(function) of \(subject.instance)"]
                return trial
            }
        }
    }

    /// Judged by the runs of the other rules.
    static func thread(_ others: [ConformanceRule]) -> ConformanceRule {
        ConformanceRule(
            name: "thread", promise: "calls the host on the thread that it was called on",
            plan: { subject in .trials(others.flatMap { $0.trials(for: subject) }) },
            judge: { _, results in
                results.compactMap { result in
                    guard case .ended(let text) = result.outcome, text.contains("thread") else { return nil }
                    return result.problem(text)
                }
            }, buildsOnFirstRuns: false)
    }

    static func time(_ others: [ConformanceRule]) -> ConformanceRule {
        ConformanceRule(
            name: "time", promise: "ends every run within the limit",
            plan: { subject in .trials(others.flatMap { $0.trials(for: subject) }) },
            judge: { _, results in results.flatMap(\.endlessness) }, buildsOnFirstRuns: false)
    }

    static let released = ConformanceRule(
        name: "released", promise: "holds nothing behind operations that end it",
        plan: { .trials($0.firstTrials) },
        judge: { _, results in results.flatMap(\.leaks) })

    static let deterministic = ConformanceRule(
        name: "deterministic", promise: "does the same again, watched or not",
        plan: { subject in
            .trials(
                subject.firstTrials.flatMap { instrumented -> [Trial] in
                    var direct = instrumented
                    direct.isInstrumented = false
                    var again = direct
                    again.repetition = 1
                    return [instrumented, direct, again]
                })
        },
        judge: { _, results in
            results.compactMap { direct -> Breach? in
                guard !direct.trial.isInstrumented, direct.trial.repetition == 0 else { return nil }
                func record(_ change: (inout Trial) -> Void) -> RunRecord? {
                    var trial = direct.trial
                    change(&trial)
                    return results.first { $0.trial == trial }?.record
                }
                guard let first = direct.record, let second = record({ $0.repetition = 1 }) else {
                    return nil
                }
                guard first == second else { return direct.problem("two runs have different records") }
                guard var watched = record({ $0.isInstrumented = true }) else { return nil }
                watched.hostCalls = nil
                return watched == first
                    ? nil : direct.problem("an instrumented run has a different record than a direct one")
            }
        })
}
