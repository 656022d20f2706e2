import Foundation
import Testing

/// Machines of device trees: `--device-tree` and a scene's `machine.device_tree`.
@Suite struct DeviceTreeTests {
    private let scratch: Scratch
    private static let tree = Devemu.root + "/Tests/KernelFormatsTests/Trees/board.dtb"
    private static let areas = ["linux,cma", "video@60000000", "secure"]
    private static let devices = """
        devices:
          - {name: camera, plugin: display.so, params: {mode: 720p, frames: 1}}
          - {name: ui, plugin: display.so, params: {mode: 720p, frames: 1}}

        """

    init() throws {
        scratch = try Scratch()
        try FileManager.default.copyItem(atPath: Self.tree, toPath: scratch.path("board.dtb"))
    }

    /// A scene beside the tree that names it.
    private func scene(
        machine: String = "device_tree: board.dtb, fill: 0%, pins: 0", devices: String = devices,
        to name: String = "board.yaml"
    ) throws -> String {
        try scratch.write("summary: a board\nmachine: {\(machine)}\n" + devices, to: name)
    }

    private func areas(_ outcome: Devemu.Outcome) throws -> [String] {
        try #require(try outcome.json()["areas"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    }

    private func rows(_ outcome: Devemu.Outcome) throws -> [[String: Any]] {
        #expect(outcome.status == 0, "\(outcome.standardError)")
        return try #require(try outcome.json()["rows"] as? [[String: Any]])
    }

    @Test(arguments: ["--device-tree", "machine.device_tree"])
    func `a comparison runs every strategy on the tree's machine`(way: String) throws {
        let own = "fill: 0%, pins: 0"
        let path = try scene(machine: way == "--device-tree" ? own : "device_tree: board.dtb, " + own)
        let option = way == "--device-tree" ? [way, Self.tree] : []
        let compared = try rows(
            Devemu.run(
                ["compare", path, "--strategies", "normal,fail-fast", "--repeat", "2", "--format", "json"]
                    + option))
        #expect(compared.compactMap { $0["device"] as? String } == ["camera", "camera", "ui", "ui"])
        #expect(compared.allSatisfy { ($0["failures"] as? [Any] ?? []).isEmpty })
        // The same figures as a run by itself on that machine, which one on the default machine does not have.
        let run = try Devemu.run(["run", path, "--strategy", "normal", "--format", "json"] + option)
        #expect(try areas(run) == Self.areas)
        let ui = try #require(try run.devices().first { $0["name"] as? String == "ui" })
        let single = try rows(
            Devemu.run(
                ["compare", path, "--strategies", "normal", "--repeat", "1", "--format", "json"] + option))
        let row = try #require(single.first { $0["device"] as? String == "ui" })
        let time = (row["time_to_satisfaction_ns"] as? [String: Any])?["value"] as? Double
        #expect(time == ui["time_to_satisfaction_ns"] as? Double)
        #expect(time != nil)
    }

    @Test func `a tree that cannot be read ends a comparison before anything runs`() throws {
        let outcome = try Devemu.run(
            "compare", "display.so", "--device-tree", try scratch.write("no tree", to: "bad.dtb"))
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("bad.dtb: byte 0: no device tree blob"))
    }

