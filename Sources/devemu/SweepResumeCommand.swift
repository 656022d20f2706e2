import ArgumentParser
import Reporting
import Sweeps
import TextSupport

struct SweepResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Submit the shards that were lost, and a merge after them.",
        discussion: """
            Shards that are published, run or wait are left as they are. A shard that was begun goes on behind \
            the last run that it has results of.
            """)

    @Argument(
        help: ArgumentHelp("What 'devemu sweep submit --results' was given.", valueName: "folder"),
        completion: .directory)
    var results: String

    func run() throws {
        let folder = SweepFolder(results)
        let submission = try folder.existingSubmission()
        guard try PlanFile(submission.plan).header.hash().description == submission.planHash else {
            throw CommandFailure(
                .badInput,
                "\(submission.plan): is no longer the plan that was submitted; bring that back, or submit this "
                    + "one with another folder")
        }
        let queue = try SlurmTools.queue(submission.allJobs)
        let published = folder.published(of: submission.shards)
        let standings = ShardStandings(submission, published: published, queue: queue)
        let lost = standings.lost.map(\.shard)
        if lost.isEmpty, let reason = try nothingToDo(submission, standings, in: folder) {
            try Terminal.write(reason + "\n")
            return
        }
        var work = try SweepJobs(submission, in: folder)
        try folder.make()
        let jobs = try work.submit(shards: lost, after: standings.liveJobs)
        let merge = "merge \(jobs.merge ?? 0)"
        try Terminal.write(
            jobs.array.map {
                "\(Human.count(lost.count, "shard")) (\(TaskIndices(lost))): array \($0), then \(merge)\n"
            } ?? "every shard is published: \(merge)\n")
    }

    /// Nil when a merge is missing.
    private func nothingToDo(
        _ submission: Submission, _ standings: ShardStandings, in folder: SweepFolder
    ) throws -> String? {
        if standings.mergeIsComing(submission) {
            let coming = standings.running.count + standings.waiting.count
            return coming == 0
                ? "nothing is lost: every shard is published, and the merge is in the queue"
                : "nothing is lost: \(Human.count(coming, "shard")) in the queue, and the merge after them"
        }
        guard let merged = try folder.merged(of: submission.shards),
            merged.isSuperset(of: standings.published), standings.missingRuns == 0
        else { return nil }
        return "nothing is missing: \(folder.store) holds every run"
    }
}
