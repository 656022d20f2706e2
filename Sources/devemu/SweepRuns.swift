import Glibc
import Measurement
import PluginHost
import Reporting
import ResultStore
import Sweeps
import WorkerProcess

/// The runs of a plan, or of one of its shards, that a store does not have: each is made in a worker process and
/// recorded when it ends.
final class SweepRuns {
    private let plan: PlanFile
    private let shard: Shard
    private let store: ResultStore
    private let workers: WorkerOptions
    private let sandboxing: SandboxOptions
    /// What tells apart who makes runs: `host pid`.
    private let worker: String
    private let host: String

    /// How far a plan, or its shard, is.
    struct Tally {
        /// Runs of the plan or its shard, and those of them that were in the store before.
        var planned = 0
        var known = 0
        var satisfied = 0
        var unsatisfied = 0
        /// Runs whose plugins crashed, hung, failed or were refused.
        var failed = 0
        /// The first of them, in a line.
        var firstFailure: String?
        /// Runs whose processes somebody else killed: nothing is known of them.
        var lost = 0
        /// The signal that ended it.
        var signal: Int32?

        var made: Int { satisfied + unsatisfied + failed }
        var left: Int { planned - known - made }
    }

    private struct RunInFlight {
        let run: PlannedRun
        let plan: RunPlan
        let started: ContinuousClock.Instant
        let time: String
    }

    init(
        _ plan: PlanFile, shard: Shard, into store: ResultStore, workers: WorkerOptions,
        sandboxing: SandboxOptions
    ) {
        self.plan = plan
        self.shard = shard
        self.store = store
        self.workers = workers
        self.sandboxing = sandboxing
        host = HostName.current
        worker = "\(host) \(getpid())"
    }

    /// Makes what is left.
    ///
    /// - Throws: ``CommandFailure`` for a plan or a store that cannot be used; what was recorded before stays.
    func execute() throws -> Tally {
        var tally = Tally()
        try sandboxing.prepare()
        let lost = Dictionary(
            try store.takeLostRuns().map { ($0.hash, $0) }, uniquingKeysWith: { first, _ in first })
        // The whole plan is read once before anything runs: it says nothing until it is known to be whole.
        try plan.forEachRun { run in
            guard shard.contains(run: run.number) else { return }
            tally.planned += 1
            if try store.isFinished(run.hash) { tally.known += 1 }
            if let lost = lost[run.hash] { Self.tell(run, lost) }
        }
        let stored = try store.add(plan.header)
        let interruption = try Interruption()
        var progress = ProgressLine(command: "sweep run", total: tally.planned - tally.known)
        defer { progress.erase() }
        var runs = try plan.runs()
        var inFlight: [Int: RunInFlight] = [:]
        var failure: (any Error)?
        /// Claims the next run that the store does not have.
        func next() -> Int? {
            do {
                while failure == nil, let run = try runs.next() {
                    guard shard.contains(run: run.number) else { continue }
                    let time = Timestamp.now
                    guard try store.claim(run, of: stored, worker: worker, since: time) else { continue }
                    inFlight[run.number] = RunInFlight(
                        run: run, plan: try plan.plan(of: run), started: .now, time: time)
                    return run.number
                }
            } catch {
                failure = error
            }
            return nil
        }
        if tally.known < tally.planned { WorkerRuns.warmUp() }
        let pool = WorkerPool(width: workers.width, timeoutNanoseconds: UInt64(workers.timeout * 1e9))
        tally.signal = try pool.run(next: next, interruption: interruption) { number, start in
            Worker.main(start) {
                guard let run = inFlight[number]?.plan.run else {
                    throw CommandFailure(.internalError, "a worker without a run")
                }
                return Worker.Task(
                    run: run, sandbox: try self.sandboxing.sandbox(for: run, timeout: self.workers.timeout))
            }
        } onCompletion: { completion in
            guard let ended = inFlight.removeValue(forKey: completion.job) else { return .goOn }
            do {
                try self.record(completion, of: ended, in: stored, &tally)
                progress.update(done: tally.made)
                return .goOn
            } catch {
                failure = error
                return .killOthers
            }
        }
        // Of runs that were killed nothing is known, and somebody else may make them.
        for run in inFlight.values.sorted(by: { $0.run.number < $1.run.number }) {
            try? store.release(run.run)
        }
        if let failure { throw failure }
        return tally
    }

    private static func tell(_ run: PlannedRun, _ lost: ResultStore.RunInFlight) {
        Terminal.note(
            "run \(run.number) (\(name(run))) was lost with process \(Human.printable(lost.worker)), "
                + "begun \(lost.since)\n")
    }

    private static func name(_ run: PlannedRun) -> String {
        let values = run.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return Human.printable(
            (values + [run.strategy ?? "as-asked", "seed \(run.seed)"]).joined(separator: ", "))
    }

    /// Records what came of a run.
    private func record(
        _ completion: WorkerPool.Completion, of ended: RunInFlight, in stored: ResultStore.Plan,
        _ tally: inout Tally
    ) throws {
        let (record, exit) = try Self.result(of: completion, plan: ended.plan)
        guard record.outcome.name != .lost else {
            tally.lost += 1
            Terminal.note(
                "run \(ended.run.number) (\(Self.name(ended.run))) was lost: \(record.outcome.text)\n")
            return try store.release(ended.run)
        }
        let wall = (ContinuousClock.Instant.now - ended.started).components
        try store.record(
            record, of: ended.run, in: stored, exit: exit,
            by: ResultStore.Provenance(
                version: Devemu.version, host: host, worker: worker, started: ended.time,
                wallNanoseconds: UInt64(wall.seconds) * 1_000_000_000
                    + UInt64(wall.attoseconds / 1_000_000_000)))
        switch exit {
        case 0: tally.satisfied += 1
        case ExitStatus.unsatisfied.rawValue: tally.unsatisfied += 1
        default:
            tally.failed += 1
            tally.firstFailure = tally.firstFailure ?? "run \(ended.run.number): \(record.outcome.text)"
        }
    }

    /// The record of a run, whatever became of it, and the code with which 'devemu run' would have ended.
    private static func result(
        of completion: WorkerPool.Completion, plan: RunPlan
    ) throws -> (RunRecord, Int32) {
        let report = try completion.report.get()
        var record = plan.run.emptyRecord
        switch report.ending {
        case .finished:
            guard let bytes = completion.result, let whole = try? JSONText.decode(RunRecord.self, from: bytes)
            else { throw CommandFailure(.internalError, "a worker's record cannot be read") }
            record = whole
        case .failed(ExitStatus.internalError.rawValue, let message):
            throw CommandFailure(.internalError, message)
        case .failed(let code, let message):
            record.outcome = RunOutcome(
                code == ExitStatus.runFailed.rawValue ? .pluginError : .refused, text: message)
            return (record, code)
        case .exited, .signalled, .timedOut, .garbled, .interrupted:
            record.outcome = RunEnding(report, of: plan.run, called: plan.name).outcome
            record.outcome.keepsResults = false
        }
        record.sandbox = Confinement.record(report.flight.confinement)
        guard record.outcome.name == .ok else { return (record, ExitStatus.runFailed.rawValue) }
        return (record, record.satisfied ? 0 : ExitStatus.unsatisfied.rawValue)
    }
}

/// The name of this machine.
enum HostName {
    static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The time of day in UTC, as ISO 8601 has it.
enum Timestamp {
    static var now: String {
        var seconds = time(nil)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
