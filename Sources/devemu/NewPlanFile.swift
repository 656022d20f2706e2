import Glibc

/// A file whose first bytes are known last, and that is there whole or not at all.
final class NewPlanFile {
    private let path: String
    private let body: String
    private let descriptor: Int32

    /// - Throws: when the file is there already: plans do not change.
    init(_ path: String) throws(CommandFailure) {
        var status = stat()
        guard lstat(path, &status) != 0 else {
            throw CommandFailure(
                .cannotCreate, "\(path): is there already, and a plan never changes; choose another name")
        }
        self.path = path
        body = "\(path).body-\(getpid())"
        descriptor = open(body, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        // It needs no name, and goes with this process.
        unlink(body)
    }

    deinit { close(descriptor) }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(.cannotCreate, "\(path): \(Terminal.message(errno))")
    }

    /// Adds bytes behind those that were added before.
    func append(_ bytes: [UInt8]) throws(CommandFailure) {
        if let error = Terminal.writeAll(bytes, to: descriptor) {
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(error))")
        }
    }

    /// Puts everything behind `head` and gives it its name, unless somebody else has taken that.
    func publish(after head: [UInt8]) throws(CommandFailure) {
        let temporary = "\(path).part-\(getpid())"
        let whole = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard whole >= 0 else { throw Self.failure(path) }
        defer { unlink(temporary) }
        var error = Terminal.writeAll(head, to: whole)
        if error == nil { error = copyBody(to: whole) }
        if close(whole) != 0, error == nil { error = errno }
        if let error { throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(error))") }
        guard link(temporary, path) == 0 else { throw Self.failure(path) }
    }

    /// Nil when all was copied, else the errno.
    private func copyBody(to whole: Int32) -> Int32? {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { return errno }
        return Terminal.copyAll(from: descriptor, to: whole)
    }
}
