import Foundation
import TestSupport
import Testing

/// A sweep whose processes are killed at moments that a seed decides: whatever dies, the store ends as that of an
/// undisturbed sweep, and nothing stays in TMPDIR. `DEVEMU_FAULTS` is how often; `make test-faults` says 50.
@Suite struct FaultLoopTests {
    enum Victim: String, CaseIterable { case parent, worker, zygote }

    private static let rounds = ProcessInfo.processInfo.environment["DEVEMU_FAULTS"].flatMap { Int($0) } ?? 5

    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        for folder in ["tmp", "work"] {
            try FileManager.default.createDirectory(
                atPath: scratch.path(folder), withIntermediateDirectories: false)
        }
        let machine = """
            summary: a small camera
            machine: {memory: 16M, areas: [{name: cma, size: 4M}], pins: 20}
            devices: [{name: cam, plugin: camera.so, params: {width: 320, height: 240}}]

            """
        try scratch.write(machine, to: "work/scene.yaml")
        try scratch.write(
            "summary: a small camera\nscene: scene.yaml\nstrategies: [normal]\nseeds: 300\n",
            to: "work/grid.yaml")
        let outcome = try Devemu.run(
            "sweep", "plan", "grid.yaml", "-o", "plan.jsonl", in: scratch.path("work"))
        try #require(outcome.status == 0, "\(outcome.standardError)")
    }

    private var environment: [String: String] { ["TMPDIR": scratch.path("tmp")] }

    private func arguments(_ store: String) -> [String] {
        ["sweep", "run", "plan.jsonl", "--store", store, "--jobs", "2"]
    }

    private func content(of store: String) throws -> String {
        try ["results", "call_histograms", "areas", "area_samples"].map { table in
            let outcome = try Devemu.run(
                "sweep", "export", "--store", store, "--table", table, "--format", "csv",
                in: scratch.path("work"))
            try #require(outcome.status == 0, "\(outcome.standardError)")
            return outcome.text
        }.joined()
    }

    /// Children of a process, the first that was born first.
    private static func children(of process: pid_t) -> [pid_t] {
        let text = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }

    @Test(arguments: Victim.allCases)
    func `whatever is killed, the store ends as an undisturbed one and TMPDIR is empty`(victim: Victim) throws
    {
        let undisturbed = try Devemu.run(
            arguments("whole.db"), in: scratch.path("work"), environment: environment)
        try #require(undisturbed.status == 0, "\(undisturbed.standardError)")
        let whole = try content(of: "whole.db")
        for round in 0..<Self.rounds {
            // Numerical Recipes' generator; its high bits are the moment.
            var state = UInt64(round + 1) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let process = try Devemu.start(
                [Devemu.binary] + arguments("runs.db"), in: scratch.path("work"), environment: environment,
                output: scratch.path("out"), error: scratch.path("err"))
            usleep(20_000 + UInt32(state >> 33) % 400_000)
            let children = Self.children(of: process)
            switch victim {
            case .parent: kill(process, SIGKILL)
            case .worker: if let worker = children.dropFirst().last { kill(worker, SIGKILL) }
            case .zygote: if let zygote = children.first { kill(zygote, SIGKILL) }
            }
            let status = try Devemu.wait(for: process)
            #expect([0, 75, -SIGKILL].contains(status), "round \(round)")
            let last = try Devemu.run(
                arguments("runs.db"), in: scratch.path("work"), environment: environment)
            #expect(last.status == 0, "round \(round): \(last.standardError)")
            #expect(try content(of: "runs.db") == whole, "round \(round)")
            let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path("tmp"))
            #expect(left == [], "round \(round)")
            try FileManager.default.removeItem(atPath: scratch.path("work/runs.db"))
        }
    }
}
