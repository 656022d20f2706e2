import Glibc

/// The one way in which devemu writes a result to a name.
///
/// A new or a regular file gets its content whole or not at all: a temporary file beside it takes its name at the
/// end, with the mode and the owner of the file that it replaces. Links are followed. Devices, FIFOs and descriptors
/// such as `/dev/stdout` are written as they are.
///
/// A regular file is written in place, once its content is complete, where a replacement would not be the same file
/// or cannot be: it has several names, an owner that this process cannot give files to, a folder that takes no new
/// files, or it is a mount point.
final class OutputFile {
    /// As the user gave it, for messages.
    private let name: String
    private let destination: Destination
    private var descriptor: Int32
    /// Whether the reader of a FIFO went away: nothing that follows matters to anyone.
    private var isUnread = false
    /// Whether the temporary file has its name, or is gone.
    private var isNamed = false

    private enum Destination {
        /// What is written is there at once.
        case direct
        /// `temporary` takes the name of `path`.
        case replacement(temporary: String, path: String, isNew: Bool)
        /// What a file without a name has gathered is copied into `path`.
        case copy(path: String)
    }

    /// - Throws: exit code 73 when nothing can be written there.
    init(_ name: String) throws(CommandFailure) {
        self.name = name
        switch try OutputPlace(name) {
        case .descriptor(let number):
            destination = .direct
            descriptor = fcntl(number, F_DUPFD_CLOEXEC, 0)
        case .stream(let path):
            destination = .direct
            descriptor = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC)
        case .newFile(let path):
            let temporary = Self.temporary(beside: path, mode: 0o644)
            destination = .replacement(temporary: temporary.path, path: path, isNew: true)
            descriptor = temporary.descriptor
        case .file(let path):
            guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else {
                throw OutputPlace.failure(name, errno)
            }
            let temporary = Self.replacement(of: path)
            if let temporary, temporary.descriptor >= 0 || !Self.takesNoFiles.contains(errno) {
                destination = .replacement(temporary: temporary.path, path: path, isNew: false)
                descriptor = temporary.descriptor
            } else {
                destination = .copy(path: path)
                descriptor = Self.unnamed()
            }
        }
        guard descriptor >= 0 else {
            isNamed = true
            throw OutputPlace.failure(name, errno)
        }
    }

    deinit { discard() }

    /// Adds bytes to what was written before.
    ///
    /// - Returns: nil when all were written, else the errno.
    func write(_ bytes: [UInt8]) -> Int32? {
        guard !isUnread, let error = Terminal.writeAll(bytes, to: descriptor) else { return nil }
        guard case .direct = destination, error == EPIPE else { return error }
        isUnread = true
        return nil
    }

    /// Gives the content its name; called once everything has been written.
    func publish() throws(CommandFailure) {
        defer { discard() }
        if let error = published() { throw OutputPlace.failure(name, error) }
    }

    /// Forgets what was written, except to a device, a FIFO or a descriptor.
    func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        if case .replacement(let temporary, _, _) = destination, !isNamed { unlink(temporary) }
        isNamed = true
    }

    // MARK: The end

    private func published() -> Int32? {
        if case .copy(let path) = destination { return Self.copy(from: descriptor, into: path) }
        let isClosed = close(descriptor) == 0
        descriptor = -1
        guard isClosed else { return errno }
        guard case .replacement(let temporary, let path, let isNew) = destination else { return nil }
        guard rename(temporary, path) != 0 else {
            isNamed = true
            return nil
        }
        let error = errno
        // A mount point is busy, and in a sticky folder only the owner of a file can replace it.
        guard !isNew, [EBUSY, EACCES, EPERM].contains(error) else { return error }
        let source = open(temporary, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { return error }
        defer { close(source) }
        return Self.copy(from: source, into: path)
    }

    /// Nil when all was copied, else the errno.
    private static func copy(from source: Int32, into path: String) -> Int32? {
        guard lseek(source, 0, SEEK_SET) == 0 else { return errno }
        let target = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard target >= 0 else { return errno }
        let error = Terminal.copyAll(from: source, to: target)
        guard close(target) == 0 else { return error ?? errno }
        return error
    }

    // MARK: Temporary files

    /// Names that are tried for a temporary file: another of this process, or of a dead one of the same number, may
    /// have the first.
    private static let nameLimit = 100
    /// Bytes of a file's name that leave room for more.
    private static let longName = 200

    /// What opening a new file in a folder fails with that takes none.
    private static let takesNoFiles = [EACCES, EPERM, EROFS]

    /// A new file; its descriptor is negative, with errno, when there is none.
    private static func temporary(beside path: String, mode: mode_t) -> (path: String, descriptor: Int32) {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let last = path[slash...].utf8.count > longName ? "devemu" : String(path[slash...])
        var temporary = (path: "", descriptor: Int32(-1))
        for number in 0..<nameLimit {
            let other = number == 0 ? "" : "-\(number)"
            temporary.path = "\(path[..<slash])\(last).part-\(getpid())\(other)"
            temporary.descriptor = open(temporary.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            guard temporary.descriptor < 0, errno == EEXIST else { break }
        }
        return temporary
    }

    /// A file, as ``temporary(beside:mode:)`` makes it, that can take the place of another: with its mode and its
    /// owner. Nil when the other has to stay.
    private static func replacement(of path: String) -> (path: String, descriptor: Int32)? {
        var old = stat()
        var new = stat()
        guard stat(path, &old) == 0, old.st_nlink == 1 else { return nil }
        let temporary = temporary(beside: path, mode: 0o600)
        guard temporary.descriptor >= 0 else { return temporary }
        let isAlike =
            fstat(temporary.descriptor, &new) == 0
            && (new.st_uid == old.st_uid && new.st_gid == old.st_gid
                || fchown(temporary.descriptor, old.st_uid, old.st_gid) == 0)
            && fchmod(temporary.descriptor, old.st_mode & 0o7777) == 0
        if isAlike { return temporary }
        close(temporary.descriptor)
        unlink(temporary.path)
        return nil
    }

    /// A file in the folder for temporary files that goes with its descriptor; -1 with errno.
    private static func unnamed() -> Int32 {
        let folder = Terminal.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(folder)/devemu-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return -1 }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}
