import AllocationStrategies
import Emulation
import Glibc
import Measurement
import PluginHost
import Reporting
import WorkerProcess

/// The runs of a comparison: every case under every strategy with every seed, each in a worker process
/// of its own.
struct ComparisonRuns {
    /// Something that is run under every strategy.
    struct Case {
        let name: String
        let plan: RunPlan
    }

    /// What came of the runs, and the devices in the order in which they were announced.
    struct Result {
        var samples: [RunSample] = []
        var devices: [String] = []
    }

    /// Tells a worker which of the runs is its own.
    private static let jobVariable = "DEVEMU_COMPARE_JOB"

    let cases: [Case]
    let strategies: [StrategyInput]
    private let seeds: Range<UInt64>
    private let width: Int
    private let timeout: Double
    private let sandboxing: SandboxOptions

    init(_ command: CompareCommand) throws {
        cases = try Self.cases(command)
        strategies = try Self.strategies(command.strategies)
        let first = cases[0].plan.run.machine.seed
        let (end, isTooFar) = first.addingReportingOverflow(UInt64(command.repetitions))
        guard !isTooFar else {
            throw CommandFailure(.usage, "--seed \(first) leaves no room for --repeat")
        }
        seeds = first..<end
        let cpus = command.jobs ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))
        width = max(cpus, 1)
        timeout = command.timeout
        sandboxing = command.sandboxing
    }

    /// Every scene is a case by itself; plugins run together, as with `run`.
    private static func cases(_ command: CompareCommand) throws -> [Case] {
        func plan(scene: String?, plugins: [String], trace: TraceInput? = nil) throws -> RunPlan {
            let plan = try RunPlan(
                scene: scene, plugins: plugins, trace: trace, settings: command.settings,
                machine: command.machine,
                background: command.background)
            if let problem = plan.problems.first { throw problem }
            guard plan.run.machine.forcedMode == nil else {
                throw CommandFailure(
                    .configuration, "a forced mode contradicts the strategies: drop --mode or DEVEMU_MODE")
            }
            return plan
        }
        let traces = command.inputs.filter(TraceInput.isTrace)
        let plugins = command.inputs.filter { !SceneInput.isScene($0) && !TraceInput.isTrace($0) }
        var cases: [Case] = []
        if !plugins.isEmpty || command.scene != nil && traces.isEmpty {
            let plan = try plan(scene: command.scene, plugins: plugins)
            let names = plan.run.instances.map(\.name).joined(separator: "+")
            cases.append(Case(name: plugins.isEmpty ? plan.scene?.name ?? names : names, plan: plan))
        }
        for path in command.inputs where SceneInput.isScene(path) {
            let plan = try plan(scene: path, plugins: [])
            let name = plan.scene?.name ?? path
            guard !cases.contains(where: { $0.name == name }) else {
                throw CommandFailure(.usage, "\(path): a case '\(name)' is there twice")
            }
            cases.append(Case(name: name, plan: plan))
        }
        for path in traces {
            let trace = try TraceInput(reading: path, isLenient: command.lenient)
            guard !cases.contains(where: { $0.name == trace.name }) else {
                throw CommandFailure(.usage, "\(path): a case '\(trace.name)' is there twice")
            }
            cases.append(
                Case(name: trace.name, plan: try plan(scene: command.scene, plugins: [], trace: trace)))
        }
        return cases
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
        let strategy: StrategyInput
        let seed: UInt64
    }

    private var jobs: [Job] {
        cases.flatMap { item in
            strategies.flatMap { strategy in
                seeds.map { Job(item: item, strategy: strategy, seed: $0) }
            }
        }
    }

    /// Runs everything. What the command line itself got wrong ends it at once; a plugin that crashes or
    /// hangs is a failed run among the others.
    func execute() throws -> Result {
        let jobs = jobs
        var outcomes = [Outcome?](repeating: nil, count: jobs.count)
        var failure: CommandFailure?
        var progress = ProgressLine(command: "compare", total: jobs.count)
        var done = 0
        let pool = WorkerPool(
            width: width, arguments: Array(CommandLine.arguments.dropFirst()),
            timeoutNanoseconds: UInt64(timeout * 1e9))
        do {
            try pool.run(jobs.indices.map { [Self.jobVariable: String($0)] }) { completion in
                done += 1
                progress.update(done: done)
                switch Self.outcome(of: completion, plan: jobs[completion.job].item.plan) {
                case .success(let outcome):
                    outcomes[completion.job] = outcome
                    return .goOn
                case .failure(let error):
                    failure = error
                    return .killOthers
                }
            }
        } catch {
            progress.erase()
            throw CommandFailure(.internalError, "\(error)")
        }
        progress.erase()
        if let failure { throw failure }
        var result = Result()
        for (job, outcome) in zip(jobs, outcomes) { add(outcome, of: job, to: &result) }
        return result
    }

    private enum Outcome {
        case record(RunRecord)
        case failed(String)
    }

    private static func outcome(
        of completion: WorkerPool.Completion, plan: RunPlan
    ) -> Swift.Result<Outcome, CommandFailure> {
        let report: WorkerReport
        switch completion.report {
        case .success(let value): report = value
        case .failure(let error): return .failure(CommandFailure(.internalError, "\(error)"))
        }
        switch report.ending {
        case .finished:
            guard let bytes = completion.result,
                let record = try? JSONText.decode(RunRecord.self, from: bytes)
            else { return .failure(CommandFailure(.internalError, "a worker's record cannot be read")) }
            // A plugin that runs alone and fails has no result; in a scene the others have theirs.
            if plan.scene == nil, plan.run.instances.count == 1,
                let text = plan.complaint(aboutFailuresIn: record)
            {
                return .success(.failed(text))
            }
            return .success(.record(record))
        case .failed(let code, let message):
            guard code != ExitStatus.runFailed.rawValue else { return .success(.failed(message)) }
            return .failure(CommandFailure(ExitStatus(rawValue: code) ?? .internalError, message))
        case .exited, .signalled, .timedOut, .garbled, .interrupted:
            return .success(.failed(RunEnding(report, of: plan.run, called: plan.name).line))
        }
    }

    private func add(_ outcome: Outcome?, of job: Job, to result: inout Result) {
        switch outcome {
        case .record(let record):
            for device in record.devices {
                if !result.devices.contains(device.name) { result.devices.append(device.name) }
                result.samples.append(
                    RunSample(
                        record, device: device, caseName: job.item.name, strategy: job.strategy.name))
            }
        case .failed(let text):
            result.samples.append(
                RunSample(
                    caseName: job.item.name, strategy: job.strategy.name, seed: job.seed, failure: text))
        case nil:
            result.samples.append(
                RunSample(
                    caseName: job.item.name, strategy: job.strategy.name, seed: job.seed,
                    failure: "was not run"))
        }
    }

    // MARK: The worker's side

    /// Makes the one run that this process was started for.
    func work() throws -> Never {
        let jobs = jobs
        guard let number = Terminal.environment(Self.jobVariable).flatMap({ Int($0) }),
            jobs.indices.contains(number)
        else { throw CommandFailure(.internalError, "a worker of compare without a job") }
        let job = jobs[number]
        var run = job.item.plan.run
        run.machine.seed = job.seed
        run.machine.strategy = job.strategy.known.map { .known($0) }
        run.strategyPath = job.strategy.path
        try Worker.main(run, in: try sandboxing.sandbox(for: job.item.plan.run, timeout: timeout))
    }
}
