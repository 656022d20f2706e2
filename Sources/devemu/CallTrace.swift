import Measurement
import PluginHost
import Reporting
import TextSupport
import WorkerProcess

/// The file of `--trace-calls`, or none. It has its name when the run is over, crashed or not.
final class CallTrace {
    private let path: String
    /// Nil when nothing is traced, or no longer.
    private var file: OutputFile?
    private var failure: Int32?

    /// Nothing is traced.
    init() { path = "" }

    init(path: String) throws(CommandFailure) {
        self.path = path
        file = try OutputFile(path)
    }

    /// Adds lines. A failure is told at the end; the run goes on.
    func write(_ lines: [UInt8]) {
        guard let file, failure == nil else { return }
        failure = file.write(lines)
    }

    /// Gives the file its name, unless the run was refused and so there was nothing to trace.
    func close(isRefused: Bool) throws(CommandFailure) {
        guard !isRefused else {
            file = nil
            return
        }
        try close()
    }

    /// Makes a run in this process.
    func record(_ run: PluginRun) throws(PluginRun.Failure) -> RunRecord {
        var run = run
        if file != nil {
            run.instruments?.onCall = { call in
                if let line = try? JSONText.line(call) { self.write(line) }
            }
        }
        return try run.execute()
    }

    /// Gives the file its name.
    func close() throws(CommandFailure) {
        guard let file else { return }
        self.file = nil
        if let failure { throw OutputPlace.failure(path, failure) }
        try file.publish()
    }
}
