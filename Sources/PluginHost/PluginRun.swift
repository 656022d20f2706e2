internal import AllocationStrategies
internal import ELFInspection
public import Emulation
internal import ForeignCalls
import Glibc
public import Measurement
internal import PhysicalMemory
internal import PluginManifests

/// One run of one or more instances of plugins on one emulated machine, from the files to the record.
///
/// A crash of a plugin is a crash of this process: call it in a worker.
public struct PluginRun {
    /// The parts of a run, in order; whoever watches is told of each.
    public enum Phase: String, Sendable {
        case inspect, load, run, report
    }

    /// Why a run came to no record.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// The plugin was not loaded, or not called; one line says why and what would be right.
        case refused(String)
        /// A `--set` that the plugin does not know or that is out of range.
        case badSetting(String)
        /// A value or an operation of a scene that a plugin does not know or that is out of range.
        case badScene(String)
        /// The machine cannot be set up.
        case badMachine(String)
        /// The entry point returned an error.
        case entryFailed(String)

        public var description: String {
            switch self {
            case .refused(let text), .badSetting(let text), .badScene(let text), .badMachine(let text),
                .entryFailed(let text):
                text
            }
        }
    }

    /// One or more; several are at work at the same emulated time.
    public var instances: [Instance]
    public var machine: MachineConfiguration
    /// The file of a strategy that is a plugin itself; it replaces the machine's.
    public var strategyPath: String?
    /// Name and summary of the scene that the run shows.
    public var scene: (name: String, summary: String)?
    /// The clock goes on at least until so long after the first instance began, ns.
    public var durationNanoseconds: UInt64 = 0
    /// Nil when nobody watches the host calls of plugins; nothing costs anything then.
    public var instruments: Instruments?
    public var onPhase: (Phase) -> Void = { _ in }
    public var onLine: (LogLine) -> Void = { _ in }

    /// Failed operations that are kept in the record.
    static let failureLimit = 1000

    public init(instances: [Instance], machine: MachineConfiguration) {
        self.instances = instances
        self.machine = machine
    }

    /// Whether devices and log lines are named after their instances.
    private var lendsNames: Bool { scene != nil || instances.count > 1 }

    /// Everything that keeps the run from beginning, as far as can be told without loading a plugin.
    public func problems() -> [Failure] { bind().problems }

    /// Opens every file before any value is bound: a file that cannot be used is told first.
    private func bind() -> (instances: [BoundInstance], strategies: [String: PluginFile], problems: [Failure])
    {
        var binding = RunBinding()
        var strategies: [String: PluginFile] = [:]
        for instance in instances {
            _ = binding.file(instance.path, as: .workload, place: instance.pluginPlace)
        }
        if let strategyPath { strategies[strategyPath] = binding.file(strategyPath, as: .strategy) }
        for instance in instances {
            guard case .plugin(let path)? = instance.strategy else { continue }
            strategies[path] = binding.file(path, as: .strategy, place: instance.strategyPlace)
        }
        let bound = instances.compactMap { binding.bind($0) }
        return (bound, strategies, binding.problems)
    }

    /// Every parameter of every instance with the value that it would have, in the order of the notes.
    /// - Throws: the first of the problems.
    public func parameters() throws(Failure) -> [[(name: String, value: String)]] {
        let (bound, _, problems) = bind()
        if let problem = problems.first { throw problem }
        return bound.map { $0.parameters.map { ($0.parameter.name, $0.value.description) } }
    }

    /// Inspects the files, loads exactly what was inspected, and calls every operation at its time.
    ///
    /// An operation that fails is in the record, and the others go on. Only for a single plugin without
    /// a scene it is the run's failure.
    public func execute() throws(Failure) -> RunRecord {
        onPhase(.inspect)
        let (bound, strategyFiles, problems) = bind()
        if let problem = problems.first { throw problem }

        onPhase(.load)
        var plugins = LoadedPlugins()
        var functions: [[ForeignFunction]] = []
        for instance in bound {
            var loaded: [ForeignFunction] = []
            for call in instance.calls {
                loaded.append(
                    try plugins.function(call.entry, of: instance.file, path: instance.plan.path))
            }
            functions.append(loaded)
        }
        var strategies = LoadedStrategies(strategyFiles)
        var machine = machine
        if let strategyPath { machine.strategy = try strategies.load(strategyPath, &plugins) }
        var choices: [StrategyChoice?] = []
        for instance in bound { choices.append(try strategies.choice(instance.plan.strategy, &plugins)) }
        let emulated: EmulatedMachine
        do {
            emulated = try EmulatedMachine(machine, loaded: strategies.instances)
        } catch {
            throw .badMachine("\(error)")
        }
        emulated.onLine = onLine
        let recorder = instruments.map { HostCallRecorder($0) }
        strategies.attach(to: emulated, recorder: recorder)
        if machine.strategy == nil, machine.forcedMode == nil {
            for (instance, choice) in zip(bound, choices) {
                if let choice { emulated.prepare(choice, area: instance.plan.area) }
            }
        }
        var tasks: [InstanceTask] = []
        for (index, instance) in bound.enumerated() {
            do throws(ForeignCallError) {
                tasks.append(
                    try InstanceTask(
                        instance, functions: functions[index], machine: emulated,
                        instance: PluginInstance(
                            machine: emulated, name: instance.plan.name, area: instance.plan.area,
                            strategy: choices[index], lendsName: lendsNames), recorder: recorder))
            } catch {
                throw .refused("\(instance.plan.path): its calls cannot be instrumented: \(error)")
            }
        }

        onPhase(.run)
        let start = emulated.clock.now
        let failures = try run(tasks, ranks: Self.ranks(of: bound), on: emulated)

        onPhase(.report)
        let record = scene.map {
            SceneRecord(name: $0.name, summary: $0.summary, startNanoseconds: start)
        }
        var result = emulated.record(plugins: tasks.map(\.record), scene: record, failures: failures)
        result.hostCalls = recorder?.record
        return result
    }

    /// The place of every event among all that are due at the same instant: by priority, then in order.
    private static func ranks(of instances: [BoundInstance]) -> [[Int]] {
        var ranks = instances.map { [Int](repeating: 0, count: $0.events.count) }
        let all = instances.indices.flatMap { instance in
            instances[instance].events.indices.map { (instance, $0) }
        }
        let keys = all.map { instance, event in
            (
                instances[instance].events[event].nanoseconds, instances[instance].plan.priority,
                instances[instance].events[event].order, instance, event
            )
        }
        let order = keys.indices.sorted { keys[$0] < keys[$1] }
        for (rank, index) in order.enumerated() { ranks[all[index].0][all[index].1] = rank }
        return ranks
    }

    /// Lets the instances work, each as a task of its own where there is more than one thing to do.
    private func run(
        _ tasks: [InstanceTask], ranks: [[Int]], on machine: EmulatedMachine
    ) throws(Failure) -> [OperationFailure] {
        let start = machine.clock.now
        var failures: [OperationFailure] = []
        let bodies = tasks.indices.map { index in
            {
                tasks[index].live(from: start, ranks: ranks[index]) { failure in
                    if failures.count < Self.failureLimit { failures.append(failure) }
                }
            }
        }
        if bodies.count == 1, instances.allSatisfy(\.events.isEmpty) {
            bodies[0]()
        } else if !VirtualTasks.run(on: machine.clock, bodies) {
            throw .entryFailed("an operation waits for what can no longer happen")
        }
        if scene == nil, instances.count == 1, let failure = failures.first {
            throw .entryFailed(text(of: failure, symbol: tasks[0].symbol))
        }
        let end = start + durationNanoseconds
        if machine.clock.now < end { machine.sleep(nanoseconds: end - machine.clock.now) }
        return failures
    }

    private func text(of failure: OperationFailure, symbol: String) -> String {
        let code = failure.code
        let reason = (-4095..<0).contains(code) ? " (\(String(cString: strerror(Int32(-code)))))" : ""
        let file = LoadedStrategies.fileName(instances[0].path)
        return "\(file): '\(symbol)' returned \(code)\(reason) in phase \(Phase.run.rawValue)"
    }
}
