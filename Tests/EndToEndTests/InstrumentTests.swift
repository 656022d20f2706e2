import Foundation
import TestSupport
import Testing

/// Instrumented runs: the same machine, with every host call counted, traced, or made to go wrong.
@Suite struct InstrumentTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The record of a run without what only an instrumented one has.
    private func withoutCalls(_ record: Data) throws -> Data {
        var json = try #require(try JSONSerialization.jsonObject(with: record) as? [String: Any])
        #expect(json.removeValue(forKey: "host_calls") != nil)
        return try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
    }

    private func expectSame(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let direct = try Devemu.run(arguments + ["--format", "json"])
        let instrumented = try Devemu.run(arguments + ["--format", "json", "--instrument"])
        #expect(direct.status == instrumented.status, sourceLocation: sourceLocation)
        #expect(!direct.text.contains("host_calls"), sourceLocation: sourceLocation)
        #expect(try withoutCalls(instrumented.record()) == direct.record(), sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        ["camera.so"], ["codec.so", "--set", "frames=3"], ["display.so", "--set", "frames=3"],
        ["secure-heap.so", "--set", "chunks=64"],
    ])
    func `an instrumented run has the record of a direct one`(plugin: [String]) throws {
        try expectSame(["run"] + plugin)
    }

    @Test func `so has a scene of several instances, and a strategy that is a plugin`() throws {
        try expectSame(["run", Devemu.root + "/Workloads/quick.yaml", "--backing", "memory"])
        let strategy = try Fixture.build("strategy_first_fit", in: scratch)
        try expectSame(["run", "camera.so", "--strategy", strategy])
    }

    @Test func `the record counts and times the calls of every function`() throws {
        let json = try Devemu.run("run", "camera.so", "--instrument", "--format", "json").json()
        let calls = try #require(json["host_calls"] as? [String: Any])
        let functions = try #require(calls["functions"] as? [[String: Any]])
        #expect((calls["injected"] as? [Any])?.isEmpty == true)
        let names = functions.compactMap { $0["name"] as? String }
        #expect(Array(names.prefix(3)) == ["device_register", "dev_get_cma_area", "cma_release"])
        let gather = try #require(functions.first { $0["name"] as? String == "cma_gather" })
        #expect(gather["calls"] as? Int == 4)
        let device = try #require((json["devices"] as? [[String: Any]])?.first)
        #expect(gather["total_ns"] as? Int == device["gathering_ns"] as? Int)
        let text = try Devemu.run("run", "camera.so", "--instrument").text
        #expect(text.contains("\n  host call                calls    total   median      p99  longest\n"))
        #expect(text.contains("\n  cma_gather                   4 "))
    }

    @Test func `a trace has a line for each call, those of a strategy within those of its driver`() throws {
        let strategy = try Fixture.build("strategy_first_fit", in: scratch)
        let file = scratch.path("calls.jsonl")
        let outcome = try Devemu.run(
            "run", "camera.so", "--strategy", strategy, "--trace-calls", file, "--format", "json")
        #expect(outcome.status == 0)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let calls = try lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let json = try outcome.json()
        let counted = try #require((json["host_calls"] as? [String: Any])?["functions"] as? [[String: Any]])
        #expect(calls.count == counted.reduce(0) { $0 + ($1["calls"] as? Int ?? 0) })
        #expect(Set(calls.compactMap { $0["n"] as? Int }) == Set(1...calls.count))
        #expect(Set(calls.compactMap { $0["instance"] as? String }) == ["camera", "strategy_first_fit.so"])
        let gather = try #require(calls.first { $0["function"] as? String == "cma_gather" })
        let within = try #require(calls.first { $0["instance"] as? String == "strategy_first_fit.so" })
        #expect(try #require(gather["n"] as? Int) < (try #require(within["n"] as? Int)))
        let arguments = try #require(gather["arguments"] as? [String: Any])
        #expect(arguments["cma"] as? String == "area 0")
        #expect(arguments["wanted"] as? Int == 48)
        #expect(gather["result"] as? Int == 48)
        // The same command gives the same trace.
        _ = try Devemu.run("run", "camera.so", "--strategy", strategy, "--trace-calls", scratch.path("again"))
        #expect(try scratch.bytes(of: "again") == scratch.bytes(of: "calls.jsonl"))
    }

    @Test func `a plugin that crashes leaves the trace of what it had called, a refused one none`() throws {
        let strategy = try Fixture.build("strategy_crashes", in: scratch)
        let crash = try Devemu.run(
            "run", "camera.so", "--strategy", strategy, "--trace-calls", scratch.path("calls"))
        #expect(crash.status == 2)
        let lines = String(decoding: try scratch.bytes(of: "calls"), as: UTF8.self).split(separator: "\n")
        #expect(lines.first?.contains("\"function\":\"device_register\"") == true)
        let refused = try Devemu.run(
            "run", "camera.so", "--set", "width=1", "--trace-calls", scratch.path("none"))
        #expect(refused.status == 64)
        #expect(!scratch.contains("none"))
        let folder = try Devemu.run("run", "camera.so", "--trace-calls", scratch.path("absent/calls"))
        #expect(folder.status == 73)
        #expect(folder.complaints.count == 1)
        #expect(try Devemu.run("run", "camera.so", "--trace-calls", "-").status == 64)
    }

    @Test func `a failed call is not made, and the report says what was injected`() throws {
        let outcome = try Devemu.run(
            "run", "camera.so", "--inject", "fail 3rd cma_gather", "--inject",
            "fail 99th cma_gather of camera")
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("\n  buffers   2 of 4, at least 2 needed\n"))
        #expect(outcome.text.contains("\n  chunks    96 in 96 calls, 0 failed\n"))
        #expect(outcome.text.contains("\n  injected  fail 3rd cma_gather: 1 call\n"))
        #expect(outcome.text.contains("\n  injected  fail 99th cma_gather of camera: never met\n"))
        let device = try Devemu.run("run", "codec.so", "--inject", "fail device_register")
        #expect(device.status == 2)
        #expect(device.standardError.contains("returned -12 (Cannot allocate memory)"))
    }

    @Test func `a delay is emulated time`() throws {
        func elapsed(_ more: String...) throws -> Int {
            let json = try Devemu.run(["run", "camera.so", "--format", "json"] + more).json()
            return try #require(json["elapsed_ns"] as? Int)
        }
        let direct = try elapsed()
        #expect(try elapsed("--inject", "delay every cma_release by 2ms") == direct + 192 * 2_000_000)
        #expect(try elapsed("--inject", "delay every 64th cma_release by 1us") == direct + 3 * 1000)
    }

    @Test func `rules hit the instance that they name`() throws {
        let json = try Devemu.run(
            "run", Devemu.root + "/Workloads/quick.yaml", "--inject", "fail every cma_gather of decoder",
            "--format", "json")
        #expect(json.status == 1)
        let satisfied = try json.devices().map { $0["satisfied"] as? Bool }
        #expect(satisfied == [true, true, false])
    }

    @Test(arguments: [
        ("fail 7th cma_aloc", "column 10: 'cma_aloc' is no function of the host; did you mean cma_alloc?"),
        ("fail sleep_ns", "column 6: sleep_ns cannot fail; delay it, or choose another function"),
        ("fail cma_alloc of camra", "column 19: no instance 'camra'; did you mean camera?"),
    ])
    func `a wrong rule is 64 and says where`(rule: String, message: String) throws {
        let outcome = try Devemu.run("run", "camera.so", "--inject", rule)
        #expect(outcome.status == 64)
        #expect(outcome.standardError == "devemu: --inject '\(rule)': \(message)\n")
    }

    @Test func `a scene can say it, and is told where it is wrong`() throws {
        func scene(_ instrument: String) -> String {
            """
            summary: a camera
            devices: [{name: camera, plugin: camera.so, params: {frames: 1}}]
            events: [{t: 0s, device: camera, op: run}]
            instrument: \(instrument)

            """
        }
        let file = try scratch.write(scene("{inject: [fail 3rd cma_gather of camera]}"), to: "scene.yaml")
        let outcome = try Devemu.run("run", file)
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("\n  injected  fail 3rd cma_gather of camera: 1 call\n"))
        let more = try Devemu.run(
            "run", file, "--inject", "fail 4th cma_gather", "--set",
            "instrument.inject[0]=fail 2nd cma_gather")
        #expect(
            more.text.contains(
                "\n  injected  fail 2nd cma_gather: 1 call\n  injected  fail 4th cma_gather: never met\n"))
        try scratch.write(scene("{host_calls: yes}"), to: "scene.yaml")
        #expect(try Devemu.run("run", file).text.contains("\n  host call "))
        try scratch.write(scene("{host_calls: no}"), to: "scene.yaml")
        #expect(!(try Devemu.run("run", file).text.contains("host call")))
        try scratch.write(scene("{inject: [fail 3rd cma_gather of it]}"), to: "scene.yaml")
        for command in ["run", "check"] {
            let wrong = try Devemu.run([command, "scene.yaml"], in: scratch.folder)
            #expect(wrong.status == 65)
            let line =
                "scene.yaml:4:23: instrument.inject[0]: column 24: no instance 'it'; there are camera\n"
            #expect(wrong.text + wrong.standardError == "devemu: " + line)
        }
        try scratch.write(scene("{host_calls: maybe}"), to: "scene.yaml")
        #expect(
            try Devemu.run(["run", "scene.yaml"], in: scratch.folder).standardError
                == "devemu: scene.yaml:4:26: instrument.host_calls: 'maybe' is neither yes nor no\n")
    }
}
