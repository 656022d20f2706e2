import Glibc

/// The supervision of one worker, from its start until it is reaped.
struct WorkerWatch {
    /// Between asking the worker to end, asking its group and killing that, in nanoseconds.
    private static let grace: UInt64 = 250_000_000
    /// Enough for the 1 MiB that an unprivileged process can leave in a pipe.
    private static let drainRounds = 16
    /// Between two looks into the scratch folder, in nanoseconds.
    private static let scratchInterval: UInt64 = 250_000_000

    private let worker: ForkedWorker
    private let recorder: FlightRecorder
    /// Goes when the worker has gone.
    private let scratch: ScratchFolder
    private let timeoutNanoseconds: UInt64?
    /// Instants of the monotonic clock, in nanoseconds; `nil` when not due at all.
    private var deadline: UInt64?
    private var termTime: UInt64?
    private var killTime: UInt64?
    private var scratchTime: UInt64
    private var scratchExcess: String?

    private var threads = ThreadWatch()
    private var evidence = WorkerEvidence()
    private var decoder = FrameDecoder()
    private var budget: FrameBudget
    private var output = CapturedBytes()
    private var errors = CapturedBytes()
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Starts the worker as a copy of this process; see ``WorkerSupervisor``.
    init(
        timeoutNanoseconds: UInt64?, callLimit: UInt64, wanted: Set<WorkerFrame.Kind>,
        body: (WorkerStart) -> Never
    ) throws(WorkerError) {
        try self.init(timeoutNanoseconds: timeoutNanoseconds, callLimit: callLimit, wanted: wanted) {
            (recorder, scratch) throws(WorkerError) in
            try ForkedWorker(recorder: recorder, scratch: scratch, body: body)
        }
    }

    /// Has a zygote start the worker.
    init(timeoutNanoseconds: UInt64?, zygote: Zygote, payload: [UInt8]) throws(WorkerError) {
        try self.init(timeoutNanoseconds: timeoutNanoseconds, callLimit: .max, wanted: []) {
            (recorder, scratch) throws(WorkerError) in
            try ForkedWorker(recorder: recorder, scratch: scratch, zygote: zygote, payload: payload)
        }
    }

    private init(
        timeoutNanoseconds: UInt64?, callLimit: UInt64, wanted: Set<WorkerFrame.Kind>,
        start: (Descriptor, ScratchFolder) throws(WorkerError) -> ForkedWorker
    ) throws(WorkerError) {
        self.timeoutNanoseconds = timeoutNanoseconds
        budget = FrameBudget(wanted: wanted)
        recorder = try FlightRecorder(callLimit: callLimit)
        scratch = try ScratchFolder()
        let started = monotonicNanoseconds()
        scratchTime = started + Self.scratchInterval
        worker = try start(recorder.descriptor, scratch)
        deadline = timeoutNanoseconds.map { limit in
            let (sum, overflow) = started.addingReportingOverflow(limit)
            return overflow ? .max : sum
        }
    }

    /// Takes what the worker has sent by now and holds it to its limits.
    ///
    /// - Returns: whether it has exited; then ``finish(onFrame:)`` is next.
    mutating func look(onFrame: (WorkerFrame) -> Void) throws(WorkerError) -> Bool {
        try orAbandon { (watch) throws(WorkerError) in
            _ = try watch.readOnce(onFrame: onFrame)
            guard try !watch.worker.hasExited() else { return true }
            watch.enforceLimits(now: monotonicNanoseconds())
            return false
        }
    }

    /// Collects what a worker has left that has exited, or was killed, and reaps it.
    mutating func finish(onFrame: (WorkerFrame) -> Void) throws(WorkerError) -> WorkerReport {
        try orAbandon { (watch) throws(WorkerError) in
            // Before reaping, because the zombie keeps the group's id from being reused.
            watch.worker.signalGroup(SIGKILL)
            try watch.drain(onFrame: onFrame)
        }
        evidence.status = try worker.reap()
        evidence.pendingByteCount = decoder.pendingByteCount
        evidence.streamOffset = decoder.offset
        return WorkerReport(
            ending: evidence.ending, lastPhase: evidence.lastPhase, standardOutput: output.text,
            standardError: errors.text, flight: recorder.report, scratchExcess: scratchExcess,
            excessThreads: threads.excess)
    }

    /// Asks the worker to end because this process got a signal.
    mutating func interrupt(by signal: Int32) {
        evidence.interruptedBy = signal
        askToEnd(now: monotonicNanoseconds())
    }

    /// Kills and reaps a worker of which nothing more is wanted.
    func abandon() {
        worker.signalGroup(SIGKILL)
        _ = try? worker.reap()
    }

    private mutating func orAbandon<Value>(
        _ body: (inout WorkerWatch) throws(WorkerError) -> Value
    ) throws(WorkerError) -> Value {
        do {
            return try body(&self)
        } catch {
            // Without a child (SIGCHLD is ignored) its id may be another's by now.
            if error.context.errorNumber != ECHILD { abandon() }
            throw error
        }
    }

