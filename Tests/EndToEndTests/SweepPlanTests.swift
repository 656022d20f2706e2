import Foundation
import TestSupport
import Testing

/// Grids as a user writes them, through the built program.
@Suite struct SweepPlanTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func plan(_ grid: String, _ more: String..., to output: String = "plan.jsonl") throws
        -> Devemu.Outcome
    {
        try scratch.write(grid, to: "grid.yaml")
        return try Devemu.run(
            ["sweep", "plan", "grid.yaml"] + (more.contains("--dry-run") ? [] : ["-o", output]) + more,
            in: scratch.folder)
    }

    /// The lines of a plan behind the first.
    private func runs(of name: String = "plan.jsonl") throws -> [[String: Any]] {
        try scratch.bytes(of: name).split(separator: 10).dropFirst().map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    private func hashes(_ grid: String) throws -> [String] {
        let name = "\(UUID().uuidString).jsonl"
        let outcome = try plan(grid, to: name)
        #expect(outcome.status == 0, "\(outcome.standardError)")
        return try runs(of: name).compactMap { $0["hash"] as? String }
    }

    @Test func `a plan has a line for every value, strategy and seed`() throws {
        let outcome = try plan(
            """
            summary: a small one
            plugins: [camera.so]
            strategies: [as-asked, normal]
            seeds: {first: 7, count: 3}
            vary: {machine.pins: [0, 300]}
            """)
        #expect(outcome.status == 0)
        #expect(outcome.text == "plan.jsonl: 12 runs\n")
        let runs = try runs()
        #expect(runs.compactMap { $0["run"] as? Int } == Array(1...12))
        let groups = runs.map { run in
            "\((run["values"] as? [String: String])?["machine.pins"] ?? "") \(run["seed"] as? Int ?? 0)"
        }
        // All strategies of a machine with a seed follow each other; the machines come in any order.
        #expect(runs.map { $0["strategy"] as? String } == (0..<6).flatMap { _ in [nil, "normal"] })
        #expect((0..<6).allSatisfy { groups[2 * $0] == groups[2 * $0 + 1] })
        let all = ["0", "300"].flatMap { pins in (7...9).map { "\(pins) \($0)" } }
        #expect(Set(groups) == Set(all))
        #expect(stride(from: 0, to: 12, by: 2).map { groups[$0] } != all)
        #expect(Set(runs.compactMap { $0["hash"] as? String }).count == 12)
    }

    @Test func `what comes to the same run has the same hash, however it is written`() throws {
        let scene = """
            summary: SUMMARY
            machine: {areas: [{name: a, size: SIZE, base: 512M}]}
            devices: [{name: camera, plugin: camera.so PARAMETERS}]

            """
        func hashes(summary: String, size: String, parameters: String, grid: String) throws -> [String] {
            let text = scene.replacingOccurrences(of: "SUMMARY", with: summary)
                .replacingOccurrences(of: "SIZE", with: size)
                .replacingOccurrences(of: "PARAMETERS", with: parameters)
            try scratch.write(text, to: "scene.yaml")
            return try self.hashes("summary: \(summary)\nscene: scene.yaml\n\(grid)")
        }
        let first = try hashes(
            summary: "one", size: "64M", parameters: "", grid: "vary: {camera.buffers: [3, 4]}")
        let second = try hashes(
            summary: "other", size: "65536K", parameters: ", params: {buffers: 9}",
            grid: "vary: {machine.pins: 300, camera.params.buffers: [04, 3]}")
        #expect(first.count == 2)
        #expect(first.sorted() == second.sorted())
        let third = try hashes(
            summary: "one", size: "66M", parameters: "", grid: "vary: {camera.buffers: [3, 4]}")
        #expect(Set(first).isDisjoint(with: third))
    }

    @Test func `a plugin that was built anew is another run`() throws {
        let grid = "summary: s\nplugins: [./parameters.so]\n"
        _ = try Fixture.build("parameters", in: scratch)
        let before = try hashes(grid)
        #expect(try hashes(grid) == before)
        _ = try Fixture.build("parameters", in: scratch, flags: ["-shared", "-g"])
        #expect(try hashes(grid) != before)
    }

    @Test func `combinations that come to the same are planned once and counted`() throws {
        let outcome = try plan(
            """
            summary: nobody writes to these disks
            plugins: [camera.so]
            seeds: 2
            vary:
              background.writers: [0, 1]
              background.disk: [5, 20, 80]
            """)
        #expect(outcome.text == "plan.jsonl: 8 runs; 4 more come to the same and are left out\n")
        #expect(try runs().count == 8)
    }

    @Test func `a plan is never written over, and nothing is left of one that fails`() throws {
        let grid = "summary: s\nplugins: [camera.so]\n"
        #expect(try plan(grid).status == 0)
        let before = try scratch.bytes(of: "plan.jsonl")
        let again = try plan(grid)
        #expect(again.status == 73)
        #expect(
            again.standardError
                == "devemu: plan.jsonl: is there already, and a plan never changes; choose another name\n")
        #expect(try scratch.bytes(of: "plan.jsonl") == before)
        #expect(try plan(grid + "vary: {machine.pins: [1, x]}", to: "b.jsonl").status == 65)
        #expect(try plan(grid, to: "absent/b.jsonl").status == 73)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted()
        #expect(names == ["grid.yaml", "plan.jsonl"])
    }

    @Test func `more than ten million runs are asked about, a dry run tells what they take`() throws {
        let grid = "summary: s\nplugins: [camera.so]\nseeds: 9000000\nvary: {machine.pins: [1, 2]}\n"
        let outcome = try plan(grid)
        #expect(outcome.status == 64)
        #expect(
            outcome.standardError
                == "devemu: grid.yaml: 18 000 000 runs, more than 10 000 000; add --yes to plan them all, or draw some "
                + "of them with sample: {count: 1000}\n")
        let dry = try plan(grid, "--dry-run")
        #expect(dry.status == 0)
        #expect(dry.text.hasPrefix("grid.yaml: 18 000 000 runs\ndisk  about "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["grid.yaml"])
    }

    @Test(arguments: [
        (
            "vary: {machine.pinz: [1]}", 65,
            "grid.yaml:3:8: machine.pinz: machine has no key 'pinz'; did you mean machine.pins?"
        ),
        (
            "vary: {machine.pins: [1, 99999]}", 65,
            "grid.yaml:3:26: machine.pins: '99999' is no whole number from 0 to 65536, the pages of all areas"
        ),
        ("vary: {camera.buffers: [2, 99]}", 65, "grid.yaml:3:28: buffers: 99 is out of range 1..32"),
        ("vary: {camera.bufers: [2]}", 65, "grid.yaml:3:24: no parameter 'bufers'; did you mean buffers?"),
        (
            "vary: {kamera.buffers: [2]}", 65,
            "grid.yaml:3:8: kamera.buffers: no key or device 'kamera'; did you mean camera?"
        ),
        (
            "vary: {camera.strategy: [normal, norml]}", 65,
            "grid.yaml:3:34: no strategy 'norml'; did you mean normal?"
        ),
        ("vary: {camera.plugin: [/absent.so]}", 66, "grid.yaml:3:24: /absent.so: no such file"),
        ("vary: {machine.costs: [/absent]}", 66, "grid.yaml:3:24: /absent: No such file or directory"),
        ("strategies: [norml]", 65, "grid.yaml:3:14: strategies: no strategy 'norml'; did you mean normal?"),
        (
            "strategies: [all, pool]", 65,
            "grid.yaml:3:19: strategies: pool is there already; keep one of the two"
        ),
        ("strategis: all", 65, "grid.yaml:3:1: unknown key 'strategis'; did you mean strategies?"),
    ])
    func `a mistake is told with its place in the grid`(line: String, status: Int32, message: String) throws {
        let outcome = try plan("summary: s\nplugins: [camera.so]\n\(line)\n")
        #expect(outcome.status == status)
        #expect(outcome.standardError == "devemu: \(message)\n")
        #expect(!scratch.contains("plan.jsonl"))
    }

    @Test func `a value that the scene cannot bear is told where the scene says so`() throws {
        try scratch.write(
            "summary: s\nmachine: {areas: [{name: a, size: 64M, base: 512M}]}\ndevices: [{name: camera, plugin: camera.so}]\n",
            to: "scene.yaml")
        let outcome = try plan("summary: s\nscene: scene.yaml\nvary: {machine.memory: [1G, 256M]}\n")
        #expect(outcome.status == 65)
        #expect(
            outcome.standardError
                == "devemu: scene.yaml:2:46: machine.areas[0].base: '64M@512M' does not fit in a machine of 256 MiB "
                + "(with machine.memory=256M)\n")
    }

    @Test(arguments: [
        ["sweep", "plan", "g.yaml"], ["sweep", "plan", "g.yaml", "-o", "-"],
        ["sweep", "plan", "g.yaml", "--dry-run", "-o", "x"],
    ])
    func `where a plan goes has to be said`(arguments: [String]) throws {
        #expect(try Devemu.run(arguments, in: scratch.folder).status == 64)
    }

    static let shipped = ["camera-areas", "codec-writeback", "display-boards", "secure-chunks"]

    @Test func `every grid is in the list`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Devemu.root + "/Workloads/sweeps")
        #expect(files.sorted() == Self.shipped.map { $0 + ".yaml" })
    }

    @Test(arguments: shipped)
    func `the grids that come with devemu can be planned`(name: String) throws {
        let outcome = try Devemu.run(
            "sweep", "plan", "Workloads/sweeps/\(name).yaml", "--dry-run", in: Devemu.root)
        #expect(outcome.status == 0, "\(outcome.standardError)")
        #expect(outcome.text.hasPrefix("Workloads/sweeps/\(name).yaml: "))
    }

    @Test func `the environment does not change a plan`() throws {
        try scratch.write("summary: s\nplugins: [camera.so]\n", to: "grid.yaml")
        let environment = ["DEVEMU_SEED": "7", "DEVEMU_AREA": "64M@256M", "DEVEMU_MODE": "normal"]
        for (name, variables) in [("a.jsonl", [:]), ("b.jsonl", environment)] {
            let outcome = try Devemu.run(
                ["sweep", "plan", "grid.yaml", "-o", name], in: scratch.folder, environment: variables)
            #expect(outcome.status == 0)
        }
        #expect(try scratch.bytes(of: "a.jsonl") == scratch.bytes(of: "b.jsonl"))
    }
}
