import Foundation
import TestSupport
import Testing

/// `sweep submit`, `status`, `resume` and `cancel` on a fake cluster.
@Suite struct SlurmSweepTests {
    private let slurm: FakeSlurm

    init() throws { slurm = try FakeSlurm() }

    private func lines(_ outcome: Devemu.Outcome) throws -> [String] {
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return outcome.text.replacingOccurrences(of: slurm.scratch.folder, with: "DIR")
            .split(separator: "\n").map(String.init)
    }

    private func status() throws -> [String] { try lines(slurm.sweep("status", slurm.results)) }

    @Test func `a submitted plan ends as one store with every run`() throws {
        let said = try lines(slurm.submit("--shards", "4", "--limit", "2"))
        #expect(said.first == "20 runs in 4 shards, 2 at a time: array 101, then merge 102")
        #expect(said.contains { $0.hasPrefix("every node has to see: ") && $0.contains(" DIR/") })
        #expect(said.last == #"how far it is: devemu sweep status 'DIR/a sweep'\''s 50%'"#)
        #expect(try slurm.results(beginning: "shard-").count == 4)
        #expect(try slurm.result("store.db").split(separator: "\n").count == 20)
        #expect(
            try status() == [
                "DIR/plan.jsonl: 20 runs in 4 shards",
                "  published  4 shards",
                "  merged     4 shards",
                "complete: DIR/a sweep's 50%/store.db holds every run",
            ])
    }

    @Test func `sbatch gets the user's options, and the merge waits for the array`() throws {
        _ = try lines(slurm.submit("--shards", "2", "--", "--partition=long", "--time", "2:00:00"))
        #expect(
            try slurm.calls() == [
                "scontrol show config",
                "sbatch --parsable --partition=long --time 2:00:00 RESULTS/scripts/array-1.sh",
                "sbatch --parsable --partition=long --time 2:00:00 --dependency=afterany:101 "
                    + "RESULTS/scripts/merge-1.sh",
            ])
    }

    @Test func `without a number shards take a minute or more each, as many as the cluster lets`() throws {
        // 20 runs of 30 s.
        #expect(
            try lines(slurm.submit("--seconds-per-run", "30")).first?.hasPrefix("20 runs in 10 shards:")
                == true)
        let small = try FakeSlurm()
        try small.set("max-array", "4")
        #expect(
            try lines(small.submit("--seconds-per-run", "30")).first?.hasPrefix("20 runs in 3 shards:")
                == true)
    }

    @Test func `a task that runs twice publishes once`() throws {
        try slurm.set("twice", "2\n")
        _ = try lines(slurm.submit("--shards", "3"))
        #expect(
            try slurm.result("logs/shard-00002.log") == """
                shard 2 of 3 on fake: job 101002, restart 0
                published
                shard 2 of 3 on fake: job 101002, restart 1
                published before

                """)
        #expect(try slurm.results(beginning: "shard-").count == 3)
        #expect(try slurm.result("store.db").split(separator: "\n").count == 20)
    }

    @Test func `lost shards are told, and resume submits them alone`() throws {
        try slurm.set("fate", "2 TIMEOUT\n4 NODE_FAIL\n5 NODE_FAIL\n")
        _ = try lines(slurm.submit("--shards", "5", "--", "--qos=low"))
        let results = #"'DIR/a sweep'\''s 50%'"#
        #expect(
            try status() == [
                "DIR/plan.jsonl: 20 runs in 5 shards",
                "  published  2 shards",
                "  lost       3 shards: 2,4-5 (NODE_FAIL, TIMEOUT); logs/shard-00002.log",
                "  merged     2 shards",
                "12 runs missing; next: devemu sweep resume \(results)",
            ])
        try slurm.clear("fate")
        try slurm.clear("calls")
        #expect(
            try lines(slurm.sweep("resume", slurm.results)) == ["3 shards (2,4-5): array 103, then merge 104"]
        )
        #expect(try slurm.result("scripts/array-2.sh").contains("#SBATCH --array=2,4-5\n"))
        #expect(
            try slurm.calls().filter { $0.hasPrefix("sbatch") } == [
                "sbatch --parsable --qos=low RESULTS/scripts/array-2.sh",
                "sbatch --parsable --qos=low --dependency=afterany:103 RESULTS/scripts/merge-2.sh",
            ])
        #expect(try slurm.result("store.db").split(separator: "\n").count == 20)
        #expect(try status().last?.hasPrefix("complete: ") == true)
    }

    @Test func `a shard that was begun is told`() throws {
        try slurm.set("fate", "1 FAILED\n2 FAILED\n")
        _ = try lines(slurm.submit("--shards", "3"))
        try Data().write(to: URL(fileURLWithPath: slurm.results + "/shard-00002-of-00003.part-9-0.db"))
        #expect(
            try status().contains(
                "  lost       2 shards: 1-2 (FAILED), 1 of them begun; logs/shard-00001.log"))
    }

    @Test func `shards in the queue are waited for`() throws {
        try slurm.set("fate", "1 RUNNING\n2 PENDING\n3 PENDING\n")
        _ = try lines(slurm.submit("--shards", "4"))
        #expect(
            try status() == [
                "DIR/plan.jsonl: 20 runs in 4 shards",
                "  published  1 shard",
                "  running    1 shard: 1",
                "  waiting    2 shards: 2-3",
                "  merged     nothing yet",
                "15 runs missing, all of them in the queue",
            ])
        #expect(
            try lines(slurm.sweep("resume", slurm.results))
                == ["nothing is lost: 3 shards in the queue, and the merge after them"])
    }

    @Test func `a resumed merge waits for what still runs too`() throws {
        try slurm.set("fate", "1 RUNNING\n2 FAILED\n")
        _ = try lines(slurm.submit("--shards", "3"))
        try slurm.set("fate", "2 RUNNING\n")
        #expect(try lines(slurm.sweep("resume", slurm.results)) == ["1 shard (2): array 103, then merge 104"])
        #expect(try slurm.calls().last?.contains(" --dependency=afterany:101:102:103 ") == true)
    }

    @Test func `a finished sweep is not submitted again, even when Slurm has forgotten it`() throws {
        _ = try lines(slurm.submit("--shards", "2"))
        try slurm.set("forgotten")
        let said = try lines(slurm.sweep("resume", slurm.results))
        #expect(said == ["nothing is missing: DIR/a sweep's 50%/store.db holds every run"])
        #expect(try slurm.calls().count { $0.hasPrefix("sbatch") } == 2)
    }

    @Test func `a merge that is missing is made up for`() throws {
        try slurm.set("refuse-merge", "QOS limit reached")
        let refused = try slurm.submit("--shards", "2")
        #expect(refused.status == 75)
        #expect(refused.complaints.count == 1)
        #expect(
            refused.standardError.hasPrefix(
                "devemu: array 101 is submitted, but not the job that merges after it: sbatch: QOS limit reached;"
            ))
        #expect(
            try status().last?.hasPrefix("not merged, see logs/merge.log; next: devemu sweep resume ") == true
        )
        try slurm.clear("refuse-merge")
        #expect(try lines(slurm.sweep("resume", slurm.results)) == ["every shard is published: merge 102"])
        #expect(try slurm.result("store.db").split(separator: "\n").count == 20)
    }

    @Test func `cancel takes the jobs that are left, once`() throws {
        try slurm.set("fate", "2 PENDING\n")
        _ = try lines(slurm.submit("--shards", "2"))
        let said = try lines(slurm.sweep("cancel", slurm.results))
        #expect(said.first == "cancelled: 101, 102; 1 of 2 shards published")
        #expect(
            try slurm.calls().suffix(3) == [
                "scancel --state=PENDING 101 102", "scancel --batch --signal=TERM 101 102", "scancel 101 102",
            ])
        #expect(try status().contains("  lost       1 shard: 2 (CANCELLED); logs/shard-00002.log"))
        #expect(
            try lines(slurm.sweep("cancel", slurm.results))
                == ["nothing to cancel: no job of DIR/a sweep's 50% is in the queue"])
    }
}
