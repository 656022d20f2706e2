import Glibc

/// Keeps a store for one writer at a time, as long as the object lives and however the process ends.
///
/// A lock on a byte far behind everything that SQLite locks. Corresponds to fcntl(2) with F_OFD_SETLK,
/// which works where the database works, network file systems included.
final class WriterLock {
    /// F_OFD_SETLK, which the header shows to programs in C alone.
    private static let setLock: Int32 = 37
    private let descriptor: Int32

    /// - Throws: when another process has it, and when the file cannot be made.
    init(_ path: String) throws(StoreError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
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

    private static func message(_ error: Int32) -> String { String(cString: strerror(error)) }
}
