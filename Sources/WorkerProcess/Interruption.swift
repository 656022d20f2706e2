internal import CWorkerShims
import Glibc

/// The wish of whoever sits at the terminal, or of the system, that this process ends: SIGINT, SIGTERM,
/// SIGHUP and SIGQUIT, held back so that a worker can be asked for what it has.
///
/// Held back for the calling thread, and for those that it starts, as long as this object lives; what is still
/// pending then has its usual effect.
///
/// Corresponds to pthread_sigmask(3) and signalfd(2).
public final class Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    let descriptor: Descriptor
    private var previous = sigset_t()

    /// - Throws: ``WorkerError`` `systemCallFailed`.
    public init() throws(WorkerError) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in Self.signals { sigaddset(&mask, signal) }
        descriptor = Descriptor(devemu_signal_descriptor(&mask))
        guard descriptor.isOpen else { throw .systemCall("signalfd") }
        let failure = pthread_sigmask(SIG_BLOCK, &mask, &previous)
        guard failure == 0 else { throw .systemCall("pthread_sigmask", errorNumber: failure) }
    }

    deinit { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    /// Takes the signal that came, so that it has no other effect.
    func take() -> Int32? {
        let signal = devemu_take_signal(descriptor.number)
        return signal == 0 ? nil : signal
    }
}
