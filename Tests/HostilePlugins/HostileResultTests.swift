import Foundation
import TestSupport
import Testing

/// Plugins that play the worker towards devemu: what they forge is the violation of their own run, and ends neither
/// a comparison nor a sweep.
@Suite(.enabled(if: Fixture.cCompiler != nil)) struct HostileResultTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func build(_ name: String) throws -> String {
        try Fixture.build(
            "../../HostilePlugins/Zoo/\(name)", in: scratch, flags: ["-shared", "-I", Fixture.folder],
            output: name + ".so")
    }

    /// The record of a true run of the plugin that forges, changed.
    private func forged(_ plugin: String, _ change: (String) -> String) throws -> String {
        let run = try Devemu.run("run", "camera.so", "--format", "json")
        let text = run.text.replacingOccurrences(
            of: "\"name\" : \"camera\"", with: "\"name\" : \"forges_result\"")
        return try scratch.write(change(text), to: "forged.json")
    }

    static let impossible = [
        "pages", "base_pfn", "free", "held", "movable", "pinned", "memory_pages", "frames_damaged",
        "frames_dropped", "underruns", "calls", "violation_count",
    ]

    @Test(arguments: impossible)
    func `a result with an impossible number is a violation of its run`(field: String) throws {
        let plugin = try build("forges_result")
        let path = try forged(plugin) { text in
            text.replacingOccurrences(
                of: "\"\(field)\" : [0-9]+", with: "\"\(field)\" : \(Int.max)", options: .regularExpression)
        }
        let run = try Devemu.run(
            "run", plugin, "--format", "json", environment: ["FIXTURE_RESULT": path])
        #expect(run.status == 2, "\(run.standardError)")
        #expect(try run.name() == "protocol-violation")
        let comparison = try Devemu.run(
            "compare", plugin, "--repeat", "2", "--format", "json", environment: ["FIXTURE_RESULT": path])
        #expect([0, 1, 2].contains(comparison.status), "\(comparison.standardError)")
    }

    @Test func `a result of another seed is a violation of its run`() throws {
        let plugin = try build("forges_result")
        let path = try forged(plugin) {
            $0.replacingOccurrences(
                of: "\"seed\" : [0-9]+", with: "\"seed\" : 77", options: .regularExpression)
        }
        let run = try Devemu.run("run", plugin, "--format", "json", environment: ["FIXTURE_RESULT": path])
        #expect(run.status == 2)
        #expect(try run.name() == "protocol-violation")
        #expect(run.standardError.contains("it is of another run: seed differs"))
    }

    @Test(arguments: [1, 64, 65, 66, 69, 70, 73, 75, 78, 130])
    func `a plugin cannot choose an exit code`(code: Int) throws {
        let run = try Devemu.run(
            "run", try build("forges_failure"), "--format", "json", environment: ["FIXTURE_CODE": "\(code)"])
        #expect(run.status == 2)
        #expect(try run.name() == "protocol-violation")
    }

    /// Runs a sweep of the plugin with four seeds; its store is `runs.db`.
    private func sweep(_ name: String, environment: [String: String] = [:]) throws -> Devemu.Outcome {
        let plugin = try build(name)
        try scratch.write("summary: hostile\nplugins: [\(plugin)]\nseeds: 4\n", to: "grid.yaml")
        let plan = try Devemu.run("sweep", "plan", "grid.yaml", "-o", "plan.jsonl", in: scratch.folder)
        try #require(plan.status == 0, "\(plan.standardError)")
        return try Devemu.run(
            "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "2", in: scratch.folder,
            environment: environment)
    }

    private func query(_ sql: String) throws -> String {
        let answer = try Devemu.run(
            "sweep", "query", sql, "--store", "runs.db", "--format", "csv", in: scratch.folder)
        #expect(answer.status == 0, "\(answer.standardError)")
        // Lines of CSV end with CR LF.
        return answer.text.split(whereSeparator: \.isNewline).dropFirst().joined(separator: "\n")
    }

    @Test(arguments: [
        ("forges_frames", "protocol-violation"), ("forges_failure", "protocol-violation"),
        ("forges_result", "protocol-violation"), ("kills_itself", "crashed"),
        ("terminates_itself", "crashed"),
    ])
    func `each run of a sweep has its own outcome, and the sweep its end`(plugin: String, outcome: String)
        throws
    {
        let run = try sweep(plugin)
        #expect(run.status == 2, "\(run.standardError)")
        #expect(try query("select count(*) from runs where outcome = '\(outcome)'") == "4")
    }

    @Test func `a worker of a sweep has neither the store nor a mapping of it`() throws {
        let run = try sweep("scribbles_mappings", environment: ["FIXTURE_STORE": "runs.db"])
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try query("select count(*) from runs where outcome = 'ok'") == "4")
    }

    @Test func `without room for the threads of a scene nothing is said of it`() throws {
        let scene = try scratch.write(
            """
            summary: two cameras
            devices:
              - {name: one, plugin: camera.so}
              - {name: two, plugin: camera.so}

            """, to: "scene.yaml")
        let whole = try Devemu.run("run", scene, "--format", "json")
        let limits = [["--memory-limit", "100M"], ["--memory-limit", "400M"], ["--memory-limit", "2G"]]
        for limit in limits {
            let run = try Devemu.run(["run", scene, "--format", "json"] + limit)
            if run.status == 75 || run.status == 2 { continue }
            #expect(run.status == whole.status, "\(limit): \(run.standardError)")
            #expect(try run.record() == whole.record())
        }
    }

    @Test(arguments: ["-s 4000000", "-n 10", "-n 16", "-n 24", "-f 1", "-f 10", "-v 300000"])
    func `under want a run comes to the same bytes or to a documented failure`(limit: String) throws {
        let scene = try scratch.write(
            "summary: two\ndevices:\n  - {name: one, plugin: camera.so}\n  - {name: two, plugin: camera.so}\n",
            to: "scene.yaml")
        let whole = try Devemu.run("run", scene, "--format", "json")
        let process = try Devemu.start(
            ["bash", "-c", "ulimit \(limit); exec \"$0\" run \"$1\" --format json", Devemu.binary, scene],
            in: "/",
            environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        let run = Devemu.Outcome(
            status: try Devemu.wait(for: process), standardOutput: Data(try scratch.bytes(of: "out")),
            standardError: String(decoding: try scratch.bytes(of: "err"), as: UTF8.self))
        if [2, 73, 74, 75].contains(run.status) { return }
        // The dynamic loader itself may not get its memory.
        if run.status == 127 { return }
        #expect(run.status == whole.status, "\(run.standardError)")
        #expect(try run.record() == whole.record())
    }
}
