internal import AllocationStrategies
public import CShims
public import Emulation
import Glibc
public import Measurement
internal import PhysicalMemory
internal import PluginInspection
public import Recordings

/// One run of instances of plugins, or of a trace's requests, on one emulated machine, from the files to the
/// record.
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
        /// Operations wait for what can no longer happen.
        case deadlocked(String)
        /// This machine lacks what the run needs, and may have it later; no code of a plugin was called.
        case shortage(String)

        public var description: String {
            switch self {
            case .refused(let text), .badSetting(let text), .badScene(let text), .badMachine(let text),
                .deadlocked(let text), .shortage(let text):
                text
            }
        }
    }

    /// One or more; several are at work at the same emulated time.
    public var instances: [Instance]
    public var machine: MachineConfiguration
    /// Requests that drivers without a plugin make, beside the instances or in their place.
    public var workload: TraceWorkload?
    /// The file of a strategy that is a plugin itself; it replaces the machine's.
    public var strategyPath: String?
    /// Name and summary of the scene that the run shows.
    public var scene: (name: String, summary: String)?
    /// The clock goes on at least until so long after the first instance began, ns.
    public var durationNanoseconds: UInt64 = 0
    /// Nil when nobody watches the host calls of plugins; nothing costs anything then.
    public var instruments: Instruments?
    /// Whether the record tells what went on in every area.
    public var recordsHistory = false
    /// Whether the record tells every call into the contiguous allocator.
    public var recordsCalls = false
    /// Whether it tells how many calls of each device took how long.
    public var recordsLatencies = false
    public var onPhase: (Phase) -> Void = { _ in }
    public var onLine: (LogLine) -> Void = { _ in }
    /// Hears of every line that a kernel would write to its trace; nil for nobody.
    public var onTrace: ((String) -> Void)?
    /// Where calls of the host are recorded for whoever looks after this process; nil for nobody.
    public var recorder: UnsafeMutablePointer<flight_recorder>?
    /// Is given how the machine looks when a run has come to its end; nil for nobody.
    public var onEnd: ((MachineEnd) -> Void)?
    /// Is given what has been measured when the recorder's limit is reached, and ends the process.
    public var onStop: (RunRecord) -> Void = { _ in }

    /// Files that were inspected ahead, by path, and why those were refused that cannot be used: a worker, which may
    /// make no copy of a file, does not look at them again.
    private(set) var inspected: [String: Result<PluginFile, InspectionError>] = [:]

    /// Failed operations that are kept in the record.
    static let failureLimit = 1000

    public init(instances: [Instance], machine: MachineConfiguration) {
        self.instances = instances
        self.machine = machine
    }

    /// Whether devices and log lines are named after their instances.
    private var lendsNames: Bool { scene != nil || instances.count > 1 }

    /// Everything that keeps the run from beginning, as far as can be told without loading a plugin.
    /// - Parameter files: that were opened for other runs already.
    public func problems(with files: PluginFiles = PluginFiles()) -> [Failure] { bind(files).problems }

    /// Copies and reads the files of plugins ahead, for many runs of this one: all of them load what the files are
    /// now, in workers of this process too. Files that are refused are left to the runs.
    ///
    /// - Parameters:
    ///   - files: that were opened for other runs already; for nil, those of this one.
    ///   - strategies: files of strategies that some of the runs are made under.
    public mutating func inspectAhead(with files: PluginFiles? = nil, strategies: [String] = []) {
        let files = files ?? PluginFiles(known: inspected)
        _ = bind(files)
        for path in strategies { _ = try? files.file(path) }
        inspected = files.all
    }

    /// The content hash of each instance's file as a record has it; nil for one that was not inspected ahead.
    public var contentHashes: [String?] {
        instances.map { try? inspected[$0.path]?.get().inspected.contentHash }
    }

    /// What is known of a run of which nothing is left.
    public var emptyRecord: RunRecord {
        var record = RunRecord(
            seed: machine.seed, mode: machine.forcedMode?.name(on: machine.kernel) ?? "as-asked",
            strategy: machine.strategy?.name, kernel: machine.kernel.name,
            costs: machine.costsName, memoryPages: machine.presentPages, areas: [], plugins: [], devices: [],
            log: [], elapsedNanoseconds: 0)
        record.firstPFN = machine.firstPFN == 0 ? nil : machine.firstPFN
        return record
    }

    /// Opens every file before any value is bound: a file that cannot be used is told first.
    func bind(
        _ files: PluginFiles
    ) -> (instances: [BoundInstance], strategies: [String: PluginFile], problems: [Failure]) {
        var binding = RunBinding(files)
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
        let (bound, _, problems) = bind(PluginFiles(known: inspected))
        if let problem = problems.first { throw problem }
        return bound.map { $0.parameters.map { ($0.parameter.name, $0.value.description) } }
    }

    /// Inspects the files, loads exactly what was inspected, and calls every operation at its time.
    ///
    /// An operation that fails is in the record, and the others go on; so is a rule that is broken.
    public func execute() throws(Failure) -> RunRecord {
        onPhase(.inspect)
        let (bound, strategyFiles, problems) = bind(PluginFiles(known: inspected))
        if let problem = problems.first { throw problem }
        for instance in bound {
            try LoadedPlugins.checkSymbols(of: instance.file, path: instance.plan.path)
        }
        for (path, file) in strategyFiles.sorted(by: { $0.key < $1.key }) {
            try LoadedPlugins.checkSymbols(of: file, path: path)
        }
        let virtualTasks = try startThreads(bound)

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
        let session = HostSession(recorder: recorder)
        var strategies = LoadedStrategies(
            strategyFiles, session: session, firstNumber: instances.count)
        var machine = machine
        if let strategyPath { machine.strategy = try strategies.load(strategyPath, &plugins) }
        var choices: [StrategyChoice?] = []
        for instance in bound { choices.append(try strategies.choice(instance.plan.strategy, &plugins)) }
        let emulated: EmulatedMachine
        do {
            emulated = try EmulatedMachine(
                machine, loaded: strategies.instances, recordsHistory: recordsHistory, onTrace: onTrace)
        } catch {
            throw .badMachine("\(error)")
        }
        emulated.onLine = onLine
        emulated.recordsLatencies = recordsLatencies
        emulated.recordsCalls = recordsCalls
        let calls = instruments.map { HostCallRecorder($0) }
        strategies.attach(to: emulated, recorder: calls)
        if machine.strategy == nil, machine.forcedMode == nil {
            for (instance, choice) in zip(bound, choices) {
                if let choice { emulated.prepare(choice, area: instance.plan.area) }
            }
        }
        var tasks: [InstanceTask] = []
        for (index, bound) in bound.enumerated() {
            let instance = PluginInstance(
                machine: emulated, session: session, name: bound.plan.name, number: index,
                area: bound.plan.area, strategy: choices[index], lendsName: lendsNames)
            let task: InstanceTask?
            do throws(ForeignCallError) {
                task = try InstanceTask(
                    bound, functions: functions[index], machine: emulated, instance: instance,
                    recorder: calls)
            } catch {
                throw .refused("\(bound.plan.path): its calls cannot be instrumented: \(error)")
            }
            guard let task else { throw .badMachine("\(bound.plan.name): no memory for its host table") }
            tasks.append(task)
        }

        var devices: [LoadedDevice] = []
        for load in workload?.loads ?? [] {
            guard let device = LoadedDevice(load, on: emulated) else {
                throw .badMachine("\(load.name): no room for its device")
            }
            devices.append(device)
        }

        onPhase(.run)
        let start = emulated.clock.now
        let scene = scene.map {
            SceneRecord(name: $0.name, summary: $0.summary, startNanoseconds: start)
        }
        var failures: [OperationFailure] = []
        func record() -> RunRecord {
            var record = emulated.record(plugins: tasks.map(\.record), scene: scene, failures: failures)
            record.protocolViolations = session.violations
            record.protocolViolationCount = session.violationCount
            record.trace = workload?.record
            for device in devices {
                record.trace?.releasesLeftOut += device.releasesLeftOut
                record.trace?.lateRequests += device.lateRequests
            }
            record.hostCalls = calls?.record
            record.judge()
            return record
        }
        session.onStop = { onStop(record()) }
        try run(tasks, ranks: Self.ranks(of: bound), devices, virtualTasks, on: emulated) {
            failures.append($0)
        }

        onPhase(.report)
        onEnd?(emulated.end())
        return record()
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

    /// The threads of the instances and of the devices of a trace; nil where there is one thing to do. Before any
    /// code of a plugin runs, so that a shortage is told by this code alone.
    private func startThreads(_ bound: [BoundInstance]) throws(Failure) -> VirtualTasks? {
        let count = bound.count + (workload?.loads.count ?? 0)
        if count == 1, instances.allSatisfy(\.events.isEmpty) { return nil }
        do {
            return try VirtualTasks(count: count)
        } catch {
            throw .shortage(
                "no room for \(count) threads, one for each device: \(String(cString: strerror(error.errorNumber))); "
                    + "raise the limit of processes or memory")
        }
    }

    /// Lets the instances work, each as a task of its own where there is more than one thing to do.
    private func run(
        _ tasks: [InstanceTask], ranks: [[Int]], _ devices: [LoadedDevice], _ virtualTasks: VirtualTasks?,
        on machine: EmulatedMachine,
        onFailure: @escaping (OperationFailure) -> Void
    ) throws(Failure) {
        let start = machine.clock.now
        var count = 0
        var bodies: [() -> Void] = tasks.indices.map { index in
            {
                tasks[index].live(from: start, ranks: ranks[index]) { failure in
                    if count < Self.failureLimit { onFailure(failure) }
                    count += 1
                }
            }
        }
        bodies += devices.map { device in { device.live(from: start) } }
        if virtualTasks == nil {
            bodies[0]()
        } else if virtualTasks?.run(on: machine.clock, bodies) == false {
            throw .deadlocked("an operation waits for what can no longer happen")
        }
        let end = start + durationNanoseconds
        if machine.clock.now < end { machine.sleep(nanoseconds: end - machine.clock.now) }
    }
}
