import Glibc

/// Counts the threads of a worker from outside: a plugin starts them without any library, no limit of
/// setrlimit(2) is about one process, and to move each worker into a control group of its own would take as long
/// as a short run.
struct ThreadWatch {
    /// Threads that a worker may have: one for each of the 1 000 devices of a machine, and 200 of its plugins.
    static let limit = 1200
    /// Between two looks, in milliseconds; a process can start about a thousand threads meanwhile.
    static let interval: Int32 = 10

    /// What was counted when it was too many.
    private(set) var excess: Int?
    /// When to look next, in nanoseconds of the monotonic clock.
    private var due: UInt64 = 0

    /// Whether the process has too many threads; looks at most every ``interval``.
    ///
    /// - Parameter now: the monotonic clock, in nanoseconds.
    mutating func findsExcess(in process: pid_t, now: UInt64) -> Bool {
        guard excess == nil, now >= due else { return false }
        due = now + UInt64(Self.interval) * 1_000_000
        guard let count = Self.count(of: process), count > Self.limit else { return false }
        excess = count
        return true
    }

    /// The threads of a process; nil when it is gone or procfs is not mounted.
    ///
    /// Follows proc_pid_stat(5), whose twentieth field is `num_threads`.
    static func count(of process: pid_t) -> Int? {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let length = read(file, &buffer, buffer.count)
        // The second field is a name in brackets, which may have any character in it.
        guard length > 0, let end = buffer[..<length].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = buffer[(end + 1)..<length].split(separator: UInt8(ascii: " "))
        guard fields.count > 17 else { return nil }
        return Int(String(decoding: fields[17], as: UTF8.self))
    }
}
