import Glibc

/// Keeps a store for one writer at a time, as long as the object lives and however the process ends.
///
/// A lock on a byte far behind everything that SQLite locks. Corresponds to fcntl(2) with F_OFD_SETLK,
/// which works where the database works, network file systems included.
final class WriterLock {
    /// F_OFD_SETLK, which the header shows to programs in C alone.
    private static let setLock: Int32 = 37
    private let path: String
    private let descriptor: Int32
    /// Whether this object made the file.
    private let isNew: Bool
    /// What SQLite put beside the file, with device and number of each.
    private var companions: [(path: String, device: UInt64, number: UInt64)] = []

    /// - Throws: when another process has it, when the file cannot be made, and when there is something that is not
    ///   a regular file.
    init(_ path: String) throws(StoreError) {
        self.path = path
        // A FIFO or a device is not even opened.
        var status = stat()
        let isThere = stat(path, &status) == 0
        guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.notAStore, "\(path): is not a regular file, and a store is one")
        }
        let made = isThere ? -1 : open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        isNew = made >= 0
        descriptor = made >= 0 ? made : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { throw StoreError(.cannotCreate, "\(path): \(Self.message(errno))") }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = .max - 1
        lock.l_len = 1
        guard fcntl(descriptor, Self.setLock, &lock) == 0 else {
            let error = errno
            close(descriptor)
            guard error == EAGAIN || error == EACCES else {
                throw StoreError(.inputOutput, "\(path): \(Self.message(error))")
            }
            throw StoreError(.locked, "\(path): another devemu writes to it; try again when that is done")
        }
    }

    deinit { close(descriptor) }

    /// Bytes of the file.
    func size() throws(StoreError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StoreError(.inputOutput, Self.message(errno)) }
        return status.st_size
    }

    /// Whether the path still names the file that is locked.
    var isInPlace: Bool {
        var (held, named) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && held.st_nlink > 0 && stat(path, &named) == 0
            && held.st_dev == named.st_dev && held.st_ino == named.st_ino
    }

    /// Remembers what SQLite has put beside the file by now.
    func noteCompanions() {
        for path in [path + "-wal", path + "-shm"] {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            companions.append((path, UInt64(status.st_dev), UInt64(status.st_ino)))
        }
    }

    /// Takes away what SQLite put beside a file that is not in its place any more: a file that has its name now would be
    /// changed by it. What is somebody else's stays.
    func removeCompanions() {
        for companion in companions {
            var status = stat()
            guard stat(companion.path, &status) == 0, UInt64(status.st_dev) == companion.device,
                UInt64(status.st_ino) == companion.number
            else { continue }
            unlink(companion.path)
        }
    }

    /// Takes away what was made for nothing: the file if this object made it, else what is in it, and what SQLite
    /// put beside it.
    func removeFiles() {
        guard isInPlace else { return }
        for ending in ["-wal", "-shm", "-journal"] { unlink(path + ending) }
        if isNew { unlink(path) } else { ftruncate(descriptor, 0) }
    }

    private static func message(_ error: Int32) -> String { String(cString: strerror(error)) }
}
