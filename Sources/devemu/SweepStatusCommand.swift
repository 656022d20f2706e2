import ArgumentParser
import Reporting
import Sweeps

struct SweepStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How far a submitted plan is: shards published, running, waiting and lost.",
        discussion: """
            What counts are the files in the folder; Slurm's queue tells which of the missing shards still come. \
            A lost shard is one that nobody runs and that left no results, such as one that was killed or came \
            to its time limit.
            """)

    @Argument(
        help: ArgumentHelp("What 'devemu sweep submit --results' was given.", valueName: "folder"),
        completion: .directory)
    var results: String

    func run() throws {
        let folder = SweepFolder(results)
        let submission = try folder.existingSubmission()
        let queue = try SlurmTools.queue(submission.allJobs)
        let standings = ShardStandings(
            submission, published: folder.published(of: submission.shards), queue: queue)
        let text = SweepStatusText(
            folder: folder.path, submission: submission, standings: standings,
            merged: try folder.merged(of: submission.shards), begun: folder.begun(of: submission.shards))
        try Terminal.write(text.lines.joined(separator: "\n") + "\n")
    }
}
