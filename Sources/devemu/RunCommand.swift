import ArgumentParser
import Emulation
import KernelFormats
import Measurement
import PluginHost
import Recordings
import Reporting
import TextSupport

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Run a scene, workload plugins, or the requests of a kernel's trace, on an emulated machine.",
        discussion: """
            Without options the machine has 1 GiB and an area of 256 MiB, mostly filled with movable pages, \
            a few hundred of its pages pinned. Options replace what a scene says. A plugin is looked for as \
            given, in DEVEMU_PLUGIN_PATH, and beside devemu; one that a scene names, beside the scene \
            first. A trace is ftrace text (trace, .ftrace, .trace, .txt) or trace-cmd's .dat with the cma \
            events: its requests are made at their times, from an area that has at least the pages it names. \
            The run has a process of its own: whatever a plugin does ends in one line here.
            """)

    @Argument(
        help: ArgumentHelp(
            "A scene (.yaml; - for standard input), plugins such as camera.so that run at the same time, or a "
                + "trace.", valueName: "scene, plugin or trace"),
        completion: Completions.runnable)
    var inputs: [String] = []

    @Option(
        help: ArgumentHelp(
            "The scene to run; plugins that are named too take the place of its devices.", valueName: "file"),
        completion: Completions.scene)
    var scene: String?

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "What else goes on") var background: BackgroundOptions

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Set a parameter of a plugin, camera.width=640, or of the only one, width=640; 'devemu plugin "
                + "inspect' lists them. Also a value of the scene, machine.pins=0.", valueName: "name=value"),
        completion: Completions.setting)
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Gather every buffer by this strategy: a name of 'devemu strategies', or a plugin of that kind.",
            valueName: "strategy"),
        completion: Completions.strategy)
    var strategy: String?

    @OptionGroup(title: "Host calls") var instruments: InstrumentOptions

    @OptionGroup var limit: RunTimeOption

    @Flag(help: "Pass over lines of a trace that cannot be read.")
    var lenient = false

    @Flag(
        help:
            "Keep what went on in every area in the JSON result: its map over time, every call, every failure."
    )
    var history = false

    @Flag(
        help: ArgumentHelp(
            "List every call into the contiguous allocator: its device, time, pages, offset or errno; the first "
                + "\(CallList.limit)."))
    var listCalls = false

    @OptionGroup(title: "Safety") var sandboxing: SandboxOptions

    @Flag(help: "Print every value of the run and where it comes from, instead of running it.")
    var printConfig = false

    @Flag(help: "Run the plugin inside devemu itself, for a debugger.")
    var inProcess = false

    @Flag(
        help: ArgumentHelp(
            "Show areas and devices at the pace of the emulated clock, before the result; as lines where "
                + "standard output is not a terminal."))
    var watch = false

    @Option(
        help: ArgumentHelp(
            "With --watch: seconds of the emulated clock in a second, such as 0.01 (default: what can be "
                + "followed).", valueName: "number"))
    var speed: Double?

    @Option(help: "How to write the result: text, json or openmetrics.")
    var format = RunFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @OptionGroup var width: ColumnsOption

    @Option(
        name: .customLong("trace"),
        help: ArgumentHelp(
            "Write what a kernel would trace of the run: ftrace text with the cma events of Linux 6.1, or for "
                + "a name in .json tracks for Perfetto and chrome://tracing.",
            valueName: "file"),
        completion: .file())
    var kernelTrace: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Write how the machine looks at the end into a new folder, in the kernel's formats: debugfs, "
                + "sysfs and /proc of the areas.", valueName: "folder"))
    var dump: String?

    func validate() throws {
        let scenes = inputs.filter(SceneInput.isScene) + (scene.map { [$0] } ?? [])
        guard scenes.count < 2 else { throw ValidationError("a run shows one scene, not \(scenes.count)") }
        guard !inputs.isEmpty || scene != nil else {
            throw ValidationError("Missing expected argument '<scene, plugin or trace> ...'")
        }
        guard !watch || format == .text || (output ?? "-") != "-" else {
            throw ValidationError(
                "--watch shows the run where the \(format.rawValue) would go: give that a file with -o")
        }
        if let speed {
            guard watch else { throw ValidationError("--speed is for --watch: give both") }
            guard (1e-6...1e6).contains(speed) else {
                throw ValidationError("--speed \(speed): expected a number from 0.000001 to 1000000")
            }
        }
        let traces = inputs.filter(TraceInput.isTrace)
        guard traces.isEmpty || inputs.count == 1 else {
            throw ValidationError("a trace runs alone, or on the machine of --scene: drop the other inputs")
        }
    }

    /// The scene among the arguments, or that of `--scene`.
    private var scenePath: String? { scene ?? inputs.first(where: SceneInput.isScene) }

    func run() throws {
        var plan = try RunPlan(
            scene: scenePath,
            plugins: inputs.filter { !SceneInput.isScene($0) && !TraceInput.isTrace($0) },
            trace: try inputs.first(where: TraceInput.isTrace).map { path in
                try TraceInput(reading: path, isLenient: lenient)
            },
            settings: settings, strategy: strategy, machine: machine, background: background,
            instruments: instruments)
        if let problem = plan.problems.first { throw problem }
        try OutputPlace.check(
            [("-o", output), ("--trace", kernelTrace), ("--trace-calls", instruments.traceCalls)],
            inputs: inputs + [scene, machine.state, machine.deviceTree].compactMap(\.self))
        plan.run.recordsHistory = history || watch
        plan.run.recordsCalls = listCalls
        plan.run.inspectAhead()
        if printConfig {
            try Terminal.write(PrintedConfiguration(plan).text())
            return
        }
        plan.run.inspectAhead()
        if !inProcess { try sandboxing.prepare() }
        let task = Worker.Task(
            run: plan.run, sandbox: try sandboxing.sandbox(for: plan.run, timeout: limit.timeout),
            tracesCalls: instruments.traceCalls != nil, tracesKernel: kernelTrace != nil,
            sendsEnd: dump != nil)
        if let dump { try NewFolder.refuseExisting(dump) }
        let trace = try instruments.openTrace()
        var result =
            inProcess
            ? try executeHere(plan, trace)
            : try SupervisedRun(plan: plan, task: task, timeout: limit.timeout, trace: trace).execute()
        if let kernelTrace { try write(trace: result, to: kernelTrace) }
        if watch { try WatchPlayer(result.record, style: color.style, speed: speed)?.play() }
        if !history { result.record.history = nil }
        try write(result.record)
        if let dump, let end = result.end {
            try DumpCommand.write(CaptureTree(JSONText.decode(MachineEnd.self, from: end)), to: dump)
        }
        if let complaint = result.complaint ?? Self.complaint(about: result.record, of: plan) {
            throw CommandFailure(result.status, Human.printable(complaint))
        }
        guard result.record.satisfied else { throw ExitCode(ExitStatus.unsatisfied.rawValue) }
    }

    private func executeHere(_ plan: RunPlan, _ trace: CallTrace) throws -> SupervisedRun.Result {
        var run = plan.run
        var text: [UInt8] = []
        var end: MachineEnd?
        if kernelTrace != nil { run.onTrace = { text += $0.utf8 } }
        if dump != nil { run.onEnd = { end = $0 } }
        var record: RunRecord
        do {
            record = try trace.record(run)
        } catch {
            throw CommandFailure(Worker.status(of: error), "\(error)")
        }
        try trace.close()
        record.sandbox = SandboxRecord(process: false, landlock: false, seccomp: false)
        return SupervisedRun.Result(
            record: record, kernelTrace: text, end: try end.map { try JSONText.encode($0) })
    }

    /// What was wrong with a run that came to its end, in a line; nil when nothing was.
    private static func complaint(about record: RunRecord, of plan: RunPlan) -> String? {
        if let contents = record.contents, contents.damaged > 0 {
            return "\(contents.damaged) pages lost what was written to them: the memory model is wrong"
        }
        if let first = record.protocolViolations.first {
            let rules = Human.count(record.protocolViolationCount, "rule")
            return "\(first.instance) broke \(rules), first: \(first.rule) in call \(first.call), "
                + "\(first.function): \(first.text)"
        }
        return plan.complaint(aboutFailuresIn: record) ?? brokenRules(in: record)
            ?? record.leak.map { "\($0.device) broke the rule leak: \($0.text)" }
    }

    /// What drivers did that no device or kernel would bear, in a line; nil when all kept the rules.
    private static func brokenRules(in record: RunRecord) -> String? {
        for device in record.devices {
            if let first = device.violations.first {
                let rules = Human.count(device.violationCount, "rule")
                return "\(device.name) broke \(rules), first: \(first)"
            }
            if device.framesDamaged > 0 {
                let frames = Human.count(device.framesDamaged, "frame")
                return "\(device.name): \(frames) did not hold what had been written"
            }
        }
        return nil
    }

    private func write(trace result: SupervisedRun.Result, to path: String) throws {
        let text = Array(FTraceWriter.header.utf8) + result.kernelTrace
        guard path.hasSuffix(".json") else { return try Terminal.writeFile(text, path: path) }
        // A crash may have cut the last line.
        let trace = try FTrace(parsing: text, isLenient: true)
        try Terminal.writeFile(ChromeTrace(trace, of: result.record).render(), path: path)
    }

    private func write(_ record: RunRecord) throws {
        let bytes: [UInt8]
        switch format {
        case .json:
            var record = record
            record.reproduce = .thisCommand
            bytes = try history ? JSONText.line(record) : JSONText.encode(record)
        case .openmetrics: bytes = Array(OpenMetricsText.render(record).utf8)
        case .text:
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            bytes = Array(RunText(record, style: style, columns: width.width(output: output)).render().utf8)
        }
        try Terminal.write(bytes, to: output)
    }
}

/// How `devemu run` writes its result.
enum RunFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, openmetrics
}
