import ArgumentParser
import Glibc

@main
struct Devemu: ParsableCommand {
    static let version = "devemu 0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "devemu",
        abstract: "How devices without an IOMMU get contiguous memory, on an emulated Linux machine.",
        discussion: """
            'devemu help scene' explains every key of a scene. Exit codes: 0 done and satisfied, 1 not satisfied or not exact, 2 a plugin crashed, hung, \
            failed or broke a rule, 64 usage, 65 damaged input, 66 no such input, 69 plugin refused, 70 a bug in devemu, \
            73 cannot write, 74 I/O error, 75 in use, try again later, 78 settings that contradict each other, \
            130 interrupted.
            """,
        version: version,
        subcommands: [
            RunCommand.self, CompareCommand.self, SizeCommand.self, SweepCommand.self, ReportCommand.self,
            MapCommand.self,
            CheckCommand.self, StrategiesCommand.self, KernelsCommand.self, ReplayCommand.self,
            ImportCommand.self,
            DumpCommand.self,
            ExplainCommand.self, AreasCommand.self, CalibrateCommand.self, PluginCommand.self,
        ])

    /// Failures end in one line on standard error and their own exit code, also what the argument parser
    /// refuses. The exit code is the verdict even when the reader of the output has gone.
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is a failure with its line, and a wish to end is not a crash of this program.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGQUIT, SIG_DFL)
        let words = CommandLineWords(Array(CommandLine.arguments.dropFirst()))
        do {
            if let refusal = words.unknownCommand { throw CommandFailure(.usage, refusal) }
            var command = try words.parsed()
            try (command as? any TakesFiles)?.refuseOtherFiles()
            try command.run()
        } catch let failure as CommandFailure {
            Terminal.complain(failure.description)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch let error as ExitCode {
            exit(withError: error)
        } catch {
            switch exitCode(for: error) {
            case .success: exit(withError: error)
            // The argument parser answers 1 for errors that are not its own; here 1 is a verdict.
            case .failure:
                Terminal.complain("\(error)")
                exit(withError: ExitCode(ExitStatus.internalError.rawValue))
            default:
                Terminal.complain(words.complaint(about: error))
                exit(withError: ExitCode(ExitStatus.usage.rawValue))
            }
        }
    }
}
