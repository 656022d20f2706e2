internal import CWorkerShims
import Glibc

/// A program of the system that is run for what it prints.
public enum ToolOutput {
    /// Runs a program to its end, with no input and the caller's stderr.
    ///
    /// - Parameter name: looked for on PATH.
    /// - Returns: everything it wrote to stdout, nil when there is no such program.
    /// - Throws: ``WorkerError``: `systemCallFailed`, and `spawnFailed` for a program that cannot be started or
    ///   ends with anything but 0.
    ///
    /// Corresponds to posix_spawnp(3), read(2) and waitpid(2).
    public static func run(_ name: String, _ arguments: [String]) throws(WorkerError) -> [UInt8]? {
        let pipe = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe.writing.number, STDOUT_FILENO)
        let list = CStringList([name] + arguments)
        var process: pid_t = 0
        let failure = withExtendedLifetime(list) {
            posix_spawnp(&process, name, &actions, nil, list.pointers, devemu_environment())
        }
        if failure == ENOENT { return nil }
        guard failure == 0 else { throw WorkerError(.spawnFailed, subject: name, errorNumber: failure) }
        pipe.writing.close()
        let bytes = try readToEnd(pipe.reading)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw .systemCall("waitpid") }
        }
        guard status == 0 else { throw WorkerError(.spawnFailed, subject: name, errorNumber: EIO) }
        return bytes
    }

    private static func readToEnd(_ reading: Descriptor) throws(WorkerError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            switch try reading.read(into: &buffer) {
            case .bytes(let count): bytes += buffer[..<count]
            case .end: return bytes
            case .nothingYet:
                var waited = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
                _ = poll(&waited, 1, -1)
            }
        }
    }
}
