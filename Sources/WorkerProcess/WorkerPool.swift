import Glibc
internal import Synchronization

/// Runs many jobs in worker processes, several at a time.
///
/// Every job is the same command line with an environment of its own. Each worker is started and watched
/// by a thread that takes the next job only when its worker has been reaped, because a worker does not
/// outlive the thread that started it.
public struct WorkerPool: Sendable {
    /// A job whose worker has ended.
    public struct Completion: Sendable {
        /// 0 ..< the number of jobs.
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

    private let executable: String
    private let arguments: [String]
    private let timeoutNanoseconds: UInt64?
    private let width: Int

    /// - Parameters:
    ///   - width: workers at a time, 1 or more.
    ///   - executable, arguments, timeoutNanoseconds: of each worker, as for
    ///     ``WorkerSupervisor/run(executable:arguments:environment:timeoutNanoseconds:onFrame:)``.
    public init(
        width: Int, executable: String = "/proc/self/exe", arguments: [String],
        timeoutNanoseconds: UInt64? = nil
    ) {
        self.width = max(width, 1)
        self.executable = executable
        self.arguments = arguments
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// Runs each job once; returns when every worker that was started has been reaped.
    ///
    /// - Parameters:
    ///   - jobs: the variables that each job's worker has beside this process's own.
    ///   - onCompletion: called on the calling thread, for one job after the other in the order in which
    ///     they ended. The other workers run on meanwhile; the place of the ended one is filled afterwards.
    /// - Throws: ``WorkerError`` `systemCallFailed` when there can be no pipe or not a single thread. That
    ///   a worker cannot be started is its job's ``Completion/report``.
    ///
    /// Corresponds to pthread_create(3) and sem_wait(3).
    public func run(
        _ jobs: [[String: String]], onCompletion: (Completion) -> Decision
    ) throws(WorkerError) {
        let stop = try Pipe()
        let queue = JobQueue(jobs)
        var threads: [pthread_t] = []
        for _ in 0..<min(width, jobs.count) {
            let interrupt = stop.reading.number
            do {
                threads.append(try startThread { work(through: queue, interrupt: interrupt) })
            } catch {
                // With fewer threads it only takes longer.
                if threads.isEmpty { throw error }
                break
            }
        }
        var isDelivering = true
        var active = threads.count
        while active > 0 {
            guard let delivery = queue.nextDelivery() else {
                active -= 1
                continue
            }
            // Its thread waits for this: no job starts in the place of one that is not decided on.
            defer { delivery.isDecided.signal() }
            guard isDelivering else { continue }
            switch onCompletion(delivery.completion) {
            case .goOn: break
            case .startNoMore: queue.close()
            case .killOthers:
                isDelivering = false
                queue.close()
                stop.writing.close()
            }
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// The life of one thread: job after job until there is none.
    private func work(through queue: JobQueue, interrupt: Int32) {
        let isDecided = Semaphore()
        while let (job, environment) = queue.takeJob() {
            var result: [UInt8]?
            var lines: [String] = []
            let report = Result { () throws(WorkerError) in
                try WorkerSupervisor.run(
                    executable: executable, arguments: arguments, environment: environment,
                    timeoutNanoseconds: timeoutNanoseconds, interrupt: interrupt
                ) { frame in
                    switch frame {
                    case .log(_, let message):
                        lines.append(message)
                        if lines.count >= 2 * Self.lineLimit { lines.removeFirst(Self.lineLimit) }
                    case .result(let bytes): result = bytes
                    case .phase, .failure, .trace, .kernelTrace, .state: break
                    }
                }
            }
            let completion = Completion(
                job: job, report: report, result: result, lines: lines.suffix(Self.lineLimit))
            queue.deliver((completion, isDecided))
            isDecided.wait()
        }
        queue.deliver(nil)
    }
}

/// What the threads of a pool share: jobs on the way out, completions on the way back.
private final class JobQueue: Sendable {
    typealias Delivery = (completion: WorkerPool.Completion, isDecided: Semaphore)

    private struct State {
        var waiting: ArraySlice<(job: Int, environment: [String: String])>
        /// Nil is a thread that has ended.
        var deliveries: [Delivery?] = []
    }

    private let state: Mutex<State>
    private let delivered = Semaphore()

    init(_ jobs: [[String: String]]) {
        let numbered = jobs.enumerated().map { (job: $0.offset, environment: $0.element) }
        state = Mutex(State(waiting: numbered[...]))
    }

    func takeJob() -> (job: Int, environment: [String: String])? {
        state.withLock { $0.waiting.popFirst() }
    }

    /// No job is handed out after this.
    func close() {
        state.withLock { $0.waiting = [] }
    }

    func deliver(_ delivery: Delivery?) {
        state.withLock { $0.deliveries.append(delivery) }
        delivered.signal()
    }

    func nextDelivery() -> Delivery? {
        delivered.wait()
        return state.withLock { $0.deliveries.removeFirst() }
    }
}

/// Counts signals that nobody has waited for yet. Corresponds to sem_init(3).
private final class Semaphore: Sendable {
    // A semaphore is made for several threads, and must stay where it was initialised.
    nonisolated(unsafe) private let memory: UnsafeMutablePointer<sem_t>

    init() {
        memory = .allocate(capacity: 1)
        sem_init(memory, 0, 0)
    }

    deinit {
        sem_destroy(memory)
        memory.deallocate()
    }

    func signal() { sem_post(memory) }

    func wait() {
        while sem_wait(memory) != 0 && errno == EINTR {}
    }
}

/// Starts a thread that must be joined.
private func startThread(_ body: @escaping @Sendable () -> Void) throws(WorkerError) -> pthread_t {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    guard failure == 0 else {
        box.release()
        throw .systemCall("pthread_create", errorNumber: failure)
    }
    return thread
}