    @Test func `a tree comes through standard input, to the workers as well`() throws {
        let run = try Devemu.run(
            "run", "display.so", "--device-tree", "-", "--fill", "0", "--pins", "0", "--set", "frames=1",
            "--format", "json", input: Self.tree)
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try areas(run) == Self.areas)
        let compared = try Devemu.run(
            "compare", "display.so", "--device-tree", "-", "--fill", "0", "--pins", "0", "--set", "frames=1",
            "--strategies", "normal", "--repeat", "2", "--format", "json", input: Self.tree)
        #expect(try rows(compared).count == 1)
    }

    @Test func `a scene's tree lies beside the scene and says what memory and areas there are`() throws {
        let run = try Devemu.run("run", try scene(), "--format", "json")
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try areas(run) == Self.areas)
        #expect(try run.json()["memory_pages"] as? Int == 1 << 18)
        #expect(try run.devices().compactMap { $0["area"] as? String } == ["video@60000000", "linux,cma"])
        let sized = try Devemu.run(
            "size", scratch.path("board.yaml"), "--format", "json", "--seeds", "1", "--alternatives", "none")
        #expect(try areas(sized) == ["linux,cma", "video@60000000"])
        #expect(try Devemu.run("check", scratch.path("board.yaml")).status == 0)
    }

    @Test func `a device of such a scene may name an area of the tree`() throws {
        let named = Self.devices.replacingOccurrences(
            of: "{name: camera", with: "{area: secure, name: camera")
        let run = try Devemu.run("run", try scene(devices: named), "--format", "json")
        #expect(try run.devices().compactMap { $0["area"] as? String } == ["secure", "linux,cma"])
        let other = named.replacingOccurrences(of: "area: secure", with: "area: gpu")
        let refused = try Devemu.run("check", try scene(devices: other, to: "other.yaml"))
        #expect(refused.status == 65)
        #expect(refused.complaints.count == 1)
        #expect(
            refused.standardError.contains("other.yaml:4:12: no area 'gpu' is set up by"),
            "\(refused.standardError)")
        #expect(refused.standardError.contains("there are linux,cma, video@60000000, secure"))
    }

    @Test func `memory replaces the tree's, by the scene or the command line`() throws {
        let path = try scene(machine: "device_tree: board.dtb, memory: 512M, fill: 0%, pins: 0")
        let run = try Devemu.run("run", path, "--format", "json")
        #expect(try run.json()["memory_pages"] as? Int == 1 << 17)
        #expect(try areas(run) == ["linux,cma", "secure"])
        let more = try Devemu.run("run", path, "--memory", "768M", "--format", "json")
        #expect(try more.json()["memory_pages"] as? Int == 3 << 16)
    }

    @Test func `the configuration shows the tree in place of areas and memory that nobody wrote`() throws {
        let shown = try Devemu.run("run", try scene(), "--print-config").text
        #expect(shown.contains("machine.device_tree"))
        #expect(!shown.contains("machine.areas"))
        #expect(!shown.contains("machine.memory"))
        let replaced = try Devemu.run(
            "run", scratch.path("board.yaml"), "--device-tree", Self.tree, "--print-config"
        ).text
        #expect(!replaced.contains("machine.device_tree"))
        #expect(replaced.contains("device-tree"))
    }

    @Test func `a tree and another word on the areas contradict each other`() throws {
        let path = try scene()
        let areas = try scene(
            machine: "device_tree: board.dtb, areas: [{name: a, size: 64M}]", to: "areas.yaml")
        let written = try Devemu.run("check", areas)
        #expect(written.status == 65)
        #expect(written.standardError.contains("leave areas out"), "\(written.standardError)")
        let given = try Devemu.run("run", path, "--area", "64M@256M")
        #expect(given.status == 64)
        #expect(given.standardError.contains("--area 64M@256M"), "\(given.standardError)")
        let state = try Devemu.run("run", path, "--state", "none.txt")
        #expect(state.status == 78)
        #expect(state.standardError.contains("--state and machine.device_tree"), "\(state.standardError)")
        let recorded = try scene(machine: "state: board.state", to: "recorded.yaml")
        let both = try Devemu.run("run", recorded, "--device-tree", Self.tree)
        #expect(both.status == 78)
        #expect(both.standardError.contains("machine.state and --device-tree"), "\(both.standardError)")
    }

    @Test func `a tree that is not there is exit code 66, one without areas 65`() throws {
        let missing = try Devemu.run("check", try scene(machine: "device_tree: none.dtb", to: "none.yaml"))
        #expect(missing.status == 66)
        #expect(missing.complaints.count == 1)
        try scratch.write("quiet", to: "cmdline.txt")
        let empty = try Devemu.run(
            "check", try scene(machine: "device_tree: cmdline.txt, memory: 1G", to: "empty.yaml"))
        #expect(empty.status == 65)
        #expect(empty.standardError.contains("no contiguous area"), "\(empty.standardError)")
    }
}
