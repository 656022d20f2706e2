import Glibc

/// Runs workers and sees each of them to its end.
public enum WorkerSupervisor {
    /// Starts a worker, delivers its frames while it runs, and returns when it has been reaped and
    /// no process of its group is left to run.
    ///
    /// The calling thread is blocked meanwhile, and must be: Linux kills the worker when the
    /// *thread* that started it ends. Killing this process therefore kills the worker, though not a
    /// process which a plugin forked. A process that a plugin has moved to another group
    /// survives as well; it is not waited for.
    ///
    /// - Parameters:
    ///   - executable: path; by default this program, which must then come to
    ///     ``WorkerChannel/adopt()``.
    ///   - arguments: those after the program's name.
    ///   - environment: variables added to this process's own.
    ///   - timeoutNanoseconds: wall-clock limit after which the worker is asked to end with what it has,
    ///     250 ms later its group gets SIGTERM and after as long SIGKILL; `nil` for none.
    ///   - callLimit: the worker ends with what it has behind this call of the host.
    ///   - onFrame: called on this thread for each frame; the worker's time runs on meanwhile.
    ///   - interruption: when it comes, the worker is asked to end as after its time.
    /// - Throws: ``WorkerError``: `spawnFailed` or `systemCallFailed`. However the worker ends is
    ///   no error but the report's ``WorkerReport/ending``.
    ///
    /// Corresponds to posix_spawn(3), poll(2), kill(2) and waitid(2).
    public static func run(
        executable: String = "/proc/self/exe",
        arguments: [String],
        environment: [String: String] = [:],
        timeoutNanoseconds: UInt64? = nil,
        callLimit: UInt64 = .max,
        interruption: Interruption? = nil,
        onFrame: (WorkerFrame) -> Void
    ) throws(WorkerError) -> WorkerReport {
        try run(
            executable: executable, arguments: arguments, environment: environment,
            timeoutNanoseconds: timeoutNanoseconds, callLimit: callLimit, interrupt: noInterrupt,
            interruption: interruption, onFrame: onFrame)
    }

    /// A descriptor that never becomes readable.
    static let noInterrupt: Int32 = -1

    /// The same, but the group is killed as soon as the descriptor `interrupt` becomes readable or the
    /// other end of its pipe is closed.
    static func run(
        executable: String, arguments: [String], environment: [String: String],
        timeoutNanoseconds: UInt64?, callLimit: UInt64 = .max, interrupt: Int32,
        interruption: Interruption? = nil, onFrame: (WorkerFrame) -> Void
    ) throws(WorkerError) -> WorkerReport {
        var environment = environment
        environment[WorkerChannel.descriptorVariable] = String(SpawnedWorker.channelDescriptor)
        environment[WorkerChannel.parentVariable] = String(getpid())
        // A crashing worker would spend longer on printing its backtrace than on most runs.
        environment["SWIFT_BACKTRACE"] = "enable=no"

        let recorder = try FlightRecorder(callLimit: callLimit)
        let scratch = try ScratchFolder()
        environment[ScratchFolder.variable] = scratch.path
        environment["TMPDIR"] = scratch.path

        let started = monotonicNanoseconds()
        let worker = try SpawnedWorker(
            executable: executable, arguments: arguments, environment: environment,
            recorder: recorder.descriptor)
        var watch = WorkerWatch(
            worker, recorder: recorder, started: started, timeoutNanoseconds: timeoutNanoseconds,
            interrupt: interrupt, interruption: interruption)
        return try withExtendedLifetime(scratch) { () throws(WorkerError) in
            try watch.run(onFrame: onFrame)
        }
    }
}

/// Corresponds to clock_gettime(2) with `CLOCK_MONOTONIC`, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
