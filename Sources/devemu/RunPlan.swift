import Emulation
import Glibc
import Measurement
import PhysicalMemory
import PluginHost
import Reporting
import Scenes
import TextSupport

/// A run as the command line describes it: a scene, or plugins, or plugins in a scene's place, with
/// everything that replaces their values.
struct RunPlan {
    var run: PluginRun
    let scene: SceneInput?
    /// The file of the trace that the requests come from.
    let trace: String?
    /// What is wrong with the files and names of a scene, in the order of its devices.
    let problems: [CommandFailure]
    /// Settings in place of the scene's values, or of the default machine's.
    let given: [GivenSetting]
    /// What no scene can say: values with the options or variables that gave them.
    let choices: [GivenSetting]
    /// Whether the devices are plugins or a trace of the command line.
    let replacesDevices: Bool
    /// The device tree that says what memory and areas the machine has.
    let tree: DeviceTreeMachine?

    init(
        scene path: String?, checked: SceneInput? = nil, plugins: [String], trace: TraceInput? = nil,
        settings: [String],
        strategy: String? = nil, machine: MachineOptions, background: BackgroundOptions,
        instruments: InstrumentOptions? = nil
    ) throws {
        var arguments = try PluginArguments(plugins)
        replacesDevices = !plugins.isEmpty || trace != nil
        var given = try machine.given() + background.given()
        for text in settings {
            let setting = try GivenSetting(parsing: text)
            guard !arguments.set(setting, isAlone: path == nil) else { continue }
            guard path != nil || !plugins.isEmpty else {
                throw CommandFailure(.usage, "\(setting.text): a trace has no parameters")
            }
            guard path != nil else { throw arguments.refusal(of: setting) }
            given.append(setting)
        }
        self.given = given
        scene = try checked ?? path.map { path in try SceneInput(reading: path, given: given) }
        tree = try machine.deviceTreeMachine(of: scene)
        var problems: [CommandFailure] = []
        var configuration: MachineConfiguration
        if let scene {
            configuration = try Self.configuration(of: scene, tree, machine, background, &problems)
        } else {
            configuration = try machine.configuration()
            try background.apply(to: &configuration)
        }
        var workload = trace?.workload
        if path == nil, machine.isFree { workload?.place(in: &configuration, pins: machine.pins != nil) }
        choices =
            GivenSetting.option(machine.state, "--state", path: "state")
            + GivenSetting.option(machine.deviceTree, "--device-tree", path: "device-tree")
            + GivenSetting.option(machine.mode, "--mode", variable: "DEVEMU_MODE", path: "mode")
            + GivenSetting.option(strategy, "--strategy", path: "strategy")
        let chosen = try strategy.map { try StrategyInput(parsing: $0) }
        if chosen?.isAsAsked == false, configuration.forcedMode != nil {
            throw CommandFailure(
                .configuration, "--strategy and --mode both say how every call is made: drop one")
        }
        configuration.strategy = chosen?.known.map { .known($0) }
        var instances = arguments.instances
        if let scene, !replacesDevices {
            let devices = SceneInstances(scene)
            instances = devices.instances
            problems += devices.problems
        }
        run = PluginRun(instances: instances, machine: configuration)
        run.workload = workload
        self.trace = trace?.path
        if let scene, scene.scene.machine.deviceTree != nil {
            try tree?.serve(&run.instances, of: scene, named: replacesDevices ? [] : scene.scene.devices)
        } else {
            tree?.apply(to: &run)
        }
        run.strategyPath = chosen?.path
        if let scene {
            run.scene = (scene.name, scene.scene.summary)
            run.durationNanoseconds = scene.scene.durationNanoseconds ?? 0
        }
        let rules = FaultRuleInput(run)
        if let scene { run.instruments = rules.instruments(of: scene, problems: &problems) }
        run.instruments = try instruments?.added(to: run.instruments, rules) ?? run.instruments
        self.problems = problems
    }

