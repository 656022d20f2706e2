import Foundation
import TestSupport
import Testing

/// `devemu run SCENE`: several instances at the same emulated time.
@Suite struct SceneRunTests {
    private let fixture: SceneFixture

    init() throws { fixture = try SceneFixture() }

    @Test func `operations are called at their times, late where the one before is not done`() throws {
        let outcome = try fixture.run(["run", "quick.yaml", "--format", "json"])
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        #expect(
            try outcome.story().filter { $0.contains("recorder") } == [
                "0: recorder.1: recorder.1 start 0", "0: recorder.2: recorder.2 start 0",
                "10: recorder.1: recorder.1 step 1", "10: recorder.2: recorder.2 step 1",
                "20: recorder.1: recorder.1 step 2", "20: recorder.2: recorder.2 step 2",
                // The second step of 20 ms begins when the first has returned, and delays the next.
                "23: recorder.2: recorder.2 step 3", "30: recorder.1: recorder.1 step 3",
                "38: recorder.2: recorder.2 step 4", "60: recorder.1: recorder.1 done 3",
            ])
        let plugins = try outcome.plugins()
        #expect(plugins.map { $0["name"] as? String } == ["recorder.1", "recorder.2", "camera"])
        #expect(plugins.map { $0["operations"] as? Int } == [5, 5, 1])
        #expect(plugins.map { $0["late_operations"] as? Int } == [0, 2, 0])
        #expect(plugins.map { $0["latest_ns"] as? Int } == [0, 8_000_000, 0])
    }

    @Test func `devices are named after their instances, on their areas, with their strategies`() throws {
        let outcome = try fixture.run(["run", "quick.yaml", "--format", "json"])
        let devices = try outcome.devices().sorted { "\($0["name"] ?? "")" < "\($1["name"] ?? "")" }
        #expect(
            devices.map { $0["name"] as? String }
                == ["camera", "recorder.1", "recorder.1-extra", "recorder.2", "recorder.2-extra"])
        #expect(
            devices.map { $0["area"] as? String } == ["secure"] + [String](repeating: "linux,cma", count: 4))
        #expect(devices[0]["strategy"] as? String == "bulk")
        #expect(devices[1]["strategy"] is NSNull)
        #expect(devices[0]["buffers_got"] as? Int == 3)
        let run = try outcome.json()
        let areas = try #require(run["areas"] as? [[String: Any]])
        #expect(areas.map { $0["name"] as? String } == ["linux,cma", "secure"])
        #expect(areas.map { $0["base_pfn"] as? Int } == [256 << 8, 480 << 8])
        let scene = try #require(run["scene"] as? [String: Any])
        #expect(scene["name"] as? String == "quick")
        #expect(scene["summary"] as? String == "two recorders and a camera on two areas")
    }

    @Test func `the clock goes on until the scene is over`() throws {
        let run = try fixture.run(["run", "quick.yaml", "--format", "json"]).json()
        #expect(run["elapsed_ns"] as? Int == 100_000_000)
        let longer = try fixture.run(["run", "quick.yaml", "--format", "json", "--set", "duration=2s"]).json()
        #expect(longer["elapsed_ns"] as? Int == 2_000_000_000)
    }

    @Test func `ten thousand operations of twenty instances are the same bytes every time`() throws {
        let scene = """
            summary: many
            machine: {areas: [{name: a, size: 64M}], pins: 0, fill: 50%}
            devices: [{name: recorder, plugin: recorder.so, count: 20, params: {quiet: 1, pages: 16}}]
            events:
              - {t: 0s, device: recorder, op: start}
              - {t: 1ms, device: recorder, op: step, every: 100us, times: 499}
            """
        let first = try fixture.run(scene: scene)
        #expect(first.status == 0)
        #expect(try first.plugins().reduce(0) { $0 + (($1["operations"] as? Int) ?? 0) } == 10_000)
        let calls = try first.devices().map { $0["calls"] as? Int ?? 0 }
        #expect(calls.reduce(0, +) == 20 * 499)
        #expect(try fixture.run(scene: scene).standardOutput == first.standardOutput)
        #expect(try fixture.run(scene: scene, "--in-process").record() == first.record())
    }

    @Test func `of what is due at the same instant the lower priority goes first, then the file's order`()
        throws
    {
        let outcome = try fixture.run(
            scene: """
                summary: at once
                devices:
                  - {name: last, plugin: recorder.so, priority: 5}
                  - {name: second, plugin: recorder.so}
                  - {name: third, plugin: recorder.so}
                  - {name: first, plugin: recorder.so, priority: -3}
                events:
                  - {t: 0s, device: last, op: start}
                  - {t: 0s, device: third, op: start}
                  - {t: 0s, device: second, op: start}
                  - {t: 0s, device: first, op: start}
                  - {t: 5ms, device: last, op: step}
                  - {t: 5ms, device: second, op: step}
                  - {t: 5ms, device: third, op: step}
                  - {t: 5ms, device: first, op: step}
                """)
        #expect(
            try outcome.story() == [
                "0: first: first start 0", "0: third: third start 0", "0: second: second start 0",
                "0: last: last start 0", "5: first: first step 1", "5: second: second step 1",
                "5: third: third step 1", "5: last: last step 1",
            ])
    }

    @Test func `while one instance waits for writeback the others go on`() throws {
        let outcome = try fixture.run(
            scene: """
                summary: a patient call
                machine: {memory: 512M, areas: [{name: a, size: 128M, base: 256M}], fill: 0%, pins: 0}
                background: {writers: 2, disk: 20, warm_up: 15s}
                devices:
                  - {name: patient, plugin: recorder.so, params: {pages: 32768}}
                  - {name: busy, plugin: recorder.so, params: {ms: 1}}
                events:
                  - {t: 0s, device: patient, op: start}
                  - {t: 0s, device: busy, op: start}
                  - {t: 1ms, device: patient, op: step}
                  - {t: 2ms, device: busy, op: step, every: 50ms, times: 15}
                """)
        #expect(outcome.status == 0)
        let story = try outcome.story()
        let begin = try #require(story.firstIndex { $0.contains("patient step 1") })
        let end = try #require(
            story.firstIndex { $0.contains("patient got") || $0.contains("patient missed") })
        // The scene's times count from the end of the warm-up.
        #expect(story[begin].hasPrefix("15001: "))
        let meanwhile = story[begin + 1..<end]
        #expect(meanwhile.count == 15)
        for (number, line) in meanwhile.enumerated() {
            #expect(line == "\(15_002 + 50 * number): busy: busy step \(number + 1)")
        }
        #expect(try outcome.plugins()[1]["late_operations"] as? Int == 0)
    }

    @Test func `an operation that fails is recorded, the others go on, and the exit code is 2`() throws {
        let scene = """
            summary: failures
            devices:
              - {name: poor, plugin: recorder.so}
              - {name: good, plugin: recorder.so}
            events:
              - {t: 1ms, device: poor, op: step}
              - {t: 2ms, device: good, op: start}
              - {t: 3ms, device: good, op: step, with: {result: -12}}
              - {t: 4ms, device: good, op: step, with: {result: 7}}
              - {t: 5ms, device: good, op: step}
            """
        let outcome = try fixture.run(scene: scene)
        #expect(outcome.status == 2)
        #expect(outcome.standardError == "devemu: 3 operations failed, first step of poor: ENODEV\n")
        let failures = try #require(try outcome.json()["failures"] as? [[String: Any]])
        #expect(failures.map { $0["instance"] as? String } == ["poor", "good", "good"])
        #expect(failures.map { $0["operation"] as? String } == ["step", "step", "step"])
        #expect(failures.map { $0["code"] as? Int } == [-19, -12, 7])
        #expect(failures.map { $0["errno"] as? String } == ["ENODEV", "ENOMEM", "7"])
        #expect(failures.map { $0["t_ns"] as? Int } == [1_000_000, 3_000_000, 4_000_000])
        #expect(try outcome.story().last == "5: good: good step 3")
        let text = try fixture.run(["run", "own.yaml"]).text
        #expect(text.contains("\n  failed    good: step at 3.00 ms returned -12 (ENOMEM)\n"))
    }

    @Test func `an instance cannot use the device of another one`() throws {
        _ = try Fixture.build("foreign_device", in: fixture.scratch)
        let outcome = try fixture.run(["run", "foreign_device.so", "foreign_device.so", "--format", "json"])
        #expect(outcome.status == 2)
        #expect(
            try outcome.devices().map { $0["name"] as? String } == ["foreign_device.1", "foreign_device.2"])
        let rules = try #require(try outcome.json()["protocol_violations"] as? [[String: Any]])
        #expect(rules.map { $0["rule"] as? String } == ["foreign-device", "foreign-device"])
        #expect(rules.allSatisfy { $0["instance"] as? String == "foreign_device.2" })
    }

    @Test func `plugins without a scene run at the same time, named after their files`() throws {
        let outcome = try fixture.run([
            "run", "camera.so", "camera.so", "recorder.so", "--format", "json", "--set", "camera.width=640",
            "--set", "camera.2.params.buffers=3",
        ])
        #expect(outcome.status == 0)
        let plugins = try outcome.plugins()
        #expect(plugins.map { $0["name"] as? String } == ["camera.1", "camera.2", "recorder"])
        for (plugin, buffers) in zip(plugins, ["4", "3"]) {
            let values = try #require(plugin["parameters"] as? [[String: String]])
            #expect(values.first { $0["name"] == "width" }?["value"] == "640")
            #expect(values.first { $0["name"] == "buffers" }?["value"] == buffers)
        }
        let story = try outcome.story()
        #expect(story.first?.hasPrefix("0: camera.1: ") == true)
        #expect(story.contains("0: recorder: recorder start 0"))
        #expect(try outcome.json()["scene"] == nil)
    }

    @Test func `plugins that are named take the place of a scene's devices`() throws {
        let outcome = try fixture.run(["run", "camera.so", "--scene", "quick.yaml", "--format", "json"])
        #expect(outcome.status == 0)
        #expect(try outcome.devices().map { $0["name"] as? String } == ["camera"])
        let run = try outcome.json()
        #expect(run["memory_pages"] as? Int == 512 << 8)
        #expect(run["elapsed_ns"] as? Int == 100_000_000)
    }

    @Test func `a scene can come through a pipe`() throws {
        // What the scene is called, and the command, are not the same.
        func lines(_ text: String) -> [Substring] {
            let head = text.range(of: "\n  \"reproduce\"").map { text[..<$0.lowerBound] } ?? ""
            return head.split(separator: "\n").filter { !$0.contains("\"name\"") }
        }
        let direct = lines(try fixture.run(["run", "quick.yaml", "--format", "json"]).text)
        #expect(direct.count > 100)
        let scene = fixture.scratch.path("quick.yaml")
        for arguments in [["-"], ["--scene", "/dev/stdin"]] {
            let command =
                "cat \(scene) | \(Devemu.binary) run --format json " + arguments.joined(separator: " ")
            try fixture.scratch.run(["sh", "-c", command])
            let piped = String(decoding: try fixture.scratch.bytes(of: "tool.out"), as: UTF8.self)
            #expect(lines(piped) == direct)
        }
    }

    @Test func `a plugin of a scene is looked for beside the scene first`() throws {
        let folder = fixture.scratch.path("scenes")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for name in ["recorder.so", "quick.yaml"] {
            try FileManager.default.moveItem(
                atPath: fixture.scratch.path(name), toPath: "\(folder)/\(name)")
        }
        #expect(try fixture.run(["run", "scenes/quick.yaml"]).status == 0)
        // Another camera beside the scene is taken instead of the one beside devemu.
        try fixture.scratch.run(["cp", "\(folder)/recorder.so", "\(folder)/camera.so"])
        let other = try fixture.run(["run", "scenes/quick.yaml"])
        #expect(other.status == 65)
        #expect(other.standardError.hasPrefix("devemu: scenes/quick.yaml:16:87: no parameter 'buffers'"))
    }
}
