import Measurement

/// What a plugin that gathers for the drivers of others has to keep.
extension ConformanceRule {
    private static let strategyRuns = [gathers, pinned, chunks, faults, released, deterministic]

    static let strategy = strategyRuns + [thread(strategyRuns), time(strategyRuns)]

    /// Pins that leave hardly a chunk without one.
    static let manyPins = 20_000

    private static let gathers = ConformanceRule(
        name: "gathers", promise: "gets a driver its buffers where nothing is pinned",
        plan: { .trials($0.firstTrials) },
        judge: { _, results in
            results.flatMap { result -> [Breach] in
                guard let record = result.record else { return result.misbehaviour + result.endlessness }
                let poor = record.devices.filter { !$0.satisfied }.map { device in
                    result.problem(
                        "\(device.name) has \(device.buffersGot) of \(device.buffersWanted) buffers")
                }
                return result.misbehaviour + poor
            }
        }, buildsOnFirstRuns: false)

    private static let pinned = ConformanceRule(
        name: "pinned", promise: "comes to an end where hardly anything can be had",
        plan: { .trials(pinnedTrials($0)) },
        judge: { _, results in results.flatMap { $0.misbehaviour + $0.leaks } })

    private static let chunks = ConformanceRule(
        name: "chunks", promise: "hands over its own chunks, each once",
        plan: { .trials($0.firstTrials + pinnedTrials($0)) },
        judge: { _, results in results.flatMap(\.ignoredChunks) })

    private static func pinnedTrials(_ subject: ConformanceSubject) -> [Trial] {
        subject.firstTrials.map { trial in
            var trial = trial
            trial.pins = manyPins
            trial.isInstrumented = false
            return trial
        }
    }
}
