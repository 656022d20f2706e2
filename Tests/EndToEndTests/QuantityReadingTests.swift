import Foundation
import TestSupport
import Testing

/// Sizes, shares and durations mean the same on the command line, in the environment, in scenes and in grids.
@Suite struct QuantityReadingTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Where a value of the machine can be written.
    enum Place: CaseIterable {
        case option, setting, scene, grid
    }

    /// A key of the scene and the option that is the same.
    private static let options = [
        "machine.memory": "--memory", "machine.fill": "--fill", "background.turnover": "--turnover",
        "background.warm_up": "--warm-up",
    ]

    /// A run with the value at a place; that of a grid is planned and made.
    private func run(_ key: String, _ text: String, at place: Place) throws -> Devemu.Outcome {
        let (section, name) = (key.split(separator: ".")[0], key.split(separator: ".")[1])
        var machine = [("areas", "[{name: cma, size: 16M, base: 128M}]"), ("pins", "0")]
        var background = [("processes", "1x1M")]
        if place == .scene {
            if section == "machine" {
                machine.append((String(name), "'\(text)'"))
            } else {
                background.append((String(name), "'\(text)'"))
            }
        }
        func mapping(_ pairs: [(String, String)]) -> String {
            "{" + pairs.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
        }
        let scene = try scratch.write(
            """
            summary: a quantity
            machine: \(mapping(machine))
            background: \(mapping(background))
            devices: [{name: panel, plugin: display.so, params: {mode: 720p, frames: 1}}]
            """, to: "quantity.yaml")
        let json = ["--format", "json"]
        switch place {
        case .option: return try Devemu.run(["run", scene, try #require(Self.options[key]), text] + json)
        case .setting: return try Devemu.run(["run", scene, "--set", "\(key)=\(text)"] + json)
        case .scene: return try Devemu.run(["run", scene] + json)
        case .grid:
            let grid = try scratch.write(
                "summary: a grid\nscene: \(scene)\nvary: {\(key): ['\(text)']}\n", to: "grid.yaml")
            let plan = scratch.path("plan.jsonl")
            try? FileManager.default.removeItem(atPath: plan)
            return try Devemu.run("sweep", "plan", grid, "-o", plan)
        }
    }

    /// The hash of the only run of the plan, which depends on everything that decides the run.
    private func planned() throws -> String {
        let lines = try String(contentsOfFile: scratch.path("plan.jsonl"), encoding: .utf8).split(
            separator: "\n")
        let run =
            try JSONSerialization.jsonObject(with: Data(try #require(lines.last).utf8)) as? [String: Any]
        return try #require(run?["hash"] as? String)
    }

    private static let equals: [(String, [String])] = [
        ("machine.memory", ["512M", "512MiB", "0.5G", "524288K", "0x20000000", "536870912", "0.5gib"]),
        // 200.1 MiB are 51 225.6 pages: they become 51 226, so that none is lost.
        ("machine.memory", ["200.1M", "204904K", "209821696"]),
        ("machine.fill", ["80%", "80", "80.0%", "080"]), ("machine.fill", ["12.5%", "12.500%"]),
        ("background.turnover", ["1.5M", "1536K", "1.5MiB"]),
        ("background.warm_up", ["2", "2s", "2000ms", "2.0"]),
    ]

    @Test(arguments: equals)
    func `texts of one quantity are one quantity, wherever they are written`(key: String, texts: [String])
        throws
    {
        var records: Set<Data> = []
        var hashes: Set<String> = []
        for text in texts {
            for place in Place.allCases {
                let outcome = try run(key, text, at: place)
                #expect(outcome.status == 0, "\(key) \(text) \(place): \(outcome.standardError)")
                if place == .grid {
                    hashes.insert(try planned())
                } else {
                    records.insert(try outcome.record())
                }
            }
        }
        #expect(records.count == 1)
        #expect(hashes.count == 1)
    }

    private static let refused: [(String, String, String)] = [
        ("machine.memory", "512MB", "write 512M or 512MiB"), ("machine.memory", "1.5", "write 1.5M"),
        ("machine.memory", "1X", "the units are K, M, G"),
        ("machine.memory", "x", "write 64M, 512MiB or 1.5G"),
        ("machine.memory", "3M", "from 4M to 64G; write 1G"), ("machine.memory", "9E", "more than 4 EiB"),
        ("machine.fill", "0.8", "can mean 80% or 0.8%"), ("machine.fill", "12.5", "write 12.5%"),
        ("machine.fill", "101%", "more than 100%"), ("machine.fill", "x%", "write 93%"),
        ("background.turnover", "4MB", "write 4M or 4MiB"), ("background.warm_up", "2h", "the units are ns"),
    ]

    @Test(arguments: refused)
    func `what is refused is refused everywhere, with what would be right`(
        key: String, text: String, hint: String
    )
        throws
    {
        for place in Place.allCases {
            let outcome = try run(key, text, at: place)
            #expect(outcome.status == (place == .option || place == .setting ? 64 : 65), "\(place)")
            #expect(outcome.complaints.count == 1)
            #expect(outcome.standardError.contains(hint), "\(place): \(outcome.standardError)")
            #expect(outcome.standardError.contains("yaml:") == (place == .scene || place == .grid))
        }
    }

    private static let commands: [(String, Int32)] = [
        ("run display.so --fill 0% --pins 0 --area 63.3MiB@128M", 0), ("size display.so --max 512MB", 64),
        ("size display.so --success 80.5", 64), ("areas /dev/null --memory 1.5Q", 64),
        ("run display.so --fill 20% --pins 0 --memory 0.75GiB --area 64MiB", 0),
        ("run display.so --fill 0.8", 64),
        ("run display.so --fill 0 --pins 0 --memory-limit 6GiB", 0),
        ("run display.so --memory-limit 6GB", 64),
        ("run display.so --warm-up x", 64),
    ]

    @Test(arguments: commands)
    func `plugins without a scene take the same`(command: String, status: Int32) throws {
        let outcome = try Devemu.run(command.split(separator: " ").map(String.init))
        #expect(outcome.status == status, "\(outcome.standardError)")
    }

    @Test func `an area of 63.3 MiB becomes the next whole pageblocks, and the run says so`() throws {
        let outcome = try Devemu.run("run", "display.so", "--area", "63.3M@128M")
        #expect(outcome.text.contains("area of 64 MiB at 128 MiB"))
    }
}
