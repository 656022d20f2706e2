import Glibc
import WorkerProcess

/// The file that `--state` or `--costs` names, which may come through a pipe that can be read only once.
///
/// The worker takes the same command line as its parent, so the parent leaves it a copy: a file
/// without a name, reached through the parent's descriptor.
enum StateInput {
    /// The bytes of the file. `copyVariable` tells the worker where its copy is, if it needs one.
    static func read(
        _ path: String, copiedAs copyVariable: String = "DEVEMU_STATE_COPY"
    ) throws(CommandFailure) -> [UInt8] {
        if WorkerChannel.isWorker, let copy = Terminal.environment(copyVariable) {
            return try Terminal.readFile(copy)
        }
        let bytes = try Terminal.readFile(path)
        var status = stat()
        let canBeReadAgain = path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        if !canBeReadAgain && !WorkerChannel.isWorker {
            setenv(copyVariable, try keepCopy(of: bytes), 1)
        }
        return bytes
    }

    /// Leaves the bytes in a file that ends with this process; returns its path for a child.
    private static func keepCopy(of bytes: [UInt8]) throws(CommandFailure) -> String {
        let folder = Terminal.environment("TMPDIR") ?? "/tmp"
        var template = Array("\(folder)/devemu-state-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw CommandFailure(.ioError, "a copy of the recording in \(folder): \(Terminal.message(errno))")
        }
        unlink(template)
        if let error = Terminal.writeAll(bytes, to: descriptor) {
            throw CommandFailure(.ioError, "a copy of the recording in \(folder): \(Terminal.message(error))")
        }
        return "/proc/\(getpid())/fd/\(descriptor)"
    }
}
