import ArgumentParser
import Glibc
import Reporting
import Sweeps
import TextSupport

struct SweepSubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Run a plan on a Slurm cluster: an array of shards, then a job that merges them.",
        discussion: """
            The folder of results gets the scripts, the logs, a file for each shard, store.db with everything \
            that was merged, and submission.json. It, the plan, the plugins and devemu itself have to be on \
            storage that every node sees under the same path. Options of sbatch follow behind --, such as \
            -- --partition=long --time=2:00:00; they hold for the array and for the merge.
            """)

    @Argument(
        help: ArgumentHelp("A plan of 'devemu sweep plan'.", valueName: "plan"),
        completion: .file(extensions: ["jsonl"]))
    var plan: String

    @Flag(help: "The scheduler; there is no other one so far.")
    var slurm = false

    @Option(
        help: ArgumentHelp("Where everything goes; made if it is not there.", valueName: "folder"),
        completion: .directory)
    var results: String

    @Option(
        help: ArgumentHelp(
            "Parts that the plan is cut into (default: of a minute or more each).", valueName: "count"))
    var shards: Int?

    @Option(
        help: ArgumentHelp("About what a run takes, for the number of shards.", valueName: "seconds"))
    var secondsPerRun = 0.1

    @Option(help: ArgumentHelp("Shards that run at a time (default: all).", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("Runs that a shard does at a time, a processor each.", valueName: "count"))
    var jobs = 1

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("Options of sbatch, behind --.", valueName: "sbatch-option"))
    var options: [String] = []

    /// Options of sbatch that would make of the array what this command does not know.
    private static let ownOptions = [
        "--array", "-a", "--wrap", "--parsable", "--test-only", "--wait", "-W", "--clusters", "--cluster",
        "-M",
    ]

    func validate() throws {
        guard slurm else { throw ValidationError("Missing expected argument '--slurm'") }
        for (name, value) in [("--shards", shards), ("--limit", limit), ("--jobs", jobs)] {
            guard (1...1_000_000).contains(value ?? 1) else {
                throw ValidationError("\(name) \(value ?? 1): 1 to 1000000")
            }
        }
        guard secondsPerRun > 0, secondsPerRun <= 86_400 else {
            throw ValidationError("--seconds-per-run \(secondsPerRun): more than 0, at most 86400")
        }
        if let first = options.first, !first.hasPrefix("-") {
            throw ValidationError("\(first): options of sbatch begin with a dash")
        }
        for option in options {
            let isOwn = Self.ownOptions.contains { own in
                option == own || option.hasPrefix(own + "=")
                    || (own.count == 2 && option.hasPrefix(own) && !option.hasPrefix("--"))
            }
            guard !isOwn else {
                throw ValidationError(
                    "\(option): not together with 'devemu sweep submit', which decides that itself (--shards, --limit)"
                )
            }
        }
    }

    func run() throws {
        let header = try PlanFile(plan).header
        let folder = SweepFolder(results)
        let submission = Submission(
            version: Devemu.version, program: try Self.program(), plan: Terminal.absolute(plan),
            planHash: try header.hash().description, runs: header.runs, group: header.group,
            shards: try shardCount(of: header), jobs: jobs, limit: limit,
            options: options)
        try check(folder, for: submission)
        var work = try SweepJobs(submission, in: folder)
        try folder.make()
        try folder.write(submission)
        let submitted = try work.submit(shards: Array(1...submission.shards))
        try Terminal.write(
            Self.text(submission, submitted, folder, header.plugins + header.files))
    }

    private func shardCount(of header: PlanHeader) throws -> Int {
        let most = min(try SlurmTools.mostTasks(), ShardPacking.mostShards)
        guard let shards else {
            return ShardPacking.shards(
                runs: header.runs, groups: header.groups, secondsPerRun: secondsPerRun, jobs: jobs,
                mostTasks: most)
        }
        guard shards <= most else {
            throw CommandFailure(
                .usage,
                "--shards \(shards): an array of this cluster has at most \(most) tasks (MaxArraySize)")
        }
        guard shards <= header.groups else {
            let parts =
                header.runsOfGroup == 1
                ? Human.count(header.runs, "run")
                : "\(Human.count(header.groups, "group")) of \(header.runsOfGroup) runs that belong together"
            throw CommandFailure(.usage, "--shards \(shards): the plan has \(parts)")
        }
        return shards
    }

    /// A folder belongs to one plan, cut into shards in one way.
    private func check(_ folder: SweepFolder, for submission: Submission) throws {
        guard let earlier = try folder.submission() else {
            guard !folder.hasShards else {
                throw CommandFailure(
                    .usage,
                    "\(results): holds shards, but no \(Submission.fileName) that tells of which plan; choose "
                        + "another folder")
            }
            return
        }
        guard earlier.planHash == submission.planHash else {
            throw CommandFailure(
                .usage, "\(results): is used by another plan, \(earlier.plan); choose another folder")
        }
        guard earlier.submitted.isEmpty else {
            throw CommandFailure(
                .usage,
                "\(results): this plan was submitted there before; devemu sweep status "
                    + "\(ShellWord.bash(results)) tells how far it is, devemu sweep resume runs what is missing"
            )
        }
    }

    private static func program() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else {
            throw CommandFailure(.ioError, "/proc/self/exe: \(Terminal.message(errno))")
        }
        defer { free(path) }
        return String(cString: path)
    }

    private static func text(
        _ submission: Submission, _ submitted: Submission.Jobs, _ folder: SweepFolder,
        _ files: [PlanHeader.File]
    ) -> String {
        let limit = submission.limit.map { ", \($0) at a time" } ?? ""
        let folders = ([submission.program, submission.plan] + files.map(\.path)).map { path in
            path.lastIndex(of: "/").map { String(path[...$0]) } ?? path
        }
        let needed = Set(folders + [folder.path + "/"]).sorted()
        return """
            \(Human.count(submission.runs, "run")) in \(Human.count(submission.shards, "shard"))\(limit): \
            array \(submitted.array ?? 0), then merge \(submitted.merge ?? 0)
            every node has to see: \(needed.joined(separator: " "))
            how far it is: devemu sweep status \(ShellWord.bash(folder.path))

            """
    }
}
