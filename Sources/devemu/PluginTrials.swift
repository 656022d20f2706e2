import AllocationStrategies
import Emulation
import PhysicalMemory
import PluginConformance
import PluginHost
import PluginInspection
import Reporting
import WorkerProcess

/// The trials of `devemu plugin check` as runs.
struct PluginTrials {
    /// What a strategy gathers for.
    private static let driver = "camera.so"

    let path: String
    let subject: ConformanceSubject
    private let instance: PluginRun.Instance
    private let machine: MachineConfiguration
    /// The run that all trials change.
    private let base: PluginRun

    var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

    init(plugin: String, settings: [String], machine: MachineOptions) throws {
        let path = try PluginSearch.resolve(plugin)
        let manifest: PluginManifest
        do {
            manifest = try PluginFile.open(path: path, hostABI: HostABI.revisions).inspected.manifest
        } catch {
            throw CommandFailure(.pluginRefused, "\(error)")
        }
        guard try machine.forcedMode() == nil else {
            throw CommandFailure(
                .configuration,
                "a forced mode contradicts the modes that are tried: drop --mode or DEVEMU_MODE")
        }
        let isStrategy = manifest.kind == .strategy
        var arguments = try PluginArguments([isStrategy ? Self.driver : path])
        let given = try settings.map { try GivenSetting(parsing: $0) }
        for setting in given where !arguments.set(setting, isAlone: true) {
            throw arguments.refusal(of: setting)
        }
        let instance = arguments.instances[0]
        var base = PluginRun(instances: [instance], machine: try machine.configuration())
        if let problem = base.problems().first {
            throw CommandFailure(Worker.status(of: problem), "\(problem)")
        }
        if isStrategy { base.strategyPath = path }
        base.inspectAhead()
        self.base = base
        self.path = path
        self.instance = instance
        self.machine = try machine.configuration()
        subject = ConformanceSubject(
            manifest: manifest,
            instance: isStrategy ? path.split(separator: "/").last.map(String.init) ?? path : instance.name,
            fixed: instance.settings.map(\.name),
            choices: .init(
                modes: AllocationMode.named.map(\.name), strategies: Strategy.all.map(\.name),
                fallible: HostFunction.allCases.filter(\.canFail).map { "\($0)" }))
    }

    /// What the worker of a trial does.
    func task(of trial: Trial, in sandboxing: SandboxOptions, timeout: Double) throws -> Worker.Task {
        let run = try run(of: trial)
        return Worker.Task(run: run, sandbox: try sandboxing.sandbox(for: run, timeout: timeout))
    }

    private func run(of trial: Trial) throws -> PluginRun {
        var instance = instance
        instance.settings += trial.settings.map {
            .init(name: $0.name, value: $0.value, place: .option(prefix: ""))
        }
        instance.events = trial.operations.enumerated().map { order, operation in
            .init(
                nanoseconds: UInt64(order) * Self.step, operation: operation, arguments: [],
                place: .option(prefix: ""), order: order)
        }
        var machine = machine
        if let mode = trial.mode { machine.forcedMode = AllocationMode(parsing: mode) }
        if let name = trial.strategy, let strategy = Strategy.named(name) {
            machine.strategy = .known(strategy)
        }
        if let pins = trial.pins, case .generated(let fill, _) = machine.start {
            machine.start = .generated(fill: fill, pins: min(pins, machine.areas[0].geometry.pages / 3))
        }
        var run = base
        run.instances = [instance]
        run.machine = machine
        // As in a scene, so that an operation that fails is in the record.
        run.scene = (name: "check", summary: subject.manifest.summary)
        if trial.isInstrumented || !trial.faults.isEmpty {
            run.instruments = .init(
                rules: try trial.faults.map { try FaultRule(parsing: $0, instances: [subject.instance]) })
        }
        return run
    }

    /// Emulated time between operations, ns.
    private static let step: UInt64 = 1_000_000_000
}
