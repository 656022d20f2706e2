import Glibc
import Measurement
import Reporting
import WorkerProcess

/// Runs in worker processes of their own, several at a time, each the command line of this process with
/// variables that tell it which run is its own.
struct WorkerRuns {
    /// What became of a run.
    enum Outcome {
        case record(RunRecord)
        /// Why there is no record, in a line.
        case failed(String)
    }

    private let width: Int
    private let timeout: Double

    init(_ options: WorkerOptions) {
        width = options.width
        timeout = options.timeout
    }

    /// Runs each once.
    ///
    /// - Parameters:
    ///   - runs: the variables of each.
    ///   - plan: what a run, by its number, was meant to be.
    ///   - onOutcome: called for one run after the other, in the order in which they ended.
    /// - Throws: what the command line itself got wrong, which ends all of them.
    func execute(
        _ runs: [[String: String]], plan: (Int) -> RunPlan, onOutcome: (Int, Outcome) -> Void
    ) throws(CommandFailure) {
        var failure: CommandFailure?
        let pool = WorkerPool(
            width: width, arguments: Array(CommandLine.arguments.dropFirst()),
            timeoutNanoseconds: UInt64(timeout * 1e9))
        do {
            try pool.run(runs) { completion in
                switch Self.outcome(of: completion, plan: plan(completion.job)) {
                case .success(let outcome):
                    onOutcome(completion.job, outcome)
                    return .goOn
                case .failure(let error):
                    failure = error
                    return .killOthers
                }
            }
        } catch {
            throw CommandFailure(.internalError, "\(error)")
        }
        if let failure { throw failure }
    }

    private static func outcome(
        of completion: WorkerPool.Completion, plan: RunPlan
    ) -> Result<Outcome, CommandFailure> {
        let report: WorkerReport
        switch completion.report {
        case .success(let value): report = value
        case .failure(let error): return .failure(CommandFailure(.internalError, "\(error)"))
        }
        switch report.ending {
        case .finished:
            guard let bytes = completion.result,
                let record = try? JSONText.decode(RunRecord.self, from: bytes)
            else { return .failure(CommandFailure(.internalError, "a worker's record cannot be read")) }
            return .success(.record(record))
        case .failed(let code, let message):
            guard code != ExitStatus.runFailed.rawValue else { return .success(.failed(message)) }
            return .failure(CommandFailure(ExitStatus(rawValue: code) ?? .internalError, message))
        case .exited, .signalled, .timedOut, .garbled, .interrupted:
            return .success(.failed(RunEnding(report, of: plan.run, called: plan.name).line))
        }
    }
}
