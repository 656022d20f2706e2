internal import CWorkerShims
import Glibc
internal import Synchronization

/// The worker's end of the pipe to its supervisor.
///
/// Any thread may send; frames never interleave. Corresponds to write(2) on an inherited
/// descriptor.
public final class WorkerChannel: Sendable {
    /// Variables by which the supervisor tells a worker its channel and its parent's process id.
    static let descriptorVariable = "DEVEMU_WORKER_CHANNEL"
    static let parentVariable = "DEVEMU_WORKER_PARENT"

    /// Exit status of a worker whose channel broke, so that it is not taken for the plugin's exit.
    static let lostStatus: Int32 = 213

    /// Where the channel goes if it can: plugins that close or reuse small numbers miss it.
    private static let quietDescriptor: Int32 = 200

    private struct State {
        var isOpen = true
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    /// Takes over a descriptor that is open for writing.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Whether every frame so far could be written.
    public var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Whether a supervisor started this process as its worker, and ``adopt()`` is still to come.
    public static var isWorker: Bool { getenv(descriptorVariable) != nil }

    /// Makes this process a well-behaved worker and gives the channel to its supervisor.
    ///
    /// The channel becomes close-on-exec, the process is killed when its supervisor dies, writes no
    /// core file, ignores SIGPIPE, and its stdout is line buffered. To be called once, first thing
    /// and before other threads exist, because it changes the environment.
    ///
    /// - Throws: ``WorkerError``: `notAWorker` without a supervisor's variables or descriptor,
    ///   `parentGone` when it has died already, `systemCallFailed` for the rest.
    ///
    /// Corresponds to prctl(2) `PR_SET_PDEATHSIG`, setrlimit(2) and fcntl(2) `F_DUPFD_CLOEXEC`.
    public static func adopt() throws(WorkerError) -> WorkerChannel {
        let inherited = try takeVariable(descriptorVariable)
        let parent = try takeVariable(parentVariable)
        guard devemu_set_parent_death_signal(SIGKILL) == 0 else { throw .systemCall("prctl") }
        // The signal is only sent for a death after the call above.
        guard getppid() == parent else { throw WorkerError(.parentGone) }

        var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore) == 0 else {
            throw .systemCall("setrlimit")
        }
        _ = fcntl(SpawnedWorker.recorderDescriptor, F_SETFD, FD_CLOEXEC)
        signal(SIGPIPE, SIG_IGN)
        _ = devemu_line_buffer_stdout()
        return WorkerChannel(descriptor: try moveAside(inherited))
    }

    /// Reads a number from the environment and removes it, so that nothing a plugin starts takes
    /// itself for a worker.
    private static func takeVariable(_ name: String) throws(WorkerError) -> Int32 {
        guard let text = getenv(name), let number = Int32(String(cString: text)), number >= 0 else {
            throw WorkerError(.notAWorker, subject: name)
        }
        unsetenv(name)
        return number
    }

    private static func moveAside(_ inherited: Int32) throws(WorkerError) -> Int32 {
        let moved = fcntl(inherited, F_DUPFD_CLOEXEC, quietDescriptor)
        if moved >= 0 {
            close(inherited)
            return moved
        }
        if errno == EBADF { throw WorkerError(.notAWorker, subject: descriptorVariable) }
        // A low RLIMIT_NOFILE forbids the number; the channel works where it is as well.
        guard fcntl(inherited, F_SETFD, FD_CLOEXEC) == 0 else { throw .systemCall("fcntl") }
        return inherited
    }

    /// Writes one frame; a channel that broke once stays silent.
    ///
    /// Nothing is thrown, because a worker has nobody left to tell: it should go to ``end(status:)``.
    ///
    /// - Returns: whether all of the frame was written. A frame over ``WorkerFrame/payloadLimit``
    ///   is refused and leaves the channel open.
    @discardableResult
    public func send(_ frame: WorkerFrame) -> Bool {
        guard let bytes = try? frame.encoded() else { return false }
        return state.withLock { state in
            guard state.isOpen else { return false }
            state.isOpen = writeAll(bytes)
            return state.isOpen
        }
    }

    private func writeAll(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if count < 0 && errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// Ends the worker without running exit handlers: those of a plugin may crash, and what it
    /// printed is flushed here.
    ///
    /// - Parameter status: exit status, 0 after a result; replaced when the channel has broken.
    ///
    /// Corresponds to fflush(3) and _exit(2).
    public func end(status: Int32) -> Never {
        fflush(nil)
        _exit(isOpen ? status : Self.lostStatus)
    }
}
