import Emulation
import Glibc
import Measurement
import PhysicalMemory
import Reporting
import TextSupport
import WorkerProcess

/// Runs in worker processes of their own, several at a time.
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
    ///   - count: how many there are.
    ///   - plan: what a run, by its number, was meant to be.
    ///   - task: what its worker does; called there.
    ///   - interruption: when it comes, no further run starts, as ``WorkerPool`` has it.
    ///   - onInterruption: called then, with the number of runs that are waited for.
    ///   - onOutcome: called for one run after the other, in the order in which they ended.
    /// - Returns: the signal that interrupted, if one did.
    /// - Throws: what the command line itself got wrong, which ends all of them.
    @discardableResult
    func execute(
        _ count: Int, plan: (Int) -> RunPlan, task: (Int) throws -> Worker.Task,
        interruption: Interruption? = nil, onInterruption: (_ running: Int) -> Void = { _ in },
        onOutcome: (Int, Outcome) -> Void
    ) throws(CommandFailure) -> Int32? {
        if count > 1 { Self.warmUp() }
        var failure: CommandFailure?
        let pool = WorkerPool(width: width, timeoutNanoseconds: UInt64(timeout * 1e9))
        let signal: Int32?
        do {
            signal = try pool.run(
                count, interruption: interruption, onInterruption: onInterruption,
                body: { run, start in Worker.main(start) { try task(run) } },
                onCompletion: { completion in
                    do throws(CommandFailure) {
                        let number = completion.job
                        onOutcome(number, try Self.outcome(of: completion, plan: plan(number), task: task))
                        return .goOn
                    } catch {
                        failure = error
                        return .killOthers
                    }
                })
        } catch {
            throw CommandFailure(error)
        }
        if let failure { throw failure }
        return signal
    }

    /// Signals held back while runs are made.
    static func heldSignals() throws(CommandFailure) -> Interruption {
        do {
            return try Interruption()
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Uses once what every worker will use: the runtime looks types up at their first use, and workers begin
    /// as copies of this process. A machine of 16 MiB does, whatever those of the runs have in memory and at work.
    static func warmUp() {
        guard let area = AreaGeometry(basePFN: 1 << 11, pages: 1 << 10) else { return }
        let machine = MachineConfiguration(
            memoryPages: 1 << 12, area: area, seed: 1, start: .generated(fill: 0, pins: 0), forcedMode: nil)
        guard let record = (try? EmulatedMachine(machine))?.record(plugins: []) else { return }
        if let bytes = try? JSONText.line(record) { _ = try? JSONText.decode(RunRecord.self, from: bytes) }
    }

    /// - Parameter task: what the run was asked for.
    private static func outcome(
        of completion: WorkerPool.Completion, plan: RunPlan, task: (Int) throws -> Worker.Task
    ) throws(CommandFailure) -> Outcome {
        let report: WorkerReport
        let asked: Worker.Task
        switch completion.report {
        case .success(let value): report = value
        case .failure(let error): throw CommandFailure(error)
        }
        do {
            asked = try task(completion.job)
        } catch {
            throw error as? CommandFailure ?? CommandFailure(.internalError, "\(error)")
        }
        switch WorkerResult(report, result: completion.result, of: asked.run, called: plan.name) {
        case .record(let record): return .record(record)
        case .failed(.runFailed, let message): return .failed(message)
        case .failed(let status, let message): throw CommandFailure(status, message)
        case .ended(let ending): return .failed(ending.line)
        }
    }
}
