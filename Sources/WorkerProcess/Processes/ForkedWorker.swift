internal import CShims
import Glibc

/// A started worker process and the parent's ends of its pipes.
struct ForkedWorker {
    /// Number of the channel in the worker, right after the standard descriptors.
    static let channelDescriptor: Int32 = 3
    /// Number of the flight recorder in the worker.
    static let recorderDescriptor: Int32 = 4
    /// The highest descriptor that a worker is given.
    static let lastDescriptor = recorderDescriptor

    /// Process id, and id of the session and the process group which the worker leads.
    let process: pid_t
    let channel: Descriptor
    let standardOutput: Descriptor
    let standardError: Descriptor
    /// Becomes readable when the worker exits; closed where the kernel has no pidfd_open(2).
    let exit: Descriptor

    /// Starts a copy of this process in a session of its own, without a controlling terminal, with stdin empty, no
    /// blocked signals, all signal dispositions at default and no descriptor but the five it needs, and has it do
    /// `body`.
    ///
    /// Only the calling thread goes on in the copy: no other may hold a lock that `body` wants.
    ///
    /// Corresponds to fork(2).
    init(
        recorder: Descriptor, scratch: ScratchFolder, body: (WorkerStart) -> Never
    ) throws(WorkerError) {
        let start = WorkerStart(supervisor: getpid())
        try self.init(recorder: recorder) { (given) throws(WorkerError) in
            let process = devemu_fork_worker(given, Int32(given.count), ScratchFolder.variable, scratch.path)
            if process == 0 { body(start) }
            guard process > 0 else { throw .systemCall("fork") }
            return process
        }
    }

    /// Has a zygote start a worker, which is a copy of the zygote and a child of this process; else as
    /// ``init(recorder:scratch:body:)``.
    init(
        recorder: Descriptor, scratch: ScratchFolder, zygote: Zygote, payload: [UInt8]
    ) throws(WorkerError) {
        try self.init(recorder: recorder) { (given) throws(WorkerError) in
            try zygote.start(given: given, scratch: scratch, payload: payload)
        }
    }

    /// - Parameter start: starts the process, with descriptors in the order of their numbers there, from 1 on.
    private init(
        recorder: Descriptor, start: ([Int32]) throws(WorkerError) -> pid_t
    ) throws(WorkerError) {
        let channel = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        process = try start([output.writing, errors.writing, channel.writing, recorder].map(\.number))
        self.channel = channel.reading
        standardOutput = output.reading
        standardError = errors.reading
        exit = Descriptor(devemu_pidfd_open(process))
    }
}

extension ForkedWorker {
    /// Sends a signal to all processes of the worker's group. Valid until ``reap()``: till then the
    /// ids cannot belong to anybody else.
    ///
    /// Corresponds to kill(2).
    func signalGroup(_ number: Int32) {
        let reached = kill(-process, number) == 0
        // A plugin may have moved the worker to another group, or the worker is not in its own yet; SIGKILL
        // must reach it in any case.
        if number == SIGKILL || !reached { kill(process, number) }
    }

    /// Whether the worker has exited; it stays a zombie that can be signalled and reaped.
    ///
    /// Corresponds to waitid(2) with `WNOHANG` and `WNOWAIT`.
    func hasExited() throws(WorkerError) -> Bool {
        while true {
            var info = siginfo_t()
            if waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 {
                return info.si_signo == SIGCHLD
            }
            guard errno == EINTR else { throw .systemCall("waitid") }
        }
    }

    /// Waits for the exit and frees the process id.
    ///
    /// - Returns: the raw status of waitpid(2).
    func reap() throws(WorkerError) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw .systemCall("waitpid") }
        }
        return status
    }
}
