internal import CShims
import Glibc

/// A folder of its own for a worker or a tool, removed with everything in it when this object goes.
///
/// As long as the object lives the folder is locked: one that is not is left of a process that was killed, and
/// the next process that makes a folder beside it removes it.
public final class ScratchFolder {
    /// Variable by which a worker is told its folder; TMPDIR names it too.
    static let variable = "DEVEMU_WORKER_SCRATCH"
    /// What the names begin with; six letters or digits follow.
    static let prefix = "devemu-worker-"

    public let path: String
    /// Open for reading, and locked.
    private let folder: Descriptor
    /// Is told, in one line, what could not be removed.
    private let onFailure: (String) -> Void

    /// Makes the folder below TMPDIR, or /tmp; only this user can enter it.
    ///
    /// - Parameter onFailure: is told what could not be removed in the end; says it on standard error unless given.
    /// - Throws: ``WorkerError`` `systemCallFailed`.
    ///
    /// Corresponds to mkdtemp(3) and flock(2).
    public init(onFailure: @escaping (String) -> Void = ScratchFolder.complain) throws(WorkerError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let place = parent.isEmpty ? "/tmp" : parent
        _ = Self.clearing
        while true {
            guard let made = try Self.make(below: place) else { continue }
            (path, folder) = made
            break
        }
        self.onFailure = onFailure
    }

    /// A new folder that is locked; nil when another process took it for an abandoned one.
    private static func make(below place: String) throws(WorkerError) -> (path: String, folder: Descriptor)? {
        var template = Array("\(place)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .systemCall("mkdtemp") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
        guard folder.isOpen else {
            if errno == ENOENT { return nil }
            throw removing(path, after: .systemCall("open"))
        }
        // A file system without locks has no process that could take it away either.
        guard flock(folder.number, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return nil }
        var status = stat()
        guard fstat(folder.number, &status) == 0 else { throw removing(path, after: .systemCall("fstat")) }
        guard status.st_nlink > 0 else { return nil }
        return (path, folder)
    }

    /// A folder that cannot be used is not left for the next process.
    private static func removing(_ path: String, after error: WorkerError) -> WorkerError {
        rmdir(path)
        return error
    }

    deinit {
        if rmdir(path) == 0 { return }
        // A plugin can have changed the mode of the folder itself.
        let failure = devemu_clear_folder(folder.number)
        if rmdir(path) != 0, errno != ENOENT {
            onFailure("\(path): not removed: \(String(cString: strerror(failure == 0 ? errno : failure)))")
        }
    }

    /// Says on standard error what could not be removed.
    public static func complain(_ text: String) {
        let line = Array("devemu: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    // MARK: What a plugin may leave there

    /// Entries, and bytes on the disk, that a worker may have in its folder at a time; folders may be 64 deep.
    public static let entryLimit: UInt64 = 10_000
    public static let byteLimit: UInt64 = 2 << 30

    /// What is too much in the folder, in words; nil when nothing is.
    var excess: String? {
        var entries: UInt64 = 0
        var bytes: UInt64 = 0
        let isDeep = devemu_measure_folder(folder.number, Self.entryLimit, &entries, &bytes) != 0
        if entries > Self.entryLimit { return "more than \(Self.entryLimit) files" }
        if bytes > Self.byteLimit { return "\(bytes) bytes, the limit is \(Self.byteLimit)" }
        return isDeep ? "folders more than 64 deep" : nil
    }

    // MARK: What processes that were killed have left

    /// Done once in a process: TMPDIR does not change.
    private static let clearing: Void = {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        clearAbandoned(below: parent.isEmpty ? "/tmp" : parent)
    }()

    /// Removes the folders of this user that no process has locked.
    static func clearAbandoned(below place: String) {
        guard let entries = opendir(place) else { return }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if isOurs(name) { names.append(name) }
        }
        for name in names { clearAbandoned(name, in: dirfd(entries)) }
    }

    private static func isOurs(_ name: String) -> Bool {
        let letters = name.utf8.dropFirst(prefix.utf8.count)
        return name.hasPrefix(prefix) && letters.count == 6
            && letters.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            }
    }

    private static func clearAbandoned(_ name: String, in parent: Int32) {
        var status = stat()
        guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_uid == geteuid(),
            status.st_mode & S_IFMT == S_IFDIR
        else { return }
        if status.st_mode & S_IRWXU != S_IRWXU { fchmodat(parent, name, S_IRWXU, 0) }
        let folder = Descriptor(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
        guard folder.isOpen, flock(folder.number, LOCK_EX | LOCK_NB) == 0 else { return }
        _ = devemu_clear_folder(folder.number)
        unlinkat(parent, name, AT_REMOVEDIR)
    }
}
