import Sweeps
import Testing

@Suite struct ShardStandingsTests {
    /// Seven shards of 20 runs; the second array was submitted for what the first lost.
    private let submission: Submission

    init() {
        var submission = Submission(
            version: "", program: "", plan: "", planHash: "", runs: 20, shards: 7, jobs: 1, limit: nil,
            options: [])
        submission.submitted = [.init(array: 5, merge: 6), .init(array: 8, merge: 9)]
        self.submission = submission
    }

    private func standings(_ queue: String..., published: Set<Int> = []) throws -> ShardStandings {
        ShardStandings(
            submission, published: published,
            queue: try queue.map { try #require(QueuedTask(parsing: $0)) })
    }

    @Test func `a shard is published, runs, waits or is lost`() throws {
        let standings = try standings(
            "5|2|RUNNING|None", "5|3|PENDING|Resources", "5|4|TIMEOUT|None", "5|1|COMPLETED|None",
            published: [1, 7])
        #expect(standings.published == [1, 7])
        #expect(standings.running == [2])
        #expect(standings.waiting == [3])
        #expect(standings.lost.map(\.shard) == [4, 5, 6])
        #expect(standings.lost.map(\.state) == ["TIMEOUT", nil, nil])
    }

    @Test func `what is published counts, whatever the queue says`() throws {
        let standings = try standings("5|1|RUNNING|None", "5|2|FAILED|None", published: [1, 2])
        #expect(standings.published == [1, 2])
        #expect(standings.running == [])
    }

    @Test func `a task that waits again is not lost because an earlier one ended`() throws {
        let standings = try standings("5|2|FAILED|None", "8|2|PENDING|BeginTime")
        #expect(standings.waiting == [2])
    }

    @Test func `a lost shard tells how its last task ended`() throws {
        let standings = try standings("8|2|TIMEOUT|None", "5|2|FAILED|None")
        #expect(standings.lost.first { $0.shard == 2 }?.state == "TIMEOUT")
    }

    @Test func `missing runs are those of shards that are not published`() throws {
        #expect(try standings().missingRuns == 20)
        // Shard 1 has the runs 1, 8 and 15, shard 7 the runs 7 and 14.
        #expect(try standings(published: [1, 7]).missingRuns == 15)
        #expect(try standings(published: Set(1...7)).missingRuns == 0)
    }

    @Test func `jobs of others are none of the sweep's tasks`() throws {
        let standings = try standings("77|2|RUNNING|None")
        #expect(standings.running == [])
    }

    @Test func `live jobs are told once each, merges too`() throws {
        let standings = try standings(
            "9|N/A|PENDING|Dependency", "5|1|RUNNING|None", "5|2|RUNNING|None", "6|N/A|COMPLETED|None")
        #expect(standings.liveJobs == [5, 9])
        #expect(standings.mergeIsComing(submission))
        #expect(try !self.standings("6|N/A|COMPLETED|None").mergeIsComing(submission))
    }
}
