import Foundation
import TestSupport
import Testing

/// A cluster of this process's own: `Fixtures/slurm`, with a folder in which tests let things happen.
final class FakeSlurm {
    let scratch: Scratch
    /// The folder of results, with a name that a shell would take apart.
    let results: String
    let plan: String

    /// - Parameter runs: of the plan that is there to submit.
    init(runs: Int = 20) throws {
        scratch = try Scratch()
        results = scratch.path("a sweep's 50%")
        for folder in ["bin", "slurm"] {
            try FileManager.default.createDirectory(
                atPath: scratch.path(folder), withIntermediateDirectories: false)
        }
        for tool in ["sbatch", "squeue", "scancel", "scontrol"] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path("bin/" + tool), withDestinationPath: Fixture.folder + "/slurm/slurm.sh")
        }
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("slurm/devemu"), withDestinationPath: Fixture.folder + "/slurm/devemu.sh")
        plan = try Self.plan(runs: runs, to: "plan.jsonl", in: scratch)
    }

    /// Plans as many runs of the camera.
    static func plan(runs: Int, to name: String, in scratch: Scratch) throws -> String {
        try scratch.write("summary: \(name)\nplugins: [camera.so]\nseeds: \(runs)\n", to: "grid.yaml")
        let outcome = try Devemu.run("sweep", "plan", "grid.yaml", "-o", name, in: scratch.folder)
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return scratch.path(name)
    }

    /// `devemu sweep …` where this cluster's programs are found first.
    func sweep(_ arguments: String...) throws -> Devemu.Outcome {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try Devemu.run(
            ["sweep"] + arguments, in: scratch.folder,
            environment: ["FAKE_SLURM": scratch.path("slurm"), "PATH": scratch.path("bin") + ":" + path])
    }

    func submit(_ options: String...) throws -> Devemu.Outcome {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try Devemu.run(
            ["sweep", "submit", plan, "--slurm", "--results", results] + options, in: scratch.folder,
            environment: ["FAKE_SLURM": scratch.path("slurm"), "PATH": scratch.path("bin") + ":" + path])
    }

    /// Lets something happen: see `slurm.sh`.
    func set(_ name: String, _ text: String = "") throws { try scratch.write(text, to: "slurm/" + name) }

    func clear(_ name: String) throws {
        try FileManager.default.removeItem(atPath: scratch.path("slurm/" + name))
    }

    /// The commands that came, without the paths of this test.
    func calls() throws -> [String] {
        let text = String(decoding: try scratch.bytes(of: "slurm/calls"), as: UTF8.self)
        return text.replacingOccurrences(of: results, with: "RESULTS").split(separator: "\n").map(String.init)
    }

    func result(_ name: String) throws -> String {
        try String(contentsOfFile: results + "/" + name, encoding: .utf8)
    }

    /// Names in the folder of results that begin so.
    func results(beginning prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: results).filter { $0.hasPrefix(prefix) }.sorted()
    }
}
