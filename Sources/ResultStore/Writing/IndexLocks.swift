import Glibc

/// Locks that other processes have on the files of a store, from /proc/locks.
///
/// The files themselves are not opened for it: closing one takes away the locks that SQLite has in this process.
enum IndexLocks {
    /// Who has a lock on a store or on its index, in words such as `process 4711 (sqlite3)`; nil when that cannot
    /// be told.
    ///
    /// Follows proc_locks(5) and the descriptions of the locks in SQLite's wal.c: a reader of the index can hold
    /// off its writer.
    static func holder(of path: String) -> String? {
        process(locking: path).map { process in
            let name = contents(of: "/proc/\(process)/comm").split(separator: "\n").first.map(String.init)
            return "process \(process)" + (name.map { " (\($0))" } ?? "")
        }
    }

    /// Kills the processes that this one made and that have a lock on a store: workers have no business there.
    ///
    /// - Returns: whether there was one.
    static func killOwnWorkers(locking path: String) -> Bool {
        guard let process = process(locking: path), parent(of: process) == getpid() else { return false }
        return kill(process, SIGKILL) == 0
    }

    private static func process(locking path: String) -> pid_t? {
        let files = [path + "-shm", path].compactMap(identity)
        for line in contents(of: "/proc/locks").split(separator: "\n") {
            let words = line.split(separator: " ")
            // Of those that wait, "->" tells; they hold nothing.
            guard words.count >= 8, words[1] == "POSIX", let process = pid_t(words[4]), process > 0,
                process != getpid(), files.contains(String(words[5]))
            else { continue }
            return process
        }
        return nil
    }

    /// A file as /proc/locks has it: major and minor number of its device and its own number.
    private static func identity(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let device = UInt64(status.st_dev)
        let (major, minor) = (
            device >> 8 & 0xfff | device >> 32 & ~0xfff, device & 0xff | device >> 12 & 0xfff_ff00
        )
        return "\(hexadecimal(major)):\(hexadecimal(minor)):\(status.st_ino)"
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        (number < 16 ? "0" : "") + String(number, radix: 16)
    }

    /// Nil when it has gone. The name, which stands in parentheses, may have any character.
    private static func parent(of process: pid_t) -> pid_t? {
        let text = contents(of: "/proc/\(process)/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        return words.count > 1 ? pid_t(words[1]) : nil
    }

    /// What a file of /proc says, at most 1 MiB of it; empty when it cannot be read.
    private static func contents(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < 1 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
