import Glibc

/// Runs many jobs, each in a worker process of its own, several at a time, which a zygote starts.
///
/// One thread forks the zygote and watches all workers.
public struct WorkerPool: Sendable {
    /// A job whose worker has ended.
    public struct Completion: Sendable {
        /// Its number.
        public let job: Int
        /// How the worker ended, or why there was none.
        public let report: Result<WorkerReport, WorkerError>
        /// The bytes of the last result; only an ending of ``WorkerEnding/finished`` makes them complete.
        public let result: [UInt8]?
        /// The last lines for the user, at most ``WorkerPool/lineLimit``.
        public let lines: [String]
    }

    /// What is to become of the other jobs.
    public enum Decision: Sendable {
        case goOn
        /// No further job starts; those that run are waited for and still delivered.
        case startNoMore
        /// No further job starts, those that run are killed, and nothing more is delivered.
        case killOthers
    }

    /// Lines kept of a job.
    public static let lineLimit = 100

    private let timeoutNanoseconds: UInt64?
    private let width: Int

    /// - Parameters:
    ///   - width: workers at a time, 1 or more.
    ///   - timeoutNanoseconds: of each worker, as for
    ///     ``WorkerSupervisor/run(timeoutNanoseconds:callLimit:wanted:interruption:onFrame:body:)``.
    public init(width: Int, timeoutNanoseconds: UInt64? = nil) {
        self.width = max(width, 1)
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// Something that a worker is to do.
    public struct Job: Sendable {
        /// What tells it apart from the others.
        public let number: Int
        /// What the zygote's worker is handed.
        public let payload: [UInt8]

        public init(number: Int, payload: [UInt8]) {
            self.number = number
            self.payload = payload
        }
    }

    /// Runs each of `count` jobs once, in their order; else as
    /// ``run(next:interruption:onInterruption:body:onCompletion:)``.
    @discardableResult
    public func run(
        _ count: Int, interruption: Interruption? = nil, onInterruption: (_ running: Int) -> Void = { _ in },
        body: (Int, WorkerStart) -> Never, onCompletion: (Completion) -> Decision
    ) throws(WorkerError) -> Int32? {
        var waiting = 0..<count
        return try run(
            next: { waiting.popFirst() }, interruption: interruption, onInterruption: onInterruption,
            body: body,
            onCompletion: onCompletion)
    }

    /// Runs jobs by a zygote of its own that is forked now; else as
    /// ``run(from:next:interruption:onInterruption:onCompletion:)``.
    ///
    /// - Parameters:
    ///   - next: the number of the next job; nil when there are no more.
    ///   - body: what the worker of a job does.
    @discardableResult
    public func run(
        next: () -> Int?, interruption: Interruption? = nil,
        onInterruption: (_ running: Int) -> Void = { _ in }, body: (Int, WorkerStart) -> Never,
        onCompletion: (Completion) -> Decision
    ) throws(WorkerError) -> Int32? {
        let zygote = try Zygote { payload, start in
            body(payload.reversed().reduce(0) { $0 << 8 | Int($1) }, start)
        }
        return try run(
            from: zygote,
            next: {
                next().map { number in
                    Job(number: number, payload: withUnsafeBytes(of: number.littleEndian) { Array($0) })
                }
            }, interruption: interruption, onInterruption: onInterruption, onCompletion: onCompletion)
    }

    /// Between a signal and the end of the workers that run, in nanoseconds.
    private static let grace: UInt64 = 400_000_000

    /// Runs jobs as long as there are some; returns when every worker that was started has been reaped.
    ///
    /// - Parameters:
    ///   - zygote: starts the workers.
    ///   - next: the next job, called when there is a place for it; nil when there is none, until another ends.
    ///   - interruption: when it comes, no further job starts; when it comes again, or 400 ms later, those that run
    ///     are killed and not delivered.
    ///   - onInterruption: called when it comes first, with the number of those that run.
    ///   - onCompletion: called for one job after the other in the order in which they ended. The other
    ///     workers run on meanwhile; the place of the ended one is filled afterwards.
    /// - Returns: the signal that interrupted, if one did.
    /// - Throws: ``WorkerError`` `systemCallFailed` when workers cannot be watched. That one cannot be
    ///   started is its job's ``Completion/report``.
    @discardableResult
    public func run(
        from zygote: Zygote, next: () -> Job?, interruption: Interruption? = nil,
        onInterruption: (_ running: Int) -> Void = { _ in }, onCompletion: (Completion) -> Decision
    ) throws(WorkerError) -> Int32? {
        var running: [RunningJob] = []
        var isOpen = true
        var signal: Int32?
        var end: UInt64?
        func stop(by caught: Int32) {
            signal = caught
            isOpen = false
            end = monotonicNanoseconds() + Self.grace
            onInterruption(running.count)
        }
        func killAll() {
            for job in running { job.watch.abandon() }
            running = []
        }
        /// Whether there is still something to do.
        func deliver(_ completion: Completion) -> Bool {
            switch onCompletion(completion) {
            case .goOn: break
            case .startNoMore: isOpen = false
            case .killOthers:
                isOpen = false
                killAll()
            }
            return isOpen || !running.isEmpty
        }
        while true {
            while isOpen, running.count < width {
                if let caught = interruption?.take() { stop(by: caught) }
                guard isOpen, let job = next() else { break }
                do throws(WorkerError) {
                    let watch = try WorkerWatch(
                        timeoutNanoseconds: timeoutNanoseconds, zygote: zygote, payload: job.payload)
                    running.append(RunningJob(job: job.number, watch: watch))
                } catch {
                    let report = Result<WorkerReport, WorkerError>.failure(error)
                    _ = deliver(Completion(job: job.number, report: report, result: nil, lines: []))
                }
            }
            guard !running.isEmpty else { return signal }
            do {
                if let caught = try WorkerWatch.wait(
                    for: running.lazy.map(\.watch), or: interruption, until: end)
                {
                    guard signal == nil else {
                        killAll()
                        return caught
                    }
                    stop(by: caught)
                }
            } catch {
                killAll()
                throw error
            }
            for job in running {
                guard let completion = job.completion() else { continue }
                running.removeAll { $0 === job }
                guard deliver(completion) else { return signal }
            }
            if let end, monotonicNanoseconds() >= end {
                killAll()
                return signal
            }
        }
    }
}

/// A job and its worker.
private final class RunningJob {
    let job: Int
    var watch: WorkerWatch
    private let kept = Kept()

    /// What it said until now.
    private final class Kept {
        var result: [UInt8]?
        var lines: [String] = []
    }

    init(job: Int, watch: WorkerWatch) {
        self.job = job
        self.watch = watch
    }

    /// Looks after the worker; not nil when it has ended.
    func completion() -> WorkerPool.Completion? {
        let kept = kept
        let onFrame: (WorkerFrame) -> Void = { frame in
            switch frame {
            case .log(_, let message):
                kept.lines.append(message)
                if kept.lines.count >= 2 * WorkerPool.lineLimit {
                    kept.lines.removeFirst(WorkerPool.lineLimit)
                }
            case .result(let bytes): kept.result = bytes
            case .phase, .failure, .trace, .kernelTrace, .state: break
            }
        }
        let report: Result<WorkerReport, WorkerError>
        do throws(WorkerError) {
            guard try watch.look(onFrame: onFrame) else { return nil }
            report = .success(try watch.finish(onFrame: onFrame))
        } catch {
            report = .failure(error)
        }
        return WorkerPool.Completion(
            job: job, report: report, result: kept.result, lines: kept.lines.suffix(WorkerPool.lineLimit))
    }
}
