import Foundation
import TestSupport
import Testing

/// What goes wrong between devemu and Slurm is told in one line.
@Suite struct SlurmRefusalTests {
    private let slurm: FakeSlurm

    init() throws { slurm = try FakeSlurm() }

    private func refused(_ outcome: Devemu.Outcome, _ status: Int32, _ parts: String...) {
        #expect(outcome.status == status)
        #expect(outcome.complaints.count == 1)
        for part in parts { #expect(outcome.standardError.contains(part), "\(outcome.standardError)") }
    }

    @Test func `a machine without Slurm is told, and what does without it`() throws {
        let outcome = try Devemu.run(
            "sweep", "submit", slurm.plan, "--slurm", "--results", slurm.results,
            environment: ["PATH": "/nowhere"])
        // env(1), which starts devemu here, is found without PATH.
        refused(outcome, 75, "there is no scontrol on this machine", "'devemu sweep run'")
    }

    @Test func `a controller that does not answer is told in Slurm's words`() throws {
        try slurm.set("down")
        refused(try slurm.submit(), 75, "scontrol: Unable to contact slurm controller (connect failure)\n")
    }

    @Test func `a refusal is sbatch's own, and the plan can be submitted there later`() throws {
        try slurm.set("refuse", "invalid partition specified: nowhere")
        refused(
            try slurm.submit("--", "-p", "nowhere"), 75,
            "devemu: sbatch: invalid partition specified: nowhere\n")
        try slurm.clear("refuse")
        #expect(try slurm.submit().status == 0)
    }

    @Test func `a folder belongs to one plan`() throws {
        _ = try slurm.submit()
        refused(try slurm.submit(), 64, "was submitted there before", "sweep status", "sweep resume")
        let other = try FakeSlurm.plan(runs: 20, to: "other.jsonl", in: slurm.scratch)
        refused(
            try slurm.sweep("submit", other, "--slurm", "--results", slurm.results), 64,
            "is used by another plan, \(slurm.plan);")
    }

    @Test func `shards of an unknown plan are not mixed with others`() throws {
        try FileManager.default.createDirectory(atPath: slurm.results, withIntermediateDirectories: false)
        try Data().write(to: URL(fileURLWithPath: slurm.results + "/shard-00001-of-00002.db"))
        refused(try slurm.submit(), 64, "holds shards, but no submission.json")
    }

    @Test func `a plan that was replaced is not resumed`() throws {
        try slurm.set("fate", "1 FAILED\n")
        _ = try slurm.submit()
        try FileManager.default.removeItem(atPath: slurm.plan)
        _ = try FakeSlurm.plan(runs: 21, to: "plan.jsonl", in: slurm.scratch)
        refused(
            try slurm.sweep("resume", slurm.results), 65,
            "plan.jsonl: is no longer the plan that was submitted")
    }

    @Test(arguments: ["status", "resume", "cancel"])
    func `a folder that was never submitted to is told`(_ command: String) throws {
        refused(try slurm.sweep(command, slurm.scratch.folder), 66, "no submission.json there")
    }

    @Test(arguments: ["status", "resume", "cancel"])
    func `a damaged submission is told`(_ command: String) throws {
        _ = try slurm.submit()
        try Data("{}".utf8).write(to: URL(fileURLWithPath: slurm.results + "/submission.json"))
        refused(
            try slurm.sweep(command, slurm.results), 65,
            "submission.json: not as 'devemu sweep submit' writes it")
    }

    @Test func `what is no plan is not submitted`() throws {
        let grid = try slurm.scratch.write("scene: camera.so\n", to: "grid.yaml")
        refused(
            try slurm.sweep("submit", grid, "--slurm", "--results", slurm.results), 65,
            "\(grid):1: no plan as 'devemu sweep plan' writes it")
        refused(
            try slurm.sweep("submit", "/nowhere", "--slurm", "--results", slurm.results), 66,
            "/nowhere: No such file or directory")
    }

    @Test func `more shards than runs or than the cluster takes are refused`() throws {
        refused(try slurm.submit("--shards", "21"), 64, "--shards 21: the plan has 20 runs")
        try slurm.set("max-array", "11")
        refused(try slurm.submit("--shards", "11"), 64, "at most 10 tasks (MaxArraySize)")
    }

    @Test(arguments: [
        (["--", "--array=1-3"], "--array=1-3: not together with"), (["--", "-a1"], "-a1: not together with"),
        (["--", "--parsable"], "--parsable: not together with"),
        (["--", "long"], "long: options of sbatch begin"),
        (["--limit", "0"], "--limit 0: 1 to"), (["--jobs=-1"], "--jobs -1: 1 to"),
        (["--seconds-per-run", "nan"], "--seconds-per-run nan: more than 0"),
    ])
    func `options that make no sense are refused before anything is written`(
        _ options: [String], _ complaint: String
    ) throws {
        let outcome = try Devemu.run(
            ["sweep", "submit", slurm.plan, "--slurm", "--results", slurm.results] + options)
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains(complaint), "\(outcome.standardError)")
        #expect(!FileManager.default.fileExists(atPath: slurm.results))
    }

    @Test func `a folder that sbatch cannot be told is refused`() throws {
        refused(
            try slurm.sweep("submit", slurm.plan, "--slurm", "--results", slurm.scratch.path("a\\b")), 64,
            "a backslash or a line break")
    }
}
