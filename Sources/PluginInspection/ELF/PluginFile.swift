internal import Glibc

/// A plugin file that was copied into sealed memory, read there and found good.
///
/// Nothing can change the copy: what was inspected is what is loaded as `/proc/self/fd/N` and what a hash is of, by
/// this process and by its workers, whatever becomes of the path. Its descriptor is closed in `deinit`.
public final class PluginFile: Sendable {
    /// The largest file that is read, in bytes.
    public static let maximumSize = FileCopy.maximumSize

    /// Of the copy: open for reading and closed on exec; valid as long as this object, and in workers by the same
    /// number.
    public let fileDescriptor: Int32
    public let inspected: InspectedPlugin

    private init(fileDescriptor: Int32, inspected: InspectedPlugin) {
        self.fileDescriptor = fileDescriptor
        self.inspected = inspected
    }

    deinit {
        close(fileDescriptor)
    }

    /// Copies and inspects a file; nothing of it is loaded or run.
    ///
    /// - Parameter hostABI: The ABI revisions this host speaks; the plugin's have to meet them.
    /// - Throws: `InspectionError` for whatever the host could not load or call, and for a file that changes while
    ///   it is copied.
    ///
    /// Corresponds to `open()` with O_RDONLY, `memfd_create()` and `fcntl()` with F_ADD_SEALS.
    public static func open(path: String, hostABI: ClosedRange<Int>) throws(InspectionError) -> PluginFile {
        guard !path.utf8.contains(0) else {
            throw InspectionError(.cannotOpen, in: path, found: "the path contains a NUL")
        }
        let original = try FileCopy.open(path)
        defer { close(original) }
        let copy: Int32
        do {
            copy = try FileCopy.sealed(original)
        } catch {
            throw error.named(path)
        }
        do {
            let inspected = try inspect(fileDescriptor: copy, name: path, hostABI: hostABI)
            return PluginFile(fileDescriptor: copy, inspected: inspected)
        } catch {
            close(copy)
            throw error
        }
    }

    /// Every byte of the copy.
    public func content() throws(InspectionError) -> [UInt8] {
        do {
            let bytes = try FileCopy.bytes(of: fileDescriptor)
            defer { bytes.deallocate() }
            return Array(bytes)
        } catch {
            throw error.named(inspected.name)
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
