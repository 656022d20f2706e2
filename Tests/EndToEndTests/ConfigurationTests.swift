import Foundation
import TestSupport
import Testing

/// Where the values of a run come from, and which of two wins.
@Suite struct ConfigurationTests {
    private let fixture: SceneFixture

    init() throws { fixture = try SceneFixture() }

    private func json(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Devemu.Outcome {
        let outcome = try fixture.run(["run"] + arguments + ["--format", "json"], environment: environment)
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return outcome
    }

    @Test func `an option wins over the environment, that over the scene, that over what is built in`() throws
    {
        func memory(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Int? {
            (try json(arguments, environment).json()["memory_pages"] as? Int).map { $0 >> 8 }
        }
        let variable = ["DEVEMU_MEMORY": "768M"]
        #expect(try memory(["camera.so"]) == 1024)
        #expect(try memory(["quick.yaml"]) == 512)
        #expect(try memory(["quick.yaml"], variable) == 768)
        #expect(try memory(["quick.yaml", "--memory", "896M"], variable) == 896)
        #expect(
            try memory(["quick.yaml", "--memory", "896M", "--set", "machine.memory=640M"], variable) == 640)
    }

    @Test func `the seed of a scene gives way to DEVEMU_SEED and --seed`() throws {
        let scene = try SceneFixture.quick() + "seed: 5\n"
        try fixture.scratch.write(scene, to: "seed.yaml")
        #expect(try json(["quick.yaml"]).json()["seed"] as? Int == 1)
        #expect(try json(["seed.yaml"]).json()["seed"] as? Int == 5)
        #expect(try json(["seed.yaml"], ["DEVEMU_SEED": "6"]).json()["seed"] as? Int == 6)
        #expect(try json(["seed.yaml", "--seed", "7"], ["DEVEMU_SEED": "6"]).json()["seed"] as? Int == 7)
    }

    @Test func `an event wins over its device, --set over the device, the device over the plugin`() throws {
        func steps(_ more: String...) throws -> [String] {
            try json(["quick.yaml"] + more).story().filter { $0.contains("recorder.2 step") }
        }
        // Steps of recorder.2: due at 10, 20, 20 with 15 ms of its own, and 30 ms.
        let device = try steps().map { $0.prefix(2) }
        #expect(device == ["10", "20", "23", "38"])
        let set = try steps("--set", "recorder.ms=5").map { $0.prefix(2) }
        #expect(set == ["10", "20", "25", "40"])
        let event = try steps("--set", "events[2].with.ms=1").map { $0.prefix(2) }
        #expect(event == ["10", "20", "23", "30"])
        try fixture.scratch.write(
            try SceneFixture.quick().replacingOccurrences(of: "    params: {ms: 3}\n", with: ""),
            to: "quick.yaml")
        let plugin = try steps().map { $0.prefix(2) }
        #expect(plugin == ["10", "20", "20", "35"])
    }

    @Test func `--strategy and --mode win over the strategy of a device, --set replaces it`() throws {
        func strategies(_ more: String...) throws -> (run: String?, device: String?) {
            let outcome = try json(["quick.yaml"] + more)
            let camera = try #require(try outcome.devices().first { $0["name"] as? String == "camera" })
            return (try outcome.json()["strategy"] as? String, camera["strategy"] as? String)
        }
        #expect(try strategies() == (nil, "bulk"))
        #expect(try strategies("--strategy", "normal") == ("normal", nil))
        #expect(try strategies("--mode", "normal") == (nil, nil))
        #expect(try strategies("--set", "camera.strategy=pool") == (nil, "pool"))
    }

    @Test func `options of the machine replace values of the scene`() throws {
        let outcome = try json([
            "quick.yaml", "--area", "96M@128M", "--pins", "9", "--fill", "50", "--cpus", "8",
        ])
        let areas = try #require(try outcome.json()["areas"] as? [[String: Any]])
        #expect(areas.map { $0["name"] as? String } == ["linux,cma", "secure"])
        #expect(areas.map { $0["base_pfn"] as? Int } == [128 << 8, 480 << 8])
        #expect(areas.map { $0["pages"] as? Int } == [96 << 8, 32 << 8])
        let pinned = areas.map { ($0["start"] as? [String: Int])?["pinned"] ?? 0 }
        #expect(pinned.reduce(0, +) == 9)
    }

    @Test func `a recorded machine takes the place of a scene's`() throws {
        let recording = try Fixture.recording("order6-normal", in: fixture.scratch)
        let scene = "summary: s\ndevices: [{name: camera, plugin: camera.so, params: {width: 640}}]\n"
        try fixture.scratch.write(scene, to: "one.yaml")
        let run = try json(["one.yaml", "--state", recording]).json()
        let areas = try #require(run["areas"] as? [[String: Any]])
        #expect(areas.map { $0["name"] as? String } == ["linux,cma"])
        #expect(areas.map { $0["pages"] as? Int } == [64 << 8])
        let config = try fixture.run(["run", "one.yaml", "--state", recording, "--print-config"]).text
        #expect(config.contains("\nstate "))
        #expect(!config.contains("machine.memory"))
    }

    @Test func `--print-config shows every value and its source`() throws {
        let outcome = try fixture.run(
            [
                "run", "quick.yaml", "--print-config", "--pins", "50", "--set", "camera.fps=25", "--mode",
                "normal",
            ], environment: ["DEVEMU_SEED": "9"])
        #expect(outcome.status == 0)
        let golden = try String(contentsOfFile: Fixture.folder + "/quick.config", encoding: .utf8)
        #expect(outcome.text == golden)
    }

    @Test func `--print-config of plugins shows the default machine and their parameters`() throws {
        let text = try fixture.run([
            "run", "recorder.so", "recorder.so", "--set", "recorder.2.ms=7", "--writers", "1",
            "--print-config",
        ]).text
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("machine.memory 1G default"))
        #expect(lines.contains("background.writers 1 command line, --writers"))
        #expect(lines.contains("recorder.1.params.ms 0 default of the plugin"))
        #expect(lines.contains("recorder.2.params.ms 7 command line, --set"))
        #expect(lines.contains("recorder.2.plugin recorder.so command line"))
    }

    @Test func `--print-config of what cannot run is the problem`() throws {
        let outcome = try fixture.run(["run", "quick.yaml", "--print-config", "--set", "camera.width=1"])
        #expect(outcome.status == 64)
        #expect(outcome.standardOutput.isEmpty)
    }
}
