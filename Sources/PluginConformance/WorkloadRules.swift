import Measurement
import PluginInspection

/// What a plugin that drives devices has to keep.
extension ConformanceRule {
    private static let workloadRuns = [
        note, runs, operations, parameters, modes, strategies, faults, released, deterministic,
    ]

    static let workload = workloadRuns + [thread(workloadRuns), time(workloadRuns)]

    private static let note = ConformanceRule(
        name: "note", promise: "the note tells what there is",
        plan: { _ in .trials([]) },
        judge: { subject, _ in
            subject.manifest.parameters.filter { subject.operations(taking: $0.name) == nil }
                .map { Breach(text: "param \($0.name) is taken by no entry") }
        }, buildsOnFirstRuns: false)

    private static let runs = ConformanceRule(
        name: "runs", promise: "works with its defaults",
        plan: { .trials($0.firstTrials) },
        judge: { _, results in results.flatMap { $0.misbehaviour + $0.failures + $0.endlessness } },
        buildsOnFirstRuns: false)

    private static let operations = ConformanceRule(
        name: "operations", promise: "every entry can be called first",
        plan: { subject in
            .trials(subject.manifest.entries.map { Trial([subject.manifest.operationName(of: $0)]) })
        },
        judge: { _, results in results.flatMap(\.misbehaviour) })

    private static let parameters = ConformanceRule(
        name: "parameters", promise: "bears every parameter at its bounds",
        plan: { subject in
            let trials = subject.manifest.parameters.flatMap { parameter -> [Trial] in
                guard !subject.fixed.contains(parameter.name),
                    let operations = subject.operations(taking: parameter.name)
                else { return [] }
                return bounds(of: parameter).map { value in
                    var trial = Trial(operations)
                    trial.settings = [.init(parameter.name, value)]
                    return trial
                }
            }
            return trials.isEmpty ? .notTried("it has none that was not set") : .trials(trials)
        },
        judge: { subject, results in
            results.flatMap { result in
                result.misbehaviour
                    + (subject.cycles.contains(result.trial.operations) ? result.leaks : [])
            }
        })

    /// The values to try: the lowest, the highest and the default, or every choice.
    static func bounds(of parameter: Parameter) -> [String] {
        var values: [String]
        switch parameter.range {
        case .integers(let range): values = ["\(range.lowerBound)", "\(range.upperBound)"]
        case .unsigned(let range): values = ["\(range.lowerBound)", "\(range.upperBound)"]
        case .reals(let range): values = ["\(range.lowerBound)", "\(range.upperBound)"]
        case .choices(let choices): values = choices
        case .none:
            if case .record(let fields) = parameter.type {
                let ends = fields.compactMap(ends(of:))
                values = [ends.map(\.low), ends.map(\.high)].map { $0.joined(separator: ",") }
            } else if let (low, high) = ends(of: parameter.type) {
                values = [low, high]
            } else {
                values = ["", String(repeating: "x", count: longText)]
            }
        }
        let usual = "\(parameter.defaultValue)"
        if !values.contains(usual) { values.append(usual) }
        return values
    }

    /// The smallest and the largest number of a type.
    private static func ends(of type: ValueType) -> (low: String, high: String)? {
        if let range = type.signedBounds { return ("\(range.lowerBound)", "\(range.upperBound)") }
        if let range = type.unsignedBounds { return ("\(range.lowerBound)", "\(range.upperBound)") }
        return type.realBounds.map { ("\($0.lowerBound)", "\($0.upperBound)") }
    }

    /// Characters of a text where the note names no choices.
    private static let longText = 4096

    private static let modes = ConformanceRule(
        name: "modes", promise: "bears calls of every mode",
        plan: { subject in
            .trials(
                each(subject.choices.modes, subject) { trial, mode in trial.mode = mode })
        },
        judge: judgeCycles)

    private static let strategies = ConformanceRule(
        name: "strategies", promise: "gathers by every strategy",
        plan: { subject in
            let gathers = subject.first.contains { result in
                ["cma_gather", "cma_alloc"].contains { subject.calls($0, in: result) > 0 }
            }
            guard gathers else { return .notTried("it gathers nothing") }
            return .trials(
                each(subject.choices.strategies, subject) { trial, name in trial.strategy = name })
        },
        judge: judgeCycles)

    private static func each(
        _ names: [String], _ subject: ConformanceSubject, _ change: (inout Trial, String) -> Void
    ) -> [Trial] {
        guard let cycle = subject.cycles.first else { return [] }
        return names.map { name in
            var trial = Trial(cycle)
            change(&trial, name)
            return trial
        }
    }

    private static let judgeCycles: @Sendable (ConformanceSubject, [TrialResult]) -> [Breach] = {
        _, results in
        results.flatMap { $0.misbehaviour + $0.leaks }
    }
}
