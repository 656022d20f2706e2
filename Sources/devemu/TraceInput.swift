import Emulation
import Glibc
import KernelFormats
import WorkerProcess

/// A kernel's trace as the command line names it: text, or the binary file of trace-cmd.
struct TraceInput {
    /// As the command line names it.
    let path: String
    let trace: FTrace

    private static let binaryEnding = ".dat"
    private static let textEndings = [".ftrace", ".trace", ".txt"]

    /// Whether an argument of `run` or `compare` is a trace rather than a scene or a plugin, by its name.
    static func isTrace(_ argument: String) -> Bool {
        let name = argument.split(separator: "/").last.map(String.init) ?? argument
        return name == "trace" || argument.hasSuffix(binaryEnding)
            || textEndings.contains { argument.hasSuffix($0) }
    }

    /// What the trace is called: its file, without folder and ending.
    var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let ending = ([Self.binaryEnding] + Self.textEndings).first { file.hasSuffix($0) }
        return ending.map { String(file.dropLast($0.count)) } ?? file
    }

    /// Its requests as loads.
    var workload: TraceWorkload { TraceWorkload(trace, name: name) }

    init(reading path: String, isLenient: Bool) throws(CommandFailure) {
        let bytes =
            path.hasSuffix(Self.binaryEnding)
            ? try Self.report(of: path) : try InputFile.read(path, as: .trace)
        try self.init(bytes, path: path, isLenient: isLenient)
    }

    init(_ bytes: [UInt8], path: String, isLenient: Bool) throws(CommandFailure) {
        self.path = path
        do throws(KernelFormatError) {
            trace = try FTrace(parsing: bytes, isLenient: isLenient)
        } catch {
            throw Self.damaged(path, error)
        }
        guard !trace.events.isEmpty else {
            throw CommandFailure(
                .badInput,
                "\(path): no event of contiguous areas among \(trace.otherEvents): record with "
                    + "'trace-cmd record -e cma', or write 1 to events/cma/enable in tracefs")
        }
    }

    /// What trace-cmd makes of its own file, or of what comes from a binary pipe.
    static func report(of path: String) throws(CommandFailure) -> [UInt8] {
        // The tool opens it by itself, and would say in its own words what is wrong with it.
        close(try InputFile.openRegular(path, as: .trace))
        let output: ExternalTool.Output?
        do {
            output = try ExternalTool.run(["trace-cmd", "report", "-i", path])
        } catch {
            throw CommandFailure(.ioError, "trace-cmd: \(error)")
        }
        guard let output else {
            throw CommandFailure(
                .badInput,
                "\(path): a binary trace, and trace-cmd is not installed; where it is, "
                    + "'trace-cmd report -i \(path) > trace.txt' makes a text that devemu reads")
        }
        guard output.status == 0 else {
            throw CommandFailure(.badInput, "\(path): 'trace-cmd report' cannot read it")
        }
        return output.standardOutput
    }

    static func damaged(_ path: String, _ error: KernelFormatError) -> CommandFailure {
        CommandFailure(.badInput, error.description(in: path))
    }
}
