internal import CShims
import Glibc

/// A file descriptor that is closed once: on ``close()``, or with its last reference.
final class Descriptor {
    /// -1 when closed, a number poll(2) passes over.
    private(set) var number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit { close() }

    var isOpen: Bool { number >= 0 }

    func close() {
        guard isOpen else { return }
        // After EINTR Linux has closed it all the same.
        Glibc.close(number)
        number = -1
    }

    /// What a read brought.
    enum Reading {
        case bytes(Int)
        case nothingYet
        case end
    }

    /// Reads without waiting; the descriptor is expected to be non-blocking.
    ///
    /// Corresponds to read(2).
    func read(into buffer: inout [UInt8]) throws(WorkerError) -> Reading {
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EINTR { continue }
            guard errno == EAGAIN else { throw .systemCall("read") }
            return .nothingYet
        }
    }
}

extension Descriptor {
    /// The same file under a number that the dup2 calls of a new worker do not overwrite before using it; a
    /// parent that runs with a closed stdout gets such low ones.
    func liftedAboveTargets() throws(WorkerError) -> Descriptor {
        guard number <= ForkedWorker.lastDescriptor else { return self }
        let lifted = fcntl(number, F_DUPFD_CLOEXEC, ForkedWorker.lastDescriptor + 1)
        guard lifted >= 0 else { throw .systemCall("fcntl") }
        return Descriptor(lifted)
    }
}

/// A pipe whose reading end does not block; neither end survives exec.
struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    /// Corresponds to pipe2(2).
    init() throws(WorkerError) {
        var ends: [Int32] = [-1, -1]
        guard devemu_pipe_cloexec(&ends) == 0 else { throw .systemCall("pipe2") }
        reading = try Descriptor(ends[0]).liftedAboveTargets()
        writing = try Descriptor(ends[1]).liftedAboveTargets()
        guard fcntl(reading.number, F_SETFL, O_NONBLOCK) == 0 else { throw .systemCall("fcntl") }
    }
}
