import Measurement
import PluginConformance
import Reporting
import WorkerProcess

/// Makes trials, each once however many rules want it, and keeps what became of them.
struct TrialOutcomes {
    private let pool: WorkerPool
    private let task: (Trial) throws -> Worker.Task
    /// What messages call the plugin.
    private let name: String
    private var known: [Trial: TrialOutcome] = [:]

    var count: Int { known.count }

    /// - Parameters:
    ///   - task: what the worker of a trial does.
    ///   - name: what messages call the plugin.
    init(pool: WorkerPool, name: String, task: @escaping (Trial) throws -> Worker.Task) {
        self.pool = pool
        self.name = name
        self.task = task
    }

    /// In the order of the trials, made if they were not yet.
    mutating func results(of trials: [Trial]) throws -> [TrialResult] {
        try run(trials)
        return trials.compactMap { trial in known[trial].map { TrialResult(trial, $0) } }
    }

    /// Makes those that were not made yet.
    mutating func run(_ trials: [Trial]) throws {
        var wanted: [Trial] = []
        var seen: Set<Trial> = []
        for trial in trials where known[trial] == nil && seen.insert(trial).inserted { wanted.append(trial) }
        guard !wanted.isEmpty else { return }
        var progress = ProgressLine(command: "plugin check", total: wanted.count)
        var outcomes: [Trial: TrialOutcome] = [:]
        var failure: CommandFailure?
        var done = 0
        var signal: Int32?
        do {
            let interruption = try Interruption()
            signal = try pool.run(wanted.count, interruption: interruption) { job, start in
                Worker.main(start) { try task(wanted[job]) }
            } onCompletion: { completion in
                done += 1
                progress.update(done: done)
                do throws(CommandFailure) {
                    let trial = wanted[completion.job]
                    outcomes[trial] = try outcome(of: completion, trial: trial)
                    return .goOn
                } catch {
                    failure = error
                    return .killOthers
                }
            }
        } catch {
            progress.erase()
            throw CommandFailure(error)
        }
        progress.erase()
        if let failure { throw failure }
        if let signal {
            throw CommandFailure(.interrupted, "interrupted by \(SignalName.name(of: signal))")
        }
        known.merge(outcomes) { $1 }
    }

    private func outcome(
        of completion: WorkerPool.Completion, trial: Trial
    ) throws(CommandFailure) -> TrialOutcome {
        let report: WorkerReport
        let asked: Worker.Task
        switch completion.report {
        case .success(let value): report = value
        case .failure(let error): throw CommandFailure(error)
        }
        do {
            asked = try task(trial)
        } catch {
            throw error as? CommandFailure ?? CommandFailure(.internalError, "\(error)")
        }
        switch WorkerResult(report, result: completion.result, of: asked.run, called: name) {
        case .record(let record): return .record(record)
        case .failed(let status, let message):
            guard status != .internalError, status != .temporary else {
                throw CommandFailure(status, message)
            }
            return .ended("\(name): \(message)")
        case .ended(let ending):
            if case .timedOut = report.ending { return .timedOut(ending.line) }
            return .ended(ending.line)
        }
    }
}
