/// How many shards a sweep is cut into.
public enum ShardPacking {
    /// A task of an array costs the scheduler a decision: each has to be worth it.
    public static let leastSeconds = 60.0

    /// Most shards of a sweep, whatever the cluster allows: their names are one command's arguments.
    public static let mostShards = 10_000

    /// As many shards as the cluster takes in one array, of at least a minute each; 1 where that is too
    /// many.
    ///
    /// - Parameters:
    ///   - secondsPerRun: above 0.
    ///   - jobs: runs that a shard does at a time, 1 or more.
    ///   - mostTasks: of one array, 1 or more.
    public static func shards(runs: Int, secondsPerRun: Double, jobs: Int, mostTasks: Int) -> Int {
        let minutes = Double(runs) * secondsPerRun / Double(jobs) / leastSeconds
        let most = min(mostTasks, mostShards, runs)
        return max(1, minutes < Double(most) ? Int(minutes) : most)
    }

    /// Runs of a shard when they are dealt out in turn: shard 1 of 3 has the runs 1, 4, 7.
    ///
    /// - Parameter shard: 1 ... count.
    public static func runs(inShard shard: Int, of count: Int, runs: Int) -> Int {
        runs < shard ? 0 : (runs - shard) / count + 1
    }
}
