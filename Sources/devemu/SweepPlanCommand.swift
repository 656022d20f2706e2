import ArgumentParser
import PluginHost
import Reporting
import Sweeps
import TextSupport
import WorkerProcess

struct SweepPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write down every run of a grid, once.",
        discussion: """
            Every combination of values is checked as 'devemu run' would do it; what is wrong is told with its \
            place in the grid, and nothing is written. Runs that come to the same machine, devices, strategy and \
            seed are planned once.
            """)

    @Argument(
        help: ArgumentHelp("A grid (.yaml; - for standard input).", valueName: "grid"),
        completion: Completions.scene)
    var grid: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The plan, a new file of JSON lines.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Check the grid and tell how many runs it has and what disk they take; write nothing.")
    var dryRun = false

    @Flag(help: "Plan more than ten million runs.")
    var yes = false

    /// Runs that are planned without asking.
    private static let limit = 10_000_000
    /// About what a run takes in a store, and what each of its devices adds; bytes.
    private static let storedBytes = (run: 500, device: 600)

    func validate() throws {
        guard dryRun != (output != nil) else {
            throw ValidationError(
                dryRun
                    ? "--dry-run writes nothing: drop -o"
                    : "Missing expected argument '-o <file>', or --dry-run")
        }
        guard output != "-" else { throw ValidationError("-o -: a plan is a file; name one") }
    }

    func run() throws {
        var planner = try SweepPlanner(reading: grid)
        let count = planner.count
        guard count <= Self.limit || yes || dryRun else {
            throw CommandFailure(
                .usage,
                "\(grid): \(Human.count(count, "run")), more than \(Human.grouped(Self.limit)); add --yes to plan them "
                    + "all, or draw some of them with sample: {count: 1000}")
        }
        let text: String
        if let output { text = try write(&planner, to: output) } else { text = try estimate(&planner) }
        let same =
            planner.duplicates == 0
            ? "" : "; \(Human.grouped(planner.duplicates)) more come to the same and are left out"
        try Terminal.write("\(output ?? grid): \(Human.count(planner.runs, "run"))\(same)\n\(text)")
    }

    private func write(_ planner: inout SweepPlanner, to path: String) throws -> String {
        let file = try NewPlanFile(path)
        var progress = ProgressLine(command: "sweep plan", total: planner.count)
        defer { progress.erase() }
        var writer = try PlanWriter { bytes in try file.append(bytes) }
        let interruption = try WorkerRuns.heldSignals()
        func checkSignal() throws {
            guard let signal = interruption.signal else { return }
            throw CommandFailure(
                .interrupted,
                "interrupted by \(SignalName.name(of: signal)) after \(Human.count(writer.runs, "run")): \(path) is not "
                    + "written")
        }
        try planner.visitRuns(
            onScene: {
                try checkSignal()
                progress.update(done: $0)
            },
            onRun: {
                try checkSignal()
                try writer.add($0)
            })
        try file.publish(after: writer.finish(planner.header()))
        return ""
    }

    /// What the plan and its results would take, by one run of each combination of values.
    private func estimate(_ planner: inout SweepPlanner) throws -> String {
        var writer = try PlanWriter { _ in }
        try planner.visitExamples { run in try writer.add(run) }
        let head = try writer.finish(planner.header())
        let plan = head.count + planner.runs * (writer.size / max(writer.runs, 1))
        let results = planner.runs * (Self.storedBytes.run + planner.devices * Self.storedBytes.device)
        return """
            disk  about \(Human.size(bytes: plan)) for the plan, \(Human.size(bytes: results)) for the results
            time  \(try time(of: planner))

            """
    }

    /// What making the runs would take, by some of them.
    private func time(of planner: SweepPlanner) throws -> String {
        let files = PluginFiles()
        let examples = planner.examples.map { example in
            var example = example
            example.run.inspectAhead(with: files)
            return example
        }
        let workers = try WorkerOptions.parse(["--timeout", "10"])
        let clock = ContinuousClock()
        let start = clock.now
        try WorkerRuns(workers).execute(examples.count) { number in
            examples[number]
        } task: { number in
            let run = examples[number].run
            return Worker.Task(
                run: run, sandbox: try SandboxOptions.parse([]).sandbox(for: run, timeout: workers.timeout))
        } onOutcome: { _, _ in
        }
        let parts = (clock.now - start).components
        let taken = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        let seconds = taken / Double(max(examples.count, 1)) * Double(planner.runs)
        let atATime = workers.width == 1 ? "one run at a time" : "\(workers.width) runs at a time"
        return "about \(ProgressText.rough(seconds * 1e9)), \(atATime) "
            + "(by \(Human.count(examples.count, "run")) made now, in \(Human.duration(UInt64(taken * 1e9))))"
    }
}
