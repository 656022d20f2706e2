internal import CShims
import Glibc

/// The beginning of a worker's life: a copy of its supervisor that has not yet taken its channel.
public struct WorkerStart: Sendable {
    /// Process id of the supervisor.
    let supervisor: Int32

    package init(supervisor: Int32) { self.supervisor = supervisor }

    /// The folder that this worker may write to, TMPDIR too; its supervisor removes it.
    public var scratchFolder: String? { getenv(ScratchFolder.variable).map { String(cString: $0) } }

    /// Makes this process a well-behaved worker and gives the channel to its supervisor.
    ///
    /// The channel becomes close-on-exec, the process is killed when its supervisor dies, writes no
    /// core file, ignores SIGPIPE, and its stdout is line buffered. To be called once, first thing.
    ///
    /// - Throws: ``WorkerError``: `parentGone` when the supervisor has died already, `systemCallFailed` for
    ///   the rest.
    ///
    /// Corresponds to prctl(2) `PR_SET_PDEATHSIG`, setrlimit(2) and fcntl(2) `F_DUPFD_CLOEXEC`.
    public func adopt() throws(WorkerError) -> WorkerChannel {
        guard devemu_set_parent_death_signal(SIGKILL) == 0 else { throw .systemCall("prctl") }
        // The signal is only sent for a death after the call above.
        guard getppid() == supervisor else { throw WorkerError(.parentGone) }

        var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore) == 0 else {
            throw .systemCall("setrlimit")
        }
        _ = fcntl(ForkedWorker.recorderDescriptor, F_SETFD, FD_CLOEXEC)
        signal(SIGPIPE, SIG_IGN)
        _ = devemu_line_buffer_stdout()
        return WorkerChannel(descriptor: try Self.moveAside(ForkedWorker.channelDescriptor))
    }

    /// Where the channel goes if it can: plugins that close or reuse small numbers miss it.
    private static let quietDescriptor: Int32 = 200

    private static func moveAside(_ inherited: Int32) throws(WorkerError) -> Int32 {
        let moved = fcntl(inherited, F_DUPFD_CLOEXEC, quietDescriptor)
        if moved >= 0 {
            close(inherited)
            return moved
        }
        // A low RLIMIT_NOFILE forbids the number; the channel works where it is as well.
        guard fcntl(inherited, F_SETFD, FD_CLOEXEC) == 0 else { throw .systemCall("fcntl") }
        return inherited
    }
}
