import Sweeps
import Testing

@Suite struct QueuedTaskTests {
    @Test func `a line of squeue tells array, task, state and reason`() throws {
        let task = try #require(QueuedTask(parsing: "812|17|PENDING|BeginTime"))
        #expect((task.job, task.index, task.state, task.reason) == (812, 17, "PENDING", "BeginTime"))
        #expect(task.standing == .waiting)
    }

    @Test func `a job that is no array has no task`() throws {
        let task = try #require(QueuedTask(parsing: "813|N/A|RUNNING|None"))
        #expect(task.index == nil)
        #expect(task.standing == .running)
    }

    @Test func `a reason may have anything in it`() {
        #expect(QueuedTask(parsing: "1|2|PENDING|by ann | later")?.reason == "by ann | later")
    }

    @Test(arguments: [
        "", "812", "812|1|RUNNING", "x|1|RUNNING|None", "812|[1-4]|PENDING|None", "812|1||None",
    ])
    func `any other line is none`(_ line: String) {
        #expect(QueuedTask(parsing: line) == nil)
    }

    @Test(arguments: [
        ("COMPLETED", QueuedTask.Standing.over), ("FAILED", .over), ("TIMEOUT", .over), ("NODE_FAIL", .over),
        ("CANCELLED", .over), ("REQUEUED", .waiting), ("COMPLETING", .running), ("SUSPENDED", .running),
        ("CONFIGURING", .running), ("WHAT_A_LATER_SLURM_SAYS", .running),
    ])
    func `a state is over, waits, or may still end well`(_ state: String, _ standing: QueuedTask.Standing) {
        #expect(QueuedTask(parsing: "1|1|\(state)|None")?.standing == standing)
    }
}
