import Glibc

/// Runs a worker and sees it to its end.
public enum WorkerSupervisor {
    /// Starts a worker, delivers its frames while it runs, and returns when it has been reaped and
    /// no process of its group is left to run.
    ///
    /// The worker begins as a copy of this process: what this one has read and decided is there already,
    /// and what it does to its memory is its own.
    ///
    /// The calling thread is blocked meanwhile, and must be: Linux kills the worker when the
    /// *thread* that started it ends. Killing this process therefore kills the worker, though not a
    /// process which a plugin forked. A process that a plugin has moved to another group
    /// survives as well; it is not waited for.
    ///
    /// A worker with more than ``ThreadWatch/limit`` threads is killed.
    ///
    /// - Parameters:
    ///   - timeoutNanoseconds: wall-clock limit after which the worker is asked to end with what it has,
    ///     250 ms later its group gets SIGTERM and after as long SIGKILL; `nil` for none.
    ///   - callLimit: the worker ends with what it has after this call of the host.
    ///   - wanted: kinds of frames that the worker may send beside phases, lines, results and failures; it is killed
    ///     for another.
    ///   - interruption: when it comes, the worker is asked to end as after its time.
    ///   - onFrame: called on this thread for each frame; the worker's time runs on meanwhile.
    ///   - body: what the worker does; it comes to ``WorkerStart/adopt()`` first.
    /// - Throws: ``WorkerError`` `systemCallFailed`. However the worker ends is no error but the report's
    ///   ``WorkerReport/ending``.
    ///
    /// Corresponds to fork(2), poll(2), kill(2) and waitid(2).
    public static func run(
        timeoutNanoseconds: UInt64? = nil,
        callLimit: UInt64 = .max,
        wanted: Set<WorkerFrame.Kind> = [],
        interruption: Interruption? = nil,
        onFrame: (WorkerFrame) -> Void,
        body: (WorkerStart) -> Never
    ) throws(WorkerError) -> WorkerReport {
        var watch = try WorkerWatch(
            timeoutNanoseconds: timeoutNanoseconds, callLimit: callLimit, wanted: wanted, body: body)
        while try !watch.look(onFrame: onFrame) {
            do {
                if let signal = try WorkerWatch.wait(for: [watch], or: interruption) {
                    watch.interrupt(by: signal)
                }
            } catch {
                watch.abandon()
                throw error
            }
        }
        return try watch.finish(onFrame: onFrame)
    }
}

/// Corresponds to clock_gettime(2) with `CLOCK_MONOTONIC`, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
