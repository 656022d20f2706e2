internal import Glibc
internal import PluginManifests

/// An open plugin file that was read and found good.
///
/// Keeps the descriptor open, so that the host can load the inode that was inspected as
/// `/proc/self/fd/N`, whatever happens to the path in between. Closes it in `deinit`.
public final class PluginFile: Sendable {
    /// The largest file that is read, in bytes.
    public static let maximumSize = 512 << 20

    /// Open for reading and closed on exec; valid as long as this object.
    public let fileDescriptor: Int32
    public let inspected: InspectedPlugin

    private init(fileDescriptor: Int32, inspected: InspectedPlugin) {
        self.fileDescriptor = fileDescriptor
        self.inspected = inspected
    }

    deinit {
        close(fileDescriptor)
    }

    /// Opens and inspects a file; nothing of it is loaded or run.
    ///
    /// - Parameter hostABI: The ABI revisions this host speaks; the plugin's have to meet them.
    /// - Throws: `InspectionError` for whatever the host could not load or call.
    ///
    /// Corresponds to `open()` with O_RDONLY and O_CLOEXEC.
    public static func open(
        path: String, hostABI: ClosedRange<Int>
    ) throws(InspectionError) -> PluginFile {
        let fileDescriptor = try descriptor(path: path)
        do {
            let inspected = try inspect(fileDescriptor: fileDescriptor, name: path, hostABI: hostABI)
            return PluginFile(fileDescriptor: fileDescriptor, inspected: inspected)
        } catch {
            close(fileDescriptor)
            throw error
        }
    }

    /// Inspects a file that is open already. The descriptor stays the caller's and keeps its offset.
    ///
    /// - Parameters:
    ///   - name: What messages call the file.
    ///   - hostABI: The ABI revisions this host speaks; the plugin's have to meet them.
    /// - Throws: `InspectionError` for whatever the host could not load or call.
    ///
    /// Corresponds to `fstat()` and `pread()`.
    public static func inspect(
        fileDescriptor: Int32, name: String, hostABI: ClosedRange<Int>
    ) throws(InspectionError) -> InspectedPlugin {
        do {
            let image = ELFImage(adopting: try copy(of: fileDescriptor))
            return try InspectedPlugin(image, name: name, hostABI: hostABI)
        } catch {
            throw error.named(name)
        }
    }

    private static func descriptor(path: String) throws(InspectionError) -> Int32 {
        guard !path.utf8.contains(0) else {
            throw InspectionError(.cannotOpen, in: path, found: "the path contains a NUL")
        }
        // O_NONBLOCK: opening a FIFO would wait for its writer.
        let fileDescriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard fileDescriptor >= 0 else {
            throw InspectionError(.cannotOpen, in: path, found: message(of: errno))
        }
        return fileDescriptor
    }

    /// A copy of a file, whatever it is; nil when it cannot be read.
    static func image(path: String) -> ELFImage? {
        guard let fileDescriptor = try? descriptor(path: path) else { return nil }
        defer { close(fileDescriptor) }
        return (try? copy(of: fileDescriptor)).map { ELFImage(adopting: $0) }
    }

    /// The content in memory of its own; the caller deallocates it.
    private static func copy(
        of fileDescriptor: Int32
    ) throws(InspectionError) -> UnsafeMutableRawBufferPointer {
        var status = stat()
        guard fstat(fileDescriptor, &status) == 0 else {
            throw InspectionError(.cannotRead, found: message(of: errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw InspectionError(.notRegularFile) }
        guard status.st_size > 0 else { throw InspectionError(.empty) }
        guard status.st_size <= maximumSize else {
            throw InspectionError(.tooLarge, found: "\(status.st_size)", expected: "\(maximumSize)")
        }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: status.st_size, alignment: 16)
        do {
            try fill(bytes, from: fileDescriptor)
            return bytes
        } catch {
            bytes.deallocate()
            throw error
        }
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
