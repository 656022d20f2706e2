import Sweeps
import Testing

@Suite struct BatchScriptsTests {
    private func scripts(
        program: String = "/opt/devemu", plan: String = "/data/plan.jsonl", folder: String = "/data/results",
        jobs: Int = 1, limit: Int? = nil
    ) throws -> BatchScripts {
        try #require(
            BatchScripts(program: program, plan: plan, folder: folder, shards: 20, jobs: jobs, limit: limit))
    }

    @Test func `an array is requeued, appends to its logs, inherits nothing and is told before its end`()
        throws
    {
        let lines = try scripts().array(of: TaskIndices(1...20)).split(separator: "\n")
        #expect(lines.first == "#!/bin/bash")
        for directive in [
            "--array=1-20", "--requeue", "--open-mode=append", "--export=NONE", "--signal=B:TERM@60",
            "--chdir=\"/data/results\"", "--output=\"/data/results/logs/shard-%5a.log\"", "--cpus-per-task=1",
        ] {
            #expect(lines.contains("#SBATCH \(directive)"), "\(directive)")
        }
    }

    @Test func `the limit of tasks at a time stands behind the indices, a job has a processor`() throws {
        let text = try scripts(jobs: 4, limit: 8).array(of: TaskIndices([2, 5, 6]))
        #expect(text.contains("#SBATCH --array=2,5-6%8\n"))
        #expect(text.contains("#SBATCH --cpus-per-task=4\n"))
        #expect(text.contains("--jobs 4\n"))
    }

    /// sbatch stops reading directives at the first command.
    @Test func `every directive comes before the first command`() throws {
        for text in [try scripts().array(of: TaskIndices(1...2)), try scripts().merge()] {
            let rest = text.split(separator: "\n").drop { $0.hasPrefix("#") }
            #expect(rest.allSatisfy { !$0.hasPrefix("#") })
            #expect(!rest.isEmpty)
        }
    }

    @Test func `a task becomes devemu, with every path as it is`() throws {
        let scripts = try scripts(
            program: "/bin/echo", plan: "/data/it's a plan.jsonl", folder: "/data/50% \"$HOME\"")
        let printed = try Bash.run(
            scripts.array(of: TaskIndices(1...20)),
            environment: [
                "SLURM_ARRAY_TASK_ID": "7", "SLURM_JOB_ID": "41", "SLURMD_NODENAME": "n2",
                "SLURM_RESTART_COUNT": "1",
            ])
        #expect(
            printed == """
                shard 7 of 20 on n2: job 41, restart 1
                sweep shard /data/it's a plan.jsonl --results /data/50% "$HOME" --shard 7/20 --jobs 1

                """)
    }

    @Test func `a folder that sbatch cannot be told makes no scripts`() {
        #expect(
            BatchScripts(program: "/d", plan: "/p", folder: "/a\nb", shards: 1, jobs: 1, limit: nil) == nil)
    }
}
