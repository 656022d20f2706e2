import AllocationStrategies
import Emulation
import Measurement
import PhysicalMemory
import PluginHost
import WorkerProcess

/// The runs of a comparison: every case under every strategy, or on every kernel, with every seed, each in a worker
/// process of its own.
struct ComparisonRuns {
    /// Something that is run under every strategy or on every kernel.
    struct Case {
        let name: String
        /// One for each kernel that is compared, or one.
        let plans: [RunPlan]
    }

    /// One of those that are compared: a strategy, or a kernel under the one strategy of all.
    struct Contender {
        let name: String
        let strategy: StrategyInput
        /// Which plan of a case is its.
        let plan: Int
    }

    /// What came of the runs, and the devices in the order in which they were announced.
    struct Result {
        var samples: [RunSample] = []
        var devices: [String] = []
        var histories: [ComparedHistory] = []
        /// How far it came and the signal that ended it, when one did.
        var interruption: (runs: IncompleteRuns, signal: Int32)?
    }

    let cases: [Case]
    let contenders: [Contender]
    private let seeds: Range<UInt64>
    private let workers: WorkerRuns
    private let timeout: Double
    private let sandboxing: SandboxOptions
    private let recordsHistory: Bool

    init(_ command: CompareCommand) throws {
        let kernels = try Self.kernels(command)
        let strategies = try Self.strategies(command)
        contenders =
            kernels.isEmpty
            ? strategies.map { Contender(name: $0.name, strategy: $0, plan: 0) }
            : kernels.enumerated().map { Contender(name: $1.name, strategy: strategies[0], plan: $0) }
        cases = try Self.cases(
            command, kernels: kernels.isEmpty ? [nil] : kernels, strategies: strategies.compactMap(\.path))
        let first = cases[0].plans[0].run.machine.seed
        let (end, isTooFar) = first.addingReportingOverflow(UInt64(command.repetitions))
        guard !isTooFar else {
            throw CommandFailure(.usage, "--seed \(first) leaves no room for --repeat")
        }
        seeds = first..<end
        workers = WorkerRuns(command.workers)
        timeout = command.workers.timeout
        sandboxing = command.sandboxing
        try sandboxing.prepare()
        recordsHistory = command.history
    }

    /// Every scene is a case by itself; plugins run together, as with `run`.
    ///
    /// - Parameters:
    ///   - kernels: those that are compared; nil stands for the one that the machine has.
    ///   - strategies: paths of those that are plugins.
    private static func cases(
        _ command: CompareCommand, kernels: [Kernel?], strategies: [String]
    ) throws -> [Case] {
        func plans(scene: String?, plugins: [String], trace: TraceInput? = nil) throws -> [RunPlan] {
            try kernels.map { try plan(scene: scene, plugins: plugins, trace: trace, kernel: $0) }
        }
        func plan(scene: String?, plugins: [String], trace: TraceInput?, kernel: Kernel?) throws -> RunPlan {
            var machine = command.machine
            machine.kernel = kernel?.name ?? machine.kernel
            var plan = try RunPlan(
                scene: scene, plugins: plugins, trace: trace, settings: command.settings, machine: machine,
                background: command.background)
            if let problem = plan.problems.first { throw problem }
            guard plan.run.machine.forcedMode == nil else {
                throw CommandFailure(
                    .configuration, "a forced mode contradicts the strategies: drop --mode or DEVEMU_MODE")
            }
            plan.run.inspectAhead(strategies: strategies)
            return plan
        }
        let traces = command.inputs.filter(TraceInput.isTrace)
        let plugins = command.inputs.filter { !SceneInput.isScene($0) && !TraceInput.isTrace($0) }
        var cases: [Case] = []
        if !plugins.isEmpty || command.scene != nil && traces.isEmpty {
            let plans = try plans(scene: command.scene, plugins: plugins)
            let names = plans[0].run.instances.map(\.name).joined(separator: "+")
            cases.append(Case(name: plugins.isEmpty ? plans[0].scene?.name ?? names : names, plans: plans))
        }
        for path in command.inputs where SceneInput.isScene(path) {
            let plans = try plans(scene: path, plugins: [])
            let name = plans[0].scene?.name ?? path
            guard !cases.contains(where: { $0.name == name }) else {
                throw CommandFailure(.usage, "\(path): a case '\(name)' is there twice")
            }
            cases.append(Case(name: name, plans: plans))
        }
        for path in traces {
            let trace = try TraceInput(reading: path, isLenient: command.lenient)
            guard !cases.contains(where: { $0.name == trace.name }) else {
                throw CommandFailure(.usage, "\(path): a case '\(trace.name)' is there twice")
            }
            cases.append(
                Case(name: trace.name, plans: try plans(scene: command.scene, plugins: [], trace: trace)))
        }
        return cases
    }

    /// What has to be said of the kernels that run, each once.
    var kernelNotes: [String] {
        var notes: [String] = []
        for plan in cases.flatMap(\.plans) {
            if let note = plan.run.machine.kernel.note, !notes.contains(note) { notes.append(note) }
        }
        return notes
    }

