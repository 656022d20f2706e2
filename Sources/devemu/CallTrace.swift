import Glibc
import Measurement
import PluginHost
import Reporting
import WorkerProcess

/// The file of `--trace-calls`, or none. It has its name when the run is over, crashed or not.
final class CallTrace {
    private let path: String
    private let temporary: String
    /// Negative when nothing is traced, or no longer.
    private var descriptor: Int32
    private var failure: Int32?

    /// Nothing is traced.
    init() {
        path = ""
        temporary = ""
        descriptor = -1
    }

    init(path: String) throws(CommandFailure) {
        self.path = path
        temporary = "\(path).part-\(getpid())"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(errno))")
        }
    }

    deinit { discard() }

    /// Adds lines. A failure is told at the end; the run goes on.
    func write(_ lines: [UInt8]) {
        guard descriptor >= 0, failure == nil else { return }
        failure = Terminal.writeAll(lines, to: descriptor)
    }

    /// Gives the file its name, unless the run was refused and so there was nothing to trace.
    func close(isRefused: Bool) throws(CommandFailure) {
        guard !isRefused else { return discard() }
        try close()
    }

    /// Makes a run in this process.
    func record(_ run: PluginRun) throws(PluginRun.Failure) -> RunRecord {
        var run = run
        if descriptor >= 0 {
            run.instruments?.onCall = { call in
                if let line = try? JSONText.line(call) { self.write(line) }
            }
        }
        return try run.execute()
    }

    /// Gives the file its name.
    func close() throws(CommandFailure) {
        guard descriptor >= 0 else { return }
        if Glibc.close(descriptor) != 0, failure == nil { failure = errno }
        descriptor = -1
        if failure == nil, rename(temporary, path) != 0 { failure = errno }
        if let failure {
            unlink(temporary)
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(failure))")
        }
    }

    private func discard() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
        unlink(temporary)
    }
}
