internal import CShims
import Glibc

/// A program of the system, run to its end: what it printed.
public enum ExternalTool {
    public struct Output: Sendable {
        /// The exit code, or minus the number of the signal that ended it.
        public let status: Int32
        public let standardOutput: [UInt8]
        public let standardError: [UInt8]
    }

    /// Runs a program that is looked for in PATH, with the standard input of this process.
    ///
    /// - Returns: nil when there is no such program.
    /// - Throws: ``WorkerError`` `systemCallFailed`.
    ///
    /// Corresponds to posix_spawnp(3) and waitpid(2).
    public static func run(_ command: [String]) throws(WorkerError) -> Output? {
        // Files rather than pipes: whatever the program writes where, nobody waits for anybody.
        guard let out = tmpfile() else { throw .systemCall("tmpfile", errorNumber: errno) }
        defer { fclose(out) }
        guard let err = tmpfile() else { throw .systemCall("tmpfile", errorNumber: errno) }
        defer { fclose(err) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, command[0], &actions, nil, &arguments, devemu_environment())
        if failure == ENOENT { return nil }
        guard failure == 0 else { throw .systemCall("posix_spawnp", errorNumber: failure) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw .systemCall("waitpid", errorNumber: errno) }
        }
        let signal = status & 0x7f
        return Output(
            status: signal == 0 ? status >> 8 & 0xff : -signal, standardOutput: contents(of: out),
            standardError: contents(of: err))
    }

    private static func contents(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
        rewind(file)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
