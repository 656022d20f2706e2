internal import CShims
import Glibc

/// A process that does nothing but start workers, each a copy of itself.
///
/// It is forked before this process opens or decides what workers must not have: they get neither memory nor
/// descriptors of a later time. What a worker is to do is therefore sent to it as bytes.
///
/// Workers are children of this process, not of the zygote: they are watched and reaped here, go on when the zygote
/// is killed, and die with this process. So does the zygote.
///
/// Corresponds to fork(2), clone(2) `CLONE_PARENT` and unix(7) `SCM_RIGHTS`.
public final class Zygote {
    private let control: Descriptor
    private let process: pid_t

    /// Forks the zygote. The calling thread must live as long as the workers: Linux kills them when the *thread*
    /// that forked the zygote ends. No other thread may hold a lock that `warmUp` or `body` wants.
    ///
    /// - Parameters:
    ///   - warmUp: done once there, so that no worker has to do it again.
    ///   - body: what a worker does with the bytes it was started with; it comes to ``WorkerStart/adopt()`` first.
    /// - Throws: ``WorkerError`` `systemCallFailed`.
    public init(
        warmUp: () -> Void = {}, body: (_ payload: [UInt8], _ start: WorkerStart) -> Never
    ) throws(WorkerError) {
        var ends: [Int32] = [-1, -1]
        guard devemu_socket_pair(&ends) == 0 else { throw .systemCall("socketpair") }
        control = Descriptor(ends[0])
        let far = try Descriptor(ends[1]).liftedAboveTargets()
        let supervisor = getpid()
        process = devemu_fork_zygote(far.number, supervisor)
        guard process >= 0 else { throw .systemCall("fork") }
        if process == 0 {
            control.close()
            warmUp()
            var request: UnsafeMutablePointer<CChar>?
            let size = devemu_serve_workers(far.number, ScratchFolder.variable, &request)
            let payload = UnsafeRawBufferPointer(start: request, count: Int(size))
            body(Array(payload), WorkerStart(supervisor: supervisor))
        }
    }

    /// Kills the zygote, as somebody else may.
    func kill() { _ = Glibc.kill(process, SIGKILL) }

    deinit {
        control.close()
        kill()
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    /// - Parameter given: descriptors of the worker, from 1 on.
    /// - Returns: the worker's process id.
    /// - Throws: ``WorkerError``: `zygoteGone`, or `systemCallFailed` when it cannot fork.
    func start(
        given: [Int32], scratch: ScratchFolder, payload: [UInt8]
    ) throws(WorkerError) -> pid_t {
        let request = Array(scratch.path.utf8) + [0] + payload
        let process = devemu_ask_zygote(control.number, given, request, UInt64(request.count))
        guard process > 0 else {
            if errno == EPIPE || errno == ECONNRESET { throw WorkerError(.zygoteGone) }
            throw .systemCall("fork")
        }
        return process
    }
}
