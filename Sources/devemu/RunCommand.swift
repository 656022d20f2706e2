import ArgumentParser
import Emulation
import Measurement
import PluginHost
import Reporting
import WorkerProcess

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a workload plugin on an emulated machine.",
        discussion: """
            Without options the machine has 1 GiB and an area of 256 MiB, mostly filled with movable pages, \
            a few hundred of its pages pinned. The plugin is looked for as given, in DEVEMU_PLUGIN_PATH, and \
            beside devemu. It runs in a process of its own: whatever it does ends in one line here.
            """)

    @Argument(help: ArgumentHelp("The plugin, for example camera.so.", valueName: "plugin"))
    var plugin: String

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "What else goes on") var background: BackgroundOptions

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Set a parameter of the plugin; 'devemu plugin inspect' lists them.", valueName: "name=value"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Gather every buffer by this strategy: a name of 'devemu strategies', or a plugin of that kind.",
            valueName: "strategy"))
    var strategy: String?

    @Option(help: ArgumentHelp("Stop the plugin after so many seconds of real time.", valueName: "seconds"))
    var timeout = 60.0

    @Flag(help: "Run the plugin inside devemu itself, for a debugger.")
    var inProcess = false

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard timeout > 0, timeout <= 1e6 else {
            throw ValidationError("--timeout \(timeout) is no number of seconds above 0")
        }
    }

    func run() throws {
        var configuration = try machine.configuration()
        try background.apply(to: &configuration)
        let path = try PluginSearch.resolve(plugin)
        let chosen = try strategy.map { try StrategyInput(parsing: $0) }
        if chosen != nil, configuration.forcedMode != nil {
            throw CommandFailure(
                .configuration, "--strategy and --mode both say how every call is made: drop one")
        }
        configuration.strategy = chosen?.known.map { .known($0) }
        let plan = PluginRun(
            path: path, settings: try SettingInput.parse(settings), machine: configuration,
            strategyPath: chosen?.path,
            onPhase: { _ in }, onLine: { _ in })
        if WorkerChannel.isWorker {
            try Worker.main(plan)
        }
        let record: RunRecord
        if inProcess {
            do {
                record = try plan.execute()
            } catch {
                throw CommandFailure(Worker.status(of: error), "\(error)")
            }
        } else {
            record = try supervise(path: path)
        }
        try write(record)
        if let contents = record.contents, contents.damaged > 0 {
            throw CommandFailure(
                .internalError,
                "\(contents.damaged) pages lost what was written to them: the memory model is wrong")
        }
        guard record.satisfied else { throw ExitCode(ExitStatus.unsatisfied.rawValue) }
    }

    /// Runs this same command line in a worker process and waits for its record.
    private func supervise(path: String) throws -> RunRecord {
        var lines: [String] = []
        var result: [UInt8]?
        let report: WorkerReport
        do {
            report = try WorkerSupervisor.run(
                arguments: Array(CommandLine.arguments.dropFirst()),
                timeoutNanoseconds: UInt64(timeout * 1e9)
            ) { frame in
                switch frame {
                case .log(_, let message): lines.append(message)
                case .result(let bytes): result = bytes
                case .phase, .failure: break
                }
            }
        } catch {
            throw CommandFailure(.internalError, "\(error)")
        }
        passOn(report)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        switch report.ending {
        case .finished:
            guard let result, let record = try? JSONText.decode(RunRecord.self, from: result) else {
                throw CommandFailure(.internalError, "the worker's record cannot be read")
            }
            return record
        case .failed(let code, let message):
            if code == ExitStatus.runFailed.rawValue { keep(lines) }
            throw CommandFailure(ExitStatus(rawValue: code) ?? .internalError, message)
        case .exited, .signalled, .timedOut, .garbled:
            keep(lines)
            throw CommandFailure(
                .runFailed, report.ending.describe(plugin: name, phase: report.lastPhase))
        }
    }

    /// What the plugin printed itself goes to standard error, never between our results, and without
    /// the power to change the terminal.
    private func passOn(_ report: WorkerReport) {
        for text in [report.standardOutput, report.standardError] where !text.text.isEmpty {
            let lines = Human.printable(text.text, keeping: "\n\t")
            Terminal.note(lines.hasSuffix("\n") ? lines : lines + "\n")
            if text.droppedByteCount > 0 {
                Terminal.complain("\(text.droppedByteCount) more bytes that the plugin printed were dropped")
            }
        }
    }

    /// What a run had reported before it ended badly.
    private func keep(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        Terminal.note(
            "reported before the end:\n" + lines.suffix(40).map { "  \(Human.printable($0))\n" }.joined())
    }

    private func write(_ record: RunRecord) throws {
        let bytes: [UInt8]
        switch format {
        case .json: bytes = try JSONText.encode(record)
        case .text:
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            bytes = Array(RunText(record, style: style).render().utf8)
        }
        if let output, output != "-" {
            try Terminal.writeFile(bytes, path: output)
        } else {
            try Terminal.write(bytes)
        }
    }
}
