internal import CShims
import Glibc

/// The wish of whoever sits at the terminal, or of the system, that this process ends: SIGINT, SIGTERM,
/// SIGHUP and SIGQUIT, held back so that a worker can be asked for what it has.
///
/// Held back for the calling thread, and for those that it starts, as long as this object lives; what is still
/// pending then has its usual effect. A signal that this process ignores, as nohup(1) has it, stays ignored.
///
/// Corresponds to pthread_sigmask(3) and signalfd(2).
public final class Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    let descriptor: Descriptor
    private var previous = sigset_t()
    private var taken: Int32?

    /// - Throws: ``WorkerError`` `systemCallFailed`.
    public init() throws(WorkerError) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in Self.signals where !Self.isIgnored(signal) { sigaddset(&mask, signal) }
        descriptor = Descriptor(devemu_signal_descriptor(&mask))
        guard descriptor.isOpen else { throw .systemCall("signalfd") }
        let failure = pthread_sigmask(SIG_BLOCK, &mask, &previous)
        guard failure == 0 else { throw .systemCall("pthread_sigmask", errorNumber: failure) }
    }

    /// A signal that is ignored and held back would come all the same.
    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// The first signal that came, for work without a watch over it: it looks here between two steps. A signal that is
    /// seen here has no other effect.
    public var signal: Int32? {
        taken = taken ?? take()
        return taken
    }

    deinit { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    /// Takes the signal that came, so that it has no other effect.
    func take() -> Int32? {
        let signal = devemu_take_signal(descriptor.number)
        return signal == 0 ? nil : signal
    }
}
