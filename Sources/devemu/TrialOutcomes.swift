import Measurement
import PluginConformance
import Reporting
import WorkerProcess

/// Makes trials, each once however many rules want it, and keeps what became of them.
struct TrialOutcomes {
    private let pool: WorkerPool
    private let task: (Trial) throws -> Worker.Task
    private let ending: (WorkerReport) -> String
    private var known: [Trial: TrialOutcome] = [:]

    var count: Int { known.count }

    /// - Parameters:
    ///   - task: what the worker of a trial does.
    ///   - ending: how a worker ended that did not come to its end, in a line.
    init(
        pool: WorkerPool, task: @escaping (Trial) throws -> Worker.Task,
        ending: @escaping (WorkerReport) -> String
    ) {
        self.pool = pool
        self.task = task
        self.ending = ending
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
        do {
            try pool.run(wanted.count) { job, start in
                Worker.main(start) { try task(wanted[job]) }
            } onCompletion: { completion in
                done += 1
                progress.update(done: done)
                do throws(CommandFailure) {
                    outcomes[wanted[completion.job]] = try outcome(of: completion)
                    return .goOn
                } catch {
                    failure = error
                    return .killOthers
                }
            }
        } catch {
            progress.erase()
            throw CommandFailure(.internalError, "\(error)")
        }
        progress.erase()
        if let failure { throw failure }
        known.merge(outcomes) { $1 }
    }

    private func outcome(of completion: WorkerPool.Completion) throws(CommandFailure) -> TrialOutcome {
        let report: WorkerReport
        switch completion.report {
        case .success(let value): report = value
        case .failure(let error): throw CommandFailure(.internalError, "\(error)")
        }
        switch report.ending {
        case .finished:
            guard let bytes = completion.result,
                let record = try? JSONText.decode(RunRecord.self, from: bytes)
            else { throw CommandFailure(.internalError, "a worker's record cannot be read") }
            return .record(record)
        case .failed(let code, let message) where code == ExitStatus.internalError.rawValue:
            throw CommandFailure(.internalError, message)
        case .timedOut: return .timedOut(ending(report))
        case .failed, .exited, .signalled, .garbled, .interrupted: return .ended(ending(report))
        }
    }
}