    private mutating func enforceLimits(now: UInt64) {
        if scratchExcess == nil, now >= scratchTime {
            scratchTime = now + Self.scratchInterval
            scratchExcess = scratch.excess
            if scratchExcess != nil { worker.signalGroup(SIGKILL) }
        }
        if threads.findsExcess(in: worker.process, now: now) { worker.signalGroup(SIGKILL) }
        if let deadline, now >= deadline {
            self.deadline = nil
            evidence.exceeded = timeoutNanoseconds
            askToEnd(now: now)
        }
        if let termTime, now >= termTime {
            self.termTime = nil
            worker.signalGroup(SIGTERM)
            killTime = min(killTime ?? .max, now + Self.grace)
        }
        if let killTime, now >= killTime {
            self.killTime = nil
            evidence.killedForClosedChannel = evidence.exceeded == nil
            worker.signalGroup(SIGKILL)
        }
    }

    /// Sleeps until a pipe of a worker has something, one exits, a limit is due or a signal comes.
    ///
    /// - Parameter end: an instant at which to wake in any case, in nanoseconds of the monotonic clock.
    /// - Returns: the signal.
    static func wait(
        for watches: some Sequence<WorkerWatch>, or interruption: Interruption?, until end: UInt64? = nil
    ) throws(WorkerError) -> Int32? {
        var entries = [pollfd(fd: interruption?.descriptor.number ?? -1, events: Int16(POLLIN), revents: 0)]
        var due = end ?? .max
        for watch in watches {
            let worker = watch.worker
            for pipe in [worker.channel, worker.standardOutput, worker.standardError, worker.exit] {
                entries.append(pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0))
            }
            due = [watch.deadline, watch.termTime, watch.killTime, watch.scratchTime]
                .reduce(due) { min($0, $1 ?? .max) }
        }
        // Also how often to look for the exit where there is no pidfd.
        var milliseconds = ThreadWatch.interval
        if due < .max {
            let now = monotonicNanoseconds()
            // Rounded up, so that the limit is over at waking.
            let rest = due > now ? (due - now - 1) / 1_000_000 + 1 : 0
            milliseconds = min(milliseconds, Int32(clamping: rest))
        }
        let ready = poll(&entries, nfds_t(entries.count), milliseconds)
        if ready < 0 && errno != EINTR { throw .systemCall("poll") }
        return ready > 0 && entries[0].revents != 0 ? interruption?.take() : nil
    }

    private mutating func askToEnd(now: UInt64) {
        recorder.askToEnd()
        termTime = min(termTime ?? .max, now + Self.grace)
    }

    /// At most one buffer from each pipe, so that no flood keeps the limits from being looked at.
    ///
    /// - Returns: the number of bytes.
    private mutating func readOnce(onFrame: (WorkerFrame) -> Void) throws(WorkerError) -> Int {
        try readChannel(onFrame: onFrame)
            + Self.read(worker.standardOutput, into: &output, through: &buffer)
            + Self.read(worker.standardError, into: &errors, through: &buffer)
    }

    /// Takes what the dead worker left in the pipes. The end of file is not waited for: a process
    /// that escaped the group may hold the pipes, or even keep writing.
    private mutating func drain(onFrame: (WorkerFrame) -> Void) throws(WorkerError) {
        for _ in 0..<Self.drainRounds where try readOnce(onFrame: onFrame) == 0 { break }
        for pipe in [worker.channel, worker.standardOutput, worker.standardError] { pipe.close() }
    }

    /// Reads once and closes at the end of file; returns the number of bytes.
    private static func read(
        _ source: Descriptor, into target: inout CapturedBytes, through buffer: inout [UInt8]
    ) throws(WorkerError) -> Int {
        guard source.isOpen else { return 0 }
        switch try source.read(into: &buffer) {
        case .bytes(let count):
            target.append(buffer[..<count])
            return count
        case .nothingYet: return 0
        case .end:
            source.close()
            return 0
        }
    }

    private mutating func readChannel(onFrame: (WorkerFrame) -> Void) throws(WorkerError) -> Int {
        guard worker.channel.isOpen else { return 0 }
        switch try worker.channel.read(into: &buffer) {
        case .bytes(let count):
            decoder.feed(buffer[..<count])
            deliverFrames(onFrame: onFrame)
            return count
        case .nothingYet: return 0
        case .end:
            worker.channel.close()
            // An exiting worker closes its channel a moment before it is seen to have exited.
            if !evidence.isComplete {
                killTime = min(killTime ?? .max, monotonicNanoseconds() + Self.grace)
            }
            return 0
        }
    }

    private mutating func deliverFrames(onFrame: (WorkerFrame) -> Void) {
        do throws(WorkerError) {
            while let frame = try decoder.next() {
                try budget.spend(frame.kind, size: frame.payloadSize, offset: decoder.offset)
                guard evidence.note(frame) else {
                    throw WorkerError(.repeatedPhase, offset: decoder.offset)
                }
                onFrame(frame)
            }
        } catch {
            evidence.streamFault = error
            // Nothing the worker still says can be believed.
            worker.channel.close()
            worker.signalGroup(SIGKILL)
        }
    }
}
