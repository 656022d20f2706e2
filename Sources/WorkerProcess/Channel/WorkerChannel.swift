import Glibc
internal import Synchronization

/// The worker's end of the pipe to its supervisor.
///
/// Any thread may send; frames never interleave. Corresponds to write(2) on an inherited
/// descriptor.
public final class WorkerChannel: Sendable {
    /// Exit status of a worker whose channel broke, so that it is not taken for the plugin's exit.
    static let lostStatus: Int32 = 213

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

    /// Writes one frame; a channel that broke once stays silent.
    ///
    /// Nothing is thrown, because a worker has nobody left to tell: it should go to ``end(status:)``.
    ///
    /// - Returns: whether all of the frame was written. A frame over ``WorkerFrame/Kind/payloadLimit``
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
