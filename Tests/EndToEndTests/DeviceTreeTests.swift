import Foundation
import TestSupport
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
        // The same figures as a run by itself on that machine, which one on the default machine does not
        // have.
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

    /// linux,cma is at 0x77c00000, as 'devemu areas' shows it; memory begins at 0x40000000.
    @Test func `addresses and page frame numbers are those of the board in everything that shows them`()
        throws
    {
        let path = try scene()
        let record = scratch.path("run.json")
        let (events, tree) = (scratch.path("trace.txt"), scratch.path("dump"))
        let run = try Devemu.run(
            "run", path, "--history", "--backing", "memory", "--format", "json", "-o", record, "--trace",
            events, "--dump", tree)
        #expect(run.status == 0, "\(run.standardError)")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(scratch.bytes(of: "run.json"))) as? [String: Any])
        #expect(json["first_pfn"] as? Int == 0x40000)
        #expect(json["memory_pages"] as? Int == 1 << 18)
        #expect(
            (json["areas"] as? [[String: Any]])?.compactMap { $0["base_pfn"] as? Int } == [
                0x77c00, 0x60000, 0x56000,
            ])
        #expect((json["contents"] as? [String: Any])?["damaged"] as? Int == 0)
        let history = try #require((json["history"] as? [String: Any])?["areas"] as? [[String: Any]])
        #expect(history.compactMap { $0["base_pfn"] as? Int } == [0x77c00, 0x60000, 0x56000])
        let trace = String(decoding: try scratch.bytes(of: "trace.txt"), as: UTF8.self)
        #expect(trace.contains("name=linux,cma pfn=0x77c00 "), "\(trace.prefix(2000))")
        let dumped = try String(
            contentsOfFile: tree + "/sys/kernel/debug/cma/linux,cma/base_pfn", encoding: .utf8)
        #expect(dumped == "\(0x77c00)\n")
        let zones = try String(contentsOfFile: tree + "/proc/zoneinfo", encoding: .utf8)
        #expect(zones.contains("start_pfn:           \(0x40000)"))
        let text = try Devemu.run("run", path).text
        #expect(text.contains("1 GiB at 1 GiB"))
        #expect(text.contains("128 MiB at 1916 MiB"))
        let map = try Devemu.run("map", record)
        #expect(map.status == 0, "\(map.standardError)")
        #expect(map.text.contains("pfn 0x77c00 to 0x7fc00"), "\(map.text.prefix(500))")
    }

    @Test func `a dump of such a board is imported as the machine that it is, and run from there`() throws {
        let tree = scratch.path("dump")
        #expect(try Devemu.run("run", try scene(), "--dump", tree).status == 0)
        let state = scratch.path("board.state")
        let imported = try Devemu.run("import", tree, "-o", state)
        #expect(imported.status == 0, "\(imported.standardError)")
        #expect(imported.text.contains("1 GiB at 1 GiB"), "\(imported.text)")
        #expect(imported.text.contains("from frame \(0x77c00)"), "\(imported.text)")
        let run = try Devemu.run(
            "run", "display.so", "--state", state, "--set", "mode=720p", "--set", "frames=1", "--format",
            "json")
        #expect(try run.json()["first_pfn"] as? Int == 0x40000)
        #expect((try run.json()["areas"] as? [[String: Any]])?.first?["base_pfn"] as? Int == 0x77c00)
    }

    @Test func `size tells a kernel the address that the board has, where the tree names one`() throws {
        let sized = try Devemu.run(
            "size", try scene(), "--format", "json", "--seeds", "1", "--alternatives", "none")
        let areas = try #require(try sized.json()["areas"] as? [[String: Any]])
        // linux,cma has a size in the tree, video@60000000 a place.
        let kernel = areas.compactMap { $0["kernel"] as? [String: Any] }
        #expect(kernel.count == 2)
        #expect((kernel[0]["command_line"] as? String)?.contains("@") == false)
        #expect((kernel[0]["device_tree"] as? String)?.contains("    size = <0x0 ") == true)
        #expect((kernel[1]["device_tree"] as? String)?.contains("reg = <0x0 0x60000000 0x0 ") == true)
        #expect(areas.compactMap { $0["base_pfn"] as? Int }.allSatisfy { $0 >= 0x40000 })
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
        #expect(!shown.contains("\nmachine.memory"))
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