    /// The scene's machine, or a recorded one in its place.
    private static func configuration(
        of scene: SceneInput, _ tree: DeviceTreeMachine?, _ options: MachineOptions,
        _ background: BackgroundOptions,
        _ problems: inout [CommandFailure]
    ) throws(CommandFailure) -> MachineConfiguration {
        var machine = try scene.machine(of: scene.scene.machine.deviceTree == nil ? nil : tree)
        machine.forcedMode = try options.forcedMode()
        var options = options
        let namer = options.state == nil ? InputFile.Namer.inFile : .commandLine
        options.state = options.state ?? scene.scene.machine.state.map { scene.file($0) }
        if options.state != nil {
            let names = machine.areas.map(\.name)
            machine = try options.configuration(stateNamed: namer)
            try background.checkCPUs(of: machine)
            try machine.nameAreas(names)
        }
        let wanted = scene.scene.machine
        machine.kernel = wanted.kernel
        do {
            let profile = try CostsInput.read(
                options.costs ?? scene.file(wanted.costs), option: nil
            ) { path throws(CommandFailure) in
                try InputFile.read(path, as: .costs, named: options.costs == nil ? .inFile : .commandLine)
            }
            machine.chosenCosts = (wanted.costs, profile)
        } catch {
            let place = scene.place(of: "machine.costs")
            problems.append(CommandFailure(error.status, "\(place): \(error)"))
        }
        scene.scene.background.apply(to: &machine)
        machine.hasContents = background.backing == .memory
        return machine
    }

    /// Whether a device tree says what areas there are.
    var isOfDeviceTree: Bool {
        choices.contains { $0.path == "device-tree" } || scene?.scene.machine.deviceTree != nil
    }

    /// Whether a value of the scene, or of the built-in one, is part of the run.
    func shows(_ path: String) -> Bool {
        let key = path.prefix { $0 != "." && $0 != "[" }
        // A recorded machine is what it was.
        let isRecorded = choices.contains { $0.path == "state" } || scene?.scene.machine.state != nil
        if key == "machine", isRecorded {
            return ["machine.costs", "machine.kernel", "machine.mutex", "machine.state"].contains(path)
        }
        if choices.contains(where: { $0.path == "device-tree" }),
            ["machine.memory", "machine.device_tree"].contains(path) || path.hasPrefix("machine.areas")
        {
            return false
        }
        guard scene != nil else {
            return ["seed", "machine", "background"].contains(key) && path != "machine.areas[0].name"
        }
        return !replacesDevices
            || ["summary", "seed", "machine", "background", "duration"].contains(key)
    }

    /// Every problem that keeps the run from beginning, each with its exit code.
    func allProblems() -> [CommandFailure] {
        guard problems.isEmpty else {
            // What is bound against plugins that are there is told too.
            var reachable = run
            reachable.instances = run.instances.filter { PluginSearch.exists($0.path) }
            return problems + reachable.problems().map(Self.failure)
        }
        return run.problems().map(Self.failure)
    }

    private static func failure(_ failure: PluginRun.Failure) -> CommandFailure {
        CommandFailure(Worker.status(of: failure), "\(failure)")
    }

    /// What messages about the whole run call it: its only plugin's file, or the scene's.
    var name: String {
        let first = run.instances.first?.path ?? trace ?? ""
        let isSame = run.instances.allSatisfy { $0.path == first }
        let path = isSame ? first : scene?.path ?? "the plugins"
        return path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The line about operations that returned an error; nil when none did.
    func complaint(aboutFailuresIn record: RunRecord) -> String? {
        guard let first = record.failures.first else { return nil }
        guard scene == nil, run.instances.count == 1 else {
            let failed = record.plugins.reduce(0) { $0 + $1.failedOperations }
            return "\(Human.count(failed, "operation")) failed, first \(first.operation) of "
                + "\(first.instance): \(first.errno)"
        }
        let code = first.code
        let reason = (-4095..<0).contains(code) ? " (\(String(cString: strerror(Int32(-code)))))" : ""
        return "\(name): '\(first.operation)' returned \(code)\(reason) in phase run"
    }
}
