internal import CShims
internal import Glibc

/// Reads whole files into memory.
enum FileCopy {
    /// The largest file that is read, in bytes.
    static let maximumSize = 512 << 20

    /// The content of an open file in memory of its own; the caller deallocates it. The descriptor keeps
    /// its offset.
    static func bytes(of fileDescriptor: Int32) throws(InspectionError) -> UnsafeMutableRawBufferPointer {
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: try size(of: fileDescriptor), alignment: 16)
        do {
            try fill(bytes, from: fileDescriptor)
            return bytes
        } catch {
            bytes.deallocate()
            throw error
        }
    }

    /// A descriptor of a copy in memory that nothing can change; the caller closes it.
    static func sealed(_ fileDescriptor: Int32) throws(InspectionError) -> Int32 {
        let copy = devemu_sealed_copy(fileDescriptor, try size(of: fileDescriptor), "devemu-plugin")
        if copy < 0 {
            let found =
                errno == ESTALE
                ? "it changed while it was read" : "for a copy in memory: \(message(of: errno))"
            throw InspectionError(.cannotRead, found: found)
        }
        return copy
    }

    /// Bytes of a regular file, 1 to ``maximumSize``.
    private static func size(of fileDescriptor: Int32) throws(InspectionError) -> Int {
        var status = stat()
        guard fstat(fileDescriptor, &status) == 0 else {
            throw InspectionError(.cannotRead, found: message(of: errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw InspectionError(.notRegularFile) }
        guard status.st_size > 0 else { throw InspectionError(.empty) }
        guard status.st_size <= maximumSize else {
            throw InspectionError(.tooLarge, found: "\(status.st_size)", expected: "\(maximumSize)")
        }
        return status.st_size
    }

    /// Opens a file to be read. O_NONBLOCK: opening a FIFO would wait for its writer.
    static func open(_ path: String) throws(InspectionError) -> Int32 {
        let fileDescriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard fileDescriptor >= 0 else {
            throw InspectionError(.cannotOpen, in: path, found: message(of: errno))
        }
        return fileDescriptor
    }

    private static func fill(
        _ bytes: UnsafeMutableRawBufferPointer, from fileDescriptor: Int32
    ) throws(InspectionError) {
        var filled = 0
        while filled < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
            let count = pread(fileDescriptor, rest.baseAddress, rest.count, filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InspectionError(.cannotRead, found: message(of: errno)) }
            guard count > 0 else {
                throw InspectionError(.cannotRead, found: "it shrank to \(filled) bytes while it was read")
            }
            filled += count
        }
    }

    private static func message(of code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
