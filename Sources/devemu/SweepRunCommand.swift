public import ArgumentParser
import Reporting
import ResultStore
public import Sweeps
import TextSupport

struct SweepRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Make the runs of a plan that a store does not have.",
        discussion: """
            Each run has a worker process of its own. What is in the store is not run again: after Ctrl-C, a crash or \
            a power cut the same command goes on, and says which runs were lost. A plugin that crashes or hangs is a \
            result like others. After a signal no run begins, those that last longer than a moment are made again next \
            time, and the exit code is 75.
            """)

    @Argument(
        help: ArgumentHelp("A plan, as 'devemu sweep plan' writes it.", valueName: "plan"),
        completion: .file(extensions: ["jsonl"]))
    var plan: String

    @Option(
        help: ArgumentHelp("The store, an SQLite database; made if it is not there.", valueName: "file"),
        completion: .file(extensions: ["db"]))
    var store: String

    @Option(help: ArgumentHelp("Only this part of the plan, 3/8 for the third of eight.", valueName: "part"))
    var shard: Shard?

    @OptionGroup var workers: WorkerOptions

    @OptionGroup(title: "Safety") var sandboxing: SandboxOptions

    func run() throws {
        let plan = try PlanFile(plan)
        let zygote = try SweepRuns.zygote(of: plan, workers: workers, sandboxing: sandboxing)
        let tally = try StoreInput.use {
            try SweepRuns(
                plan, shard: shard ?? .whole, into: ResultStore(opening: store), workers: workers,
                zygote: zygote
            ).execute()
        }
        try Terminal.write(SweepText.summary(tally))
        try SweepText.end(tally, next: "the same command goes on")
    }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) { self.init(parsing: argument) }
}

/// What there is to say of a sweep.
enum SweepText {
    static func summary(_ tally: SweepRuns.Tally) -> String {
        var text =
            "\(Human.count(tally.planned, "run")) planned, \(Human.grouped(tally.known)) in the store before, "
        text += "\(Human.grouped(tally.made)) made\n"
        if tally.made > 0 {
            text += "of these \(Human.grouped(tally.satisfied)) satisfied, "
            text += "\(Human.grouped(tally.unsatisfied)) not, \(Human.grouped(tally.failed)) ended badly\n"
        }
        return text
    }

    /// Ends the command with its code.
    static func end(_ tally: SweepRuns.Tally, next: String) throws {
        if let failure = tally.firstFailure { Terminal.complain("first that ended badly: \(failure)") }
        guard tally.left == 0 else {
            let left = Human.count(tally.left, "run")
            let why = tally.signal == nil ? "\(Human.count(tally.lost, "run")) lost" : "interrupted"
            throw CommandFailure(.temporary, "\(why): \(left) left; \(next)")
        }
        if tally.failed > 0 { throw ExitCode(ExitStatus.runFailed.rawValue) }
    }
}
