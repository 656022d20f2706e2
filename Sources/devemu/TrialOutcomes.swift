import Measurement
import PluginConformance
import Reporting
import WorkerProcess

/// Makes trials, each once however many rules want it, and keeps what became of them.
final class TrialOutcomes {
    /// Why no more trials are made.
    enum Stop {
        case interrupted(Int32)
        case timeouts
        /// s of real time.
        case time(Double)

        /// In words that go on after a colon.
        var reason: String {
            switch self {
            case .interrupted(let signal): "interrupted by \(SignalName.name(of: signal))"
            case .timeouts: "\(TrialOutcomes.timeoutLimit) runs did not end in time"
            case .time(let limit): "all runs together took \(Int(limit)) s"
            }
        }
    }

    /// Trials that may run out of time before no more are made: each takes as long as a run may.
    private static let timeoutLimit = 3

    private let pool: WorkerPool
    private let timeLimit: Double
    private let start = ContinuousClock.now
    private let task: (Trial) throws -> Worker.Task
    /// What messages call the plugin.
    private let name: String
    private var known: [Trial: TrialOutcome] = [:]
    private var timeouts = 0
    private(set) var stop: Stop?

    var count: Int { known.count }

    /// - Parameters:
    ///   - timeLimit: s of real time after which no trial starts.
    ///   - task: what the worker of a trial does.
    ///   - name: what messages call the plugin.
    init(pool: WorkerPool, name: String, timeLimit: Double, task: @escaping (Trial) throws -> Worker.Task) {
        self.pool = pool
        self.name = name
        self.timeLimit = timeLimit
        self.task = task
    }

    /// In the order of the trials, made if they were not yet; those that were not made are missing.
    func results(of trials: [Trial]) throws -> [TrialResult] {
        try run(trials)
        return trials.compactMap { trial in known[trial].map { TrialResult(trial, $0) } }
    }

    /// Makes those that were not made yet, until there is a reason to stop.
    func run(_ trials: [Trial]) throws {
        var wanted: [Trial] = []
        var seen: Set<Trial> = []
        for trial in trials where known[trial] == nil && seen.insert(trial).inserted { wanted.append(trial) }
        guard !wanted.isEmpty, stop == nil else { return }
        var progress = ProgressLine(command: "plugin check", total: wanted.count)
        defer { progress.erase() }
        var failure: CommandFailure?
        var waiting = wanted.indices
        var done = 0
        do {
            let interruption = try Interruption()
            let signal = try pool.run(
                next: {
                    if ContinuousClock.now - start > .seconds(timeLimit) { stop = .time(timeLimit) }
                    return stop == nil ? waiting.popFirst() : nil
                }, interruption: interruption, onInterruption: { progress.interrupted(running: $0) },
                body: { job, start in
                    Worker.main(start) { try task(wanted[job]) }
                },
                onCompletion: { completion in
                    done += 1
                    progress.update(done: done)
                    do throws(CommandFailure) {
                        let trial = wanted[completion.job]
                        known[trial] = try outcome(of: completion, trial: trial)
                        return .goOn
                    } catch {
                        failure = error
                        return .killOthers
                    }
                })
            if let signal { stop = .interrupted(signal) }
        } catch {
            throw CommandFailure(error)
        }
        if let failure { throw failure }
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
            if case .timedOut = report.ending {
                timeouts += 1
                if timeouts == Self.timeoutLimit { stop = .timeouts }
                return .timedOut(ending.line)
            }
            return .ended(ending.line)
        }
    }
}
