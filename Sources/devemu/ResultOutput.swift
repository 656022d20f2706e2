import Glibc

/// Where a long result goes piece by piece: a file, which is there whole or not at all, or standard output.
final class ResultOutput {
    private static let portion = 1 << 16

    private let path: String?
    private let temporary: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// Whether the file has its name.
    private var isDone = false
    /// Whether the reader of standard output went away, and there is nobody left to tell.
    private var isUnread = false

    /// - Parameter path: nil and `-` for standard output.
    init(_ path: String?) throws(CommandFailure) {
        guard let path, path != "-" else {
            self.path = nil
            temporary = ""
            descriptor = STDOUT_FILENO
            return
        }
        self.path = path
        temporary = "\(path).part-\(getpid())"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(errno))")
        }
    }

    deinit {
        guard path != nil, !isDone else { return }
        close(descriptor)
        unlink(temporary)
    }

    func append(_ text: String) throws(CommandFailure) {
        pending += text.utf8
        if pending.count >= Self.portion { try flush() }
    }

    private func flush() throws(CommandFailure) {
        defer { pending.removeAll(keepingCapacity: true) }
        guard !isUnread, let error = Terminal.writeAll(pending, to: descriptor) else { return }
        guard let path else {
            isUnread = error == EPIPE
            if isUnread { return }
            throw CommandFailure(.ioError, "standard output: \(Terminal.message(error))")
        }
        throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(error))")
    }

    /// Gives the file its name; called once everything was appended.
    func finish() throws(CommandFailure) {
        try flush()
        guard let path else { return }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let error = errno
            unlink(temporary)
            isDone = true
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(error))")
        }
        isDone = true
    }
}
