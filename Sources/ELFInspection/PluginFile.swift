internal import Glibc
internal import PluginManifests

/// An open plugin file that was read and found good.
///
/// Keeps the descriptor open, so that the host can load the inode that was inspected as
/// `/proc/self/fd/N`, whatever happens to the path in between. Closes it in `deinit`.
public final class PluginFile: Sendable {
    /// The largest file that is read, in bytes.
    public static let maximumSize = FileCopy.maximumSize

    /// Open for reading and closed on exec; valid as long as this object.
    public let fileDescriptor: Int32
    public let inspected: InspectedPlugin
    private let state: FileState?

    private init(fileDescriptor: Int32, inspected: InspectedPlugin) {
        self.fileDescriptor = fileDescriptor
        self.inspected = inspected
        state = FileState(of: fileDescriptor)
    }

    deinit {
        close(fileDescriptor)
    }

    /// Opens and inspects a file; nothing of it is loaded or run.
    ///
    /// - Parameters:
    ///   - hostABI: The ABI revisions this host speaks; the plugin's have to meet them.
    ///   - known: The file of that path as it was inspected before. When inode, size and times are still the
    ///     same it is not read again.
    /// - Throws: `InspectionError` for whatever the host could not load or call.
    ///
    /// Corresponds to `open()` with O_RDONLY and O_CLOEXEC.
    public static func open(
        path: String, hostABI: ClosedRange<Int>, known: PluginFile? = nil
    ) throws(InspectionError) -> PluginFile {
        guard !path.utf8.contains(0) else {
            throw InspectionError(.cannotOpen, in: path, found: "the path contains a NUL")
        }
        let fileDescriptor = try FileCopy.open(path)
        if let known, let state = known.state, state == FileState(of: fileDescriptor) {
            return PluginFile(fileDescriptor: fileDescriptor, inspected: known.inspected)
        }
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
            let image = ELFImage(adopting: try FileCopy.bytes(of: fileDescriptor))
            return try InspectedPlugin(image, name: name, hostABI: hostABI)
        } catch {
            throw error.named(name)
        }
    }
}

/// What changes with a file's content.
private struct FileState: Equatable {
    private let numbers: [Int]

    /// Nil when the system does not tell.
    ///
    /// Corresponds to `fstat()`.
    init?(of fileDescriptor: Int32) {
        var status = stat()
        guard fstat(fileDescriptor, &status) == 0 else { return nil }
        numbers = [
            Int(bitPattern: status.st_dev), Int(bitPattern: status.st_ino), status.st_size,
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
