import Sweeps
import Testing

@Suite struct ShardPackingTests {
    @Test(arguments: [
        // 1000 s of work.
        (10_000, 0.1, 1, 16), (10_000, 0.1, 4, 4), (10_000, 0.1, 100, 1),
        // Less than two minutes.
        (100, 0.1, 1, 1), (1199, 0.1, 1, 1), (1, 0.001, 1, 1),
        // A shard has a run at least, and an array so many tasks.
        (5, 3600, 1, 5), (10_000_000, 0.1, 1, 1000), (Int.max, 86_400, 1, 1000),
    ])
    func `a shard takes a minute, and the cluster's limit holds`(
        _ runs: Int, _ seconds: Double, _ jobs: Int, _ shards: Int
    ) {
        #expect(
            ShardPacking.shards(
                runs: runs, groups: runs, secondsPerRun: seconds, jobs: jobs, mostTasks: 1000) == shards)
    }

    @Test func `a shard has a group of runs at least`() {
        #expect(
            ShardPacking.shards(runs: 20, groups: 4, secondsPerRun: 3600, jobs: 1, mostTasks: 1000) == 4)
    }

    @Test func `a cluster with huge arrays gets no more shards than a merge can name`() {
        #expect(
            ShardPacking.shards(
                runs: 10_000_000, groups: 10_000_000, secondsPerRun: 60, jobs: 1, mostTasks: 4_000_000)
                == ShardPacking.mostShards)
    }

    @Test(arguments: [1, 2, 7, 20, 21], [0, 1, 6, 20, 41, 42, 43])
    func `the runs of all shards are the plan's, and shards differ by one group at most`(
        _ count: Int, _ groups: Int
    ) {
        for size in [1, 5] {
            let runs = groups * size
            let counts = (1...count).map {
                ShardPacking.runs(inShard: $0, of: count, runs: runs, inGroupsOf: size)
            }
            #expect(counts.reduce(0, +) == runs)
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= size)
        }
    }
}
