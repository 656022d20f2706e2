import AllocationStrategies
import ArgumentParser
import Emulation
import Glibc
import Measurement
import PhysicalMemory
import PluginHost
import Reporting
import TextSupport
import WorkerProcess

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Run scenes or plugins under several strategies and compare what they cost.",
        discussion: """
            Each strategy meets the same machines: the seeds count up from --seed, and a seed gives the same \
            memory and the same background whatever the strategy. Every run has a worker process of its own; \
            the result does not depend on how many run at a time. A winner is named only where its interval \
            (95 % over the seeds) does not overlap with any other's, and only on equal terms: a strategy that \
            holds memory for no device, as a pool does, or that gathers fewer buffers, is shown and not ranked \
            by its time.

            With --kernels the same machines run under each kernel and its costs, and under one strategy, so that the \
            result is what an upgrade does to each device: rows, intervals, verdicts and --fail-if are as \
            with strategies, and name kernels in their place.

            Given the store of a sweep instead, it runs nothing and tells which of what varies matters, what \
            is best among what a person can choose, and what each strategy does.
            """)

    @Argument(
        help: ArgumentHelp(
            "Scenes (.yaml) and traces, each a case by itself, or plugins such as camera.so that run at the same "
                + "time; or the store of a sweep.", valueName: "scene, plugin or trace"),
        completion: Completions.runnable)
    var inputs: [String] = []

    @Option(
        help: ArgumentHelp(
            "A scene; plugins that are named too take the place of its devices.", valueName: "file"),
        completion: Completions.scene)
    var scene: String?

    @Option(
        help: ArgumentHelp(
            "Strategies with commas between them (default all): names of 'devemu strategies', modes with changes such as "
                + "normal+cache, plugins of that kind, as-asked for what each driver does by itself, or all.",
            valueName: "names"),
        completion: Completions.strategies)
    var strategies: String?

    @Option(
        help: ArgumentHelp(
            "Kernels with commas between them, or all: compare these under one strategy (default as-asked) instead of "
                + "strategies on one kernel.",
            valueName: "names"),
        completion: KernelInput.completion)
    var kernels: String?

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp("Seeds for each strategy or kernel.", valueName: "number"))
    var repetitions = 10

    @Option(
        help: ArgumentHelp(
            "The strategy that ratios are to (default normal), or the kernel (default the first).",
            valueName: "name"),
        completion: Completions.strategy)
    var reference: String?

    @Option(
        name: .customLong("fail-if"), parsing: .singleValue,
        help: ArgumentHelp(
            "End with code 1 when this holds: DEVICE.STRATEGY.METRIC > VALUE, with * for any device or "
                + "strategy, a value such as 5ms, 90%, 12 or '1.5x normal'.", valueName: "gate"))
    var gates: [String] = []

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "What else goes on") var background: BackgroundOptions

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Set a parameter of a plugin or a value of the scenes, as with run.", valueName: "name=value"),
        completion: Completions.setting)
    var settings: [String] = []

    @OptionGroup var workers: WorkerOptions

    @Flag(help: "Pass over lines of traces that cannot be read.")
    var lenient = false

    @Flag(
        help:
            "Keep what went on in every area in the JSON result, for the first seed of each case and strategy."
    )
    var history = false

    @OptionGroup(title: "Store of a sweep") var sweep: SweepOptions

    @OptionGroup(title: "Safety") var sandboxing: SandboxOptions

    @Option(help: "How to write the result: text, json, csv or markdown.")
    var format = ComparisonFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @OptionGroup var width: ColumnsOption

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"),
        completion: .file())
    var output: String?

    func validate() throws {
        guard !inputs.isEmpty || scene != nil else {
            throw ValidationError("Missing expected argument '<scene, plugin or trace> ...'")
        }
        guard (1...100_000).contains(repetitions) else {
            throw ValidationError("--repeat \(repetitions) is no number from 1 to 100000")
        }
    }

    func run() throws {
        if inputs.contains(where: SweepStoreInput.isStore) {
            try SweepComparison(self).run()
            return
        }
        if let option = sweep.given.first {
            throw CommandFailure(.usage, "\(option) is for the store of a sweep, and no input is one")
        }
        let runs = try ComparisonRuns(self)
        try OutputPlace.check([("-o", output)], inputs: inputs + [scene].compactMap(\.self))
        let names = runs.contenders.map(\.name)
        let reference = try referenceName(among: names)
        let gates = try self.gates.map { text in
            do {
                let gate = try Gate(parsing: text)
                try gate.check(strategies: names)
                return gate
            } catch let error as GateError {
                throw CommandFailure(.usage, "--fail-if \(error)")
            }
        }
        let samples = try runs.execute()
        let interruption = samples.interruption
        if let interruption, interruption.runs.runs == 0 {
            throw CommandFailure(
                .interrupted,
                "interrupted by \(SignalName.name(of: interruption.signal)) before the first run ended")
        }
        var comparison = Comparison(
            samples: samples.samples, reference: reference,
            order: Comparison.Order(
                cases: runs.cases.map(\.name), devices: samples.devices,
                strategies: names))
        if kernels != nil {
            comparison.contenders = .kernels
            comparison.strategy = runs.contenders.first?.strategy.name
        }
        comparison.kernelNotes = runs.kernelNotes.isEmpty ? nil : runs.kernelNotes
        comparison.machines = runs.cases.map {
            ComparedMachine(caseName: $0.name, machine: $0.plans[0].run.machine.summary)
        }
        if history { comparison.histories = samples.histories }
        comparison.reproduce = .thisCommand
        comparison.incomplete = interruption?.runs
        try write(comparison)
        if let interruption {
            throw CommandFailure(
                .interrupted,
                "interrupted by \(SignalName.name(of: interruption.signal)) with \(interruption.runs.runs) of "
                    + "\(Human.count(interruption.runs.planned, "run")): the same command begins again; a sweep "
                    + "('devemu sweep plan') keeps every run that it made")
        }
        try judge(comparison, gates)
        if comparison.rows.contains(where: { !$0.failures.isEmpty }) {
            throw ExitCode(ExitStatus.runFailed.rawValue)
        }
    }

    private func referenceName(among names: [String]) throws(CommandFailure) -> String {
        guard let reference else { return names.contains("normal") ? "normal" : names[0] }
        let name =
            try kernels == nil ? StrategyInput(parsing: reference).name : KernelInput.read(reference).name
        guard names.contains(name) else {
            let what = kernels == nil ? "strategies" : "kernels"
            throw CommandFailure(.usage, "--reference \(name) is none of the \(what) compared")
        }
        return name
    }

    private func judge(_ comparison: Comparison, _ gates: [Gate]) throws {
        var isViolated = false
        for gate in gates {
            do {
                for violation in try gate.evaluate(comparison) {
                    Terminal.complain(violation.line)
                    isViolated = true
                }
            } catch {
                throw CommandFailure(.usage, "--fail-if \(error)")
            }
        }
        if isViolated { throw ExitCode(ExitStatus.unsatisfied.rawValue) }
    }

    private func write(_ comparison: Comparison) throws {
        let bytes: [UInt8]
        switch format {
        case .json: bytes = try history ? JSONText.line(comparison) : JSONText.encode(comparison)
        case .csv: bytes = Array(ComparisonCSV.render(comparison).utf8)
        case .markdown: bytes = Array(ComparisonMarkdown.render(comparison).utf8)
        case .text:
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            bytes = Array(
                ComparisonText(comparison, style: style, columns: width.width(output: output)).render().utf8)
        }
        try Terminal.write(bytes, to: output)
    }
}

/// How `devemu compare` writes its result.
enum ComparisonFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv, markdown
}
