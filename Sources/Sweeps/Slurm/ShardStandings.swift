/// Where each shard of a sweep is, from the files in its folder and from the queue.
///
/// The files are the truth: Slurm forgets jobs some minutes after they ended, and a task of a node that only
/// looked dead may have published long before the queue says so.
public struct ShardStandings: Sendable, Hashable {
    /// A shard that nobody runs and that left no results.
    public struct Lost: Sendable, Hashable {
        public var shard: Int
        /// How its last task ended, as squeue says; nil when Slurm has forgotten it.
        public var state: String?
    }

    /// Shards in their order; each is in one of the four lists.
    public var published: [Int] = []
    public var running: [Int] = []
    public var waiting: [Int] = []
    public var lost: [Lost] = []
    /// Runs of all shards that are not published.
    public var missingRuns = 0
    /// Jobs of the sweep that the queue has and that are not over, merges too.
    public var liveJobs: [Int] = []

    /// - Parameter queue: what squeue says of the sweep's jobs.
    public init(_ submission: Submission, published: Set<Int>, queue: [QueuedTask]) {
        let arrays = Set(submission.submitted.compactMap(\.array))
        var tasks: [Int: [QueuedTask]] = [:]
        for task in queue {
            if task.standing != .over { liveJobs.append(task.job) }
            if let index = task.index, arrays.contains(task.job) { tasks[index, default: []].append(task) }
        }
        liveJobs = Set(liveJobs).sorted()
        for shard in 1...submission.shards {
            if published.contains(shard) {
                self.published.append(shard)
                continue
            }
            missingRuns += ShardPacking.runs(
                inShard: shard, of: submission.shards, runs: submission.runs,
                inGroupsOf: submission.runsOfGroup)
            let tasks = tasks[shard] ?? []
            if tasks.contains(where: { $0.standing == .running }) {
                running.append(shard)
            } else if tasks.contains(where: { $0.standing == .waiting }) {
                waiting.append(shard)
            } else {
                lost.append(Lost(shard: shard, state: tasks.max { $0.job < $1.job }?.state))
            }
        }
    }

    /// Whether a job that merges waits or runs.
    public func mergeIsComing(_ submission: Submission) -> Bool {
        submission.submitted.contains { jobs in jobs.merge.map(liveJobs.contains) ?? false }
    }
}