    /// The kernels that are compared; none where strategies are.
    private static func kernels(_ command: CompareCommand) throws(CommandFailure) -> [Kernel] {
        guard let text = command.kernels else { return [] }
        if let kernel = command.machine.kernel {
            throw CommandFailure(
                .usage, "--kernel \(kernel) and --kernels both say which kernel decides: drop one")
        }
        if text == "all" { return Kernel.all }
        var chosen: [Kernel] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let kernel = try KernelInput.read(String(name))
            guard !chosen.contains(kernel) else {
                throw CommandFailure(.usage, "--kernels: \(kernel.name) is there twice")
            }
            chosen.append(kernel)
        }
        return chosen
    }

    private static func strategies(_ command: CompareCommand) throws(CommandFailure) -> [StrategyInput] {
        guard command.kernels != nil else { return try strategies(command.strategies ?? "all") }
        let chosen =
            try command.strategies.map { text throws(CommandFailure) in try strategies(text) } ?? [.asAsked]
        guard chosen.count == 1 else {
            throw CommandFailure(
                .usage,
                "--kernels compares kernels under one strategy, and --strategies names \(chosen.count): name one, or "
                    + "compare the strategies on each kernel with --kernel")
        }
        return chosen
    }

    private static func strategies(_ text: String) throws(CommandFailure) -> [StrategyInput] {
        if text == "all" { return Strategy.all.map { StrategyInput($0) } }
        var chosen: [StrategyInput] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let strategy = try StrategyInput(parsing: String(name))
            guard !chosen.contains(where: { $0.name == strategy.name }) else {
                throw CommandFailure(.usage, "--strategies: \(strategy.name) is there twice")
            }
            chosen.append(strategy)
        }
        return chosen
    }

    // MARK: The parent's side

    private struct Job {
        let item: Case
        let contender: Contender
        let seed: UInt64

        var plan: RunPlan { item.plans[contender.plan] }
    }

    /// All runs of a seed before those of the next, so that an interrupted comparison is one of fewer seeds.
    private var jobs: [Job] {
        seeds.flatMap { seed in
            cases.flatMap { item in
                contenders.map { Job(item: item, contender: $0, seed: seed) }
            }
        }
    }

    /// Numbers of jobs by case, contender and seed, the order of a result.
    private var jobsInOrder: [Int] {
        let group = cases.count * contenders.count
        return (0..<group).flatMap { member in (0..<seeds.count).map { $0 * group + member } }
    }

    /// Runs everything. What the command line itself got wrong ends it at once; a plugin that crashes or
    /// hangs is a failed run among the others. After a signal the result has the seeds of which every run was made,
    /// or when there is none, the runs that were.
    func execute() throws -> Result {
        let jobs = jobs
        let interruption = try WorkerRuns.heldSignals()
        var outcomes = [WorkerRuns.Outcome?](repeating: nil, count: jobs.count)
        var progress = ProgressLine(command: "compare", total: jobs.count)
        defer { progress.erase() }
        var done = 0
        let signal = try workers.execute(
            jobs.count, plan: { jobs[$0].plan }, task: { try task(of: jobs[$0]) },
            interruption: interruption, onInterruption: { progress.interrupted(running: $0) },
            onOutcome: { job, outcome in
                done += 1
                progress.update(done: done)
                outcomes[job] = Self.judged(outcome, plan: jobs[job].plan)
            })
        var result = Result()
        let group = cases.count * contenders.count
        let whole = outcomes.indices.filter { number in
            let first = number / group * group
            return outcomes[first..<first + group].allSatisfy { $0 != nil }
        }
        let made = Set(whole.isEmpty ? outcomes.indices.filter { outcomes[$0] != nil } : whole)
        for number in jobsInOrder where signal == nil || made.contains(number) {
            add(outcomes[number], of: jobs[number], to: &result)
        }
        result.interruption = signal.map { (IncompleteRuns(runs: made.count, planned: jobs.count), $0) }
        return result
    }

    /// A plugin that runs alone and fails has no result; in a scene the others have theirs.
    private static func judged(_ outcome: WorkerRuns.Outcome, plan: RunPlan) -> WorkerRuns.Outcome {
        if plan.scene == nil, plan.run.instances.count == 1, case .record(let record) = outcome,
            let text = plan.complaint(aboutFailuresIn: record)
        {
            return .failed(text)
        }
        return outcome
    }

    private func add(_ outcome: WorkerRuns.Outcome?, of job: Job, to result: inout Result) {
        switch outcome {
        case .record(let record):
            if let history = record.history {
                result.histories.append(
                    ComparedHistory(
                        caseName: job.item.name, strategy: job.contender.name, seed: job.seed,
                        devices: record.devices.map(\.name), areas: history.areas))
            }
            for device in record.devices {
                if !result.devices.contains(device.name) { result.devices.append(device.name) }
                result.samples.append(
                    RunSample(
                        record, device: device, caseName: job.item.name, strategy: job.contender.name))
            }
        case .failed(let text):
            result.samples.append(
                RunSample(
                    caseName: job.item.name, strategy: job.contender.name, seed: job.seed, failure: text))
        case nil:
            result.samples.append(
                RunSample(
                    caseName: job.item.name, strategy: job.contender.name, seed: job.seed,
                    failure: "was not run"))
        }
    }

    // MARK: The worker's side

    private func task(of job: Job) throws -> Worker.Task {
        var run = job.plan.run
        run.machine.seed = job.seed
        run.machine.strategy = job.contender.strategy.known.map { .known($0) }
        run.strategyPath = job.contender.strategy.path
        run.recordsHistory = recordsHistory && job.seed == seeds.lowerBound
        return Worker.Task(
            run: run, sandbox: try sandboxing.sandbox(for: job.plan.run, timeout: timeout))
    }
}
