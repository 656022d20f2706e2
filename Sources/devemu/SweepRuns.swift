import Glibc
import Measurement
import PluginHost
import Reporting
import ResultStore
import Sweeps
import TextSupport
import WorkerProcess

/// The runs of a plan, or of one of its shards, that a store does not have: each is made in a worker process and
/// recorded when it ends.
final class SweepRuns {
    private let plan: PlanFile
    private let shard: Shard
    private let store: ResultStore
    private let workers: WorkerOptions
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
        /// How often it was begun, this time included.
        var attempts = 1
        let started: ContinuousClock.Instant
        let time: String
    }

    /// Starts the workers.
    private let zygote: Zygote

    /// Forks what starts the workers of a sweep. To be called before a store is opened, which workers must not have.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be started.
    static func zygote(
        of plan: PlanFile, workers: WorkerOptions, sandboxing: SandboxOptions
    ) throws(CommandFailure) -> Zygote {
        try sandboxing.prepare()
        do {
            return try Zygote {
                WorkerRuns.warmUp()
                var runs = try? plan.runs()
                if let first = (try? runs?.next()) ?? nil { _ = try? plan.plan(of: first) }
            } body: { payload, start in
                Worker.main(start) {
                    let run = try plan.plan(of: JSONText.decode(PlannedRun.self, from: payload)).run
                    return Worker.Task(
                        run: run, sandbox: try sandboxing.sandbox(for: run, timeout: workers.timeout))
                }
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// - Parameter zygote: made by ``zygote(of:workers:sandboxing:)`` before the store was opened.
    init(
        _ plan: PlanFile, shard: Shard, into store: ResultStore, workers: WorkerOptions, zygote: Zygote
    ) {
        self.plan = plan
        self.shard = shard
        self.store = store
        self.workers = workers
        self.zygote = zygote
        host = HostName.current
        worker = "\(host) \(getpid())"
    }

    /// Makes what is left.
    ///
    /// - Throws: ``CommandFailure`` for a plan or a store that cannot be used; what was recorded before stays.
    func execute() throws -> Tally {
        var tally = Tally()
        let lost = Dictionary(
            try store.takeLostRuns().map { ($0.hash, $0) }, uniquingKeysWith: { first, _ in first })
        // The whole plan is read once before anything runs: it says nothing until it is known to be whole.
        try plan.forEachRun { run in
            guard isPlanned(run) else { return }
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
        var again: [RunInFlight] = []
        var isAtEnd = false
        /// Claims the next run that the store does not have.
        func next() -> WorkerPool.Job? {
            do {
                if failure == nil, let run = again.popLast() {
                    inFlight[run.run.number] = run
                    return WorkerPool.Job(number: run.run.number, payload: try JSONText.line(run.run))
                }
                while failure == nil, !isAtEnd {
                    guard let run = try runs.next() else {
                        isAtEnd = true
                        break
                    }
                    guard isPlanned(run) else { continue }
                    let time = Timestamp.now
                    guard try store.claim(run, of: stored, worker: worker, since: time) else { continue }
                    inFlight[run.number] = RunInFlight(
                        run: run, plan: try plan.plan(of: run), started: .now, time: time)
                    return WorkerPool.Job(number: run.number, payload: try JSONText.line(run))
                }
            } catch {
                failure = error
            }
            return nil
        }
        let pool = WorkerPool(width: workers.width, timeoutNanoseconds: UInt64(workers.timeout * 1e9))
        do {
            tally.signal = try pool.run(
                from: zygote, next: next, interruption: interruption,
                onInterruption: { progress.interrupted(running: $0) },
                onCompletion: { completion in
                    guard let ended = inFlight.removeValue(forKey: completion.job) else { return .goOn }
                    if case .failure(let error) = completion.report {
                        // The runs that have their workers come to their end.
                        failure = failure ?? Self.failure(error)
                        inFlight[completion.job] = ended
                        return .startNoMore
                    }
                    do {
                        if try self.record(completion, of: ended, in: stored, &tally) {
                            progress.update(done: tally.made)
                        } else {
                            var run = ended
                            run.attempts += 1
                            again.append(run)
                        }
                        return .goOn
                    } catch {
                        failure = error
                        return .killOthers
                    }
                })
        } catch {
            failure = failure ?? CommandFailure(error)
        }
        // Of runs that were killed nothing is known, and somebody else may make them.
        for run in (inFlight.values + again).sorted(by: { $0.run.number < $1.run.number }) {
            try? store.release(run.run)
        }
        if let failure { throw failure }
        try store.checkIntegrity()
        return tally
    }

    private static func failure(_ error: WorkerError) -> CommandFailure {
        var failure = CommandFailure(error)
        if failure.status == .temporary {
            failure.description += "; what was recorded before is kept, and the same command goes on"
        }
        return failure
    }

    /// Whether a run is one of the shard.
    private func isPlanned(_ run: PlannedRun) -> Bool {
        shard.contains(run: run.number, inGroupsOf: plan.header.runsOfGroup)
    }

    private static func tell(_ run: PlannedRun, _ lost: ResultStore.RunInFlight) {
        Terminal.note(
            "run \(run.number) (\(name(run))) was lost with process \(Human.printable(lost.worker)), "
                + "begun \(lost.since)\n")
    }

    private static func name(_ run: PlannedRun) -> String {
        let values = run.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return Human.printable(
            (values + [run.strategy ?? Grid.asAsked, "seed \(run.seed)"]).joined(separator: ", "))
    }

    /// Records what came of a run.
    ///
    /// - Returns: false when it is to be made again, because its process was killed from nowhere.
    private func record(
        _ completion: WorkerPool.Completion, of ended: RunInFlight, in stored: ResultStore.Plan,
        _ tally: inout Tally
    ) throws -> Bool {
        let (record, exit) = try Self.result(of: completion, ended)
        guard record.outcome.name != .lost else {
            let isMadeAgain = exit != ExitStatus.temporary.rawValue && ended.attempts < RunEnding.attemptLimit
            Terminal.note(
                "run \(ended.run.number) (\(Self.name(ended.run))) was lost: "
                    + "\(Human.printable(record.outcome.text))\(isMadeAgain ? "; it is made again" : "")\n")
            guard !isMadeAgain else { return false }
            tally.lost += 1
            try store.release(ended.run)
            return true
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
        return true
    }

    /// The record of a run, whatever became of it, and the code with which 'devemu run' would have ended.
    private static func result(
        of completion: WorkerPool.Completion, _ ended: RunInFlight
    ) throws -> (RunRecord, Int32) {
        let report = try completion.report.get()
        let plan = ended.plan
        var record = plan.run.emptyRecord
        switch WorkerResult(report, result: completion.result, of: plan.run, called: plan.name) {
        case .record(let whole): record = whole
        case .failed(.internalError, let message): throw CommandFailure(.internalError, message)
        case .failed(.temporary, let message):
            record.outcome = RunOutcome(.lost, text: message)
            return (record, ExitStatus.temporary.rawValue)
        case .failed(let status, let message):
            record.outcome = RunOutcome(status == .runFailed ? .pluginError : .refused, text: message)
            return (record, status.rawValue)
        case .ended(let ending):
            record.outcome = ending.repeated(ended.attempts).outcome
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
