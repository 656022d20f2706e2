import Glibc

/// Runs many jobs, each in a worker process of its own, several at a time.
///
/// One thread starts and watches all of them: nothing else of this process may run when it makes a copy
/// of itself.
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
    ///     ``WorkerSupervisor/run(timeoutNanoseconds:callLimit:interruption:onFrame:body:)``.
    public init(width: Int, timeoutNanoseconds: UInt64? = nil) {
        self.width = max(width, 1)
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// Runs each of `count` jobs once, in their order; else as
    /// ``run(next:interruption:body:onCompletion:)``.
    public func run(
        _ count: Int, body: (Int, WorkerStart) -> Never, onCompletion: (Completion) -> Decision
    ) throws(WorkerError) {
        var waiting = 0..<count
        try run(next: { waiting.popFirst() }, body: body, onCompletion: onCompletion)
    }

    /// Runs jobs as long as there are some; returns when every worker that was started has been reaped.
    ///
    /// - Parameters:
    ///   - next: gives the next job its number when there is a place for it; nil when there are no more.
    ///   - interruption: when it comes, no further job starts; when it comes again, those that run are killed.
    ///   - onInterruption: called when it comes first, with the number of those that run.
    ///   - body: what the worker of a job does.
    ///   - onCompletion: called for one job after the other in the order in which they ended. The other
    ///     workers run on meanwhile; the place of the ended one is filled afterwards.
    /// - Returns: the signal that interrupted, if one did.
    /// - Throws: ``WorkerError`` `systemCallFailed` when workers cannot be watched. That one cannot be
    ///   started is its job's ``Completion/report``.
    @discardableResult
    public func run(
        next: () -> Int?, interruption: Interruption? = nil,
        onInterruption: (_ running: Int) -> Void = { _ in },
        body: (Int, WorkerStart) -> Never, onCompletion: (Completion) -> Decision
    ) throws(WorkerError) -> Int32? {
        var running: [RunningJob] = []
        var isOpen = true
        var signal: Int32?
        /// Whether there is still something to do.
        func deliver(_ completion: Completion) -> Bool {
            switch onCompletion(completion) {
            case .goOn: break
            case .startNoMore: isOpen = false
            case .killOthers:
                isOpen = false
                for job in running { job.watch.abandon() }
                running = []
            }
            return isOpen || !running.isEmpty
        }
        while true {
            while isOpen, running.count < width {
                signal = interruption?.take()
                if signal != nil { onInterruption(running.count) }
                guard signal == nil, let job = next() else {
                    isOpen = false
                    break
                }
                do throws(WorkerError) {
                    let watch = try WorkerWatch(
                        timeoutNanoseconds: timeoutNanoseconds, callLimit: .max, body: { body(job, $0) })
                    running.append(RunningJob(job: job, watch: watch))
                } catch {
                    let report = Result<WorkerReport, WorkerError>.failure(error)
                    _ = deliver(Completion(job: job, report: report, result: nil, lines: []))
                }
            }
            guard !running.isEmpty else { return signal }
            do {
                if let caught = try WorkerWatch.wait(for: running.lazy.map(\.watch), or: interruption) {
                    isOpen = false
                    if signal != nil { for job in running { job.watch.abandon() } }
                    guard signal == nil else { return caught }
                    signal = caught
                    onInterruption(running.count)
                }
            } catch {
                for job in running { job.watch.abandon() }
                throw error
            }
            for job in running {
                guard let completion = job.completion() else { continue }
                running.removeAll { $0 === job }
                guard deliver(completion) else { return signal }
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
