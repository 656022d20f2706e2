/// How many shards a sweep is cut into.
public enum ShardPacking {
    /// A task of an array costs the scheduler a decision: each has to be worth it.
    public static let leastSeconds = 60.0

    /// Most shards of a sweep, whatever the cluster allows: their names are one command's arguments.
    public static let mostShards = 10_000

    /// As many shards as the cluster takes in one array, of at least a minute and a group of runs each; 1 where
    /// that is too many.
    ///
    /// - Parameters:
    ///   - groups: runs that belong together, as `PlanHeader.group` says, count as one.
    ///   - secondsPerRun: above 0.
    ///   - jobs: runs that a shard does at a time, 1 or more.
    ///   - mostTasks: of one array, 1 or more.
    public static func shards(runs: Int, groups: Int, secondsPerRun: Double, jobs: Int, mostTasks: Int) -> Int
    {
        let minutes = Double(runs) * secondsPerRun / Double(jobs) / leastSeconds
        let most = min(mostTasks, mostShards, groups)
        return max(1, minutes < Double(most) ? Int(minutes) : most)
    }

    /// Runs of a shard when groups of them are dealt out in turn: shard 1 of 3 has the groups 1, 4, 7.
    ///
    /// - Parameters:
    ///   - shard: 1 ... count.
    ///   - size: runs of a group, 1 or more.
    public static func runs(inShard shard: Int, of count: Int, runs: Int, inGroupsOf size: Int) -> Int {
        let groups = runs / size
        return groups < shard ? 0 : ((groups - shard) / count + 1) * size
    }
}
