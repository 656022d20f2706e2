import ArgumentParser
import Reporting
import Sweeps
import TextSupport

struct SweepCancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Take a submitted plan out of the queue; what is published stays.")

    @Argument(
        help: ArgumentHelp("What 'devemu sweep submit --results' was given.", valueName: "folder"),
        completion: .directory)
    var results: String

    func run() throws {
        let folder = SweepFolder(results)
        let submission = try folder.existingSubmission()
        let queue = try SlurmTools.queue(submission.allJobs)
        let published = folder.published(of: submission.shards)
        let standings = ShardStandings(submission, published: published, queue: queue)
        guard !standings.liveJobs.isEmpty else {
            try Terminal.write("nothing to cancel: no job of \(folder.path) is in the queue\n")
            return
        }
        try SlurmTools.cancel(standings.liveJobs)
        let jobs = standings.liveJobs.map(String.init).joined(separator: ", ")
        try Terminal.write(
            """
            cancelled: \(jobs); \(standings.published.count) of \(Human.count(submission.shards, "shard")) published
            to go on later: devemu sweep resume \(ShellWord.bash(folder.path))

            """)
    }
}
