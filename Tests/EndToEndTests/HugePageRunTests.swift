import Foundation
import TestSupport
import Testing

/// `devemu run` beside processes with huge pages and locked memory.
@Suite struct HugePageRunTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Chunks out of an area that four processes fill, with short pins on their pages.
    private static let load = [
        "run", "camera.so", "--memory", "512M", "--area", "128M@256M", "--fill", "0", "--pins", "0",
        "--processes", "4x100M", "--turnover", "0", "--transient-pins", "100000", "--warm-up", "1s",
        "--set", "buffers=16",
    ]

    private func result(_ more: [String] = []) throws -> [String: Any] {
        let outcome = try Devemu.run(Self.load + more + ["--format", "json"])
        #expect(outcome.status == 0)
        return try outcome.json()
    }

    private func processes(_ run: [String: Any]) -> [String: Int]? { run["processes"] as? [String: Int] }

    @Test func `a result tells what became of huge pages, and a pin on one holds all of it`() throws {
        let plain = try result()
        #expect(processes(plain) == nil)
        #expect(plain["background"] as? String == "4 processes of 100 MiB, 100000 pins a second")
        let huge = try result(["--thp"])
        #expect(huge["background"] as? String == "4 processes of 100 MiB (huge pages), 100000 pins a second")
        let memory = try #require(processes(huge))
        #expect(memory["resident_pages"] == 4 * 100 * 256)
        #expect((memory["huge_pages"] ?? 0) > 4 * 30)
        #expect(memory["mlocked_pages"] == 0)
        let moved = memory["moved_pages"] ?? 0
        #expect(moved >= 512)
        if memory["split_huge_pages"] == 0 { #expect(moved % 512 == 0) }
        func pinned(_ run: [String: Any]) -> Int {
            let area = (run["areas"] as? [[String: Any]])?.first
            return ((area?["start"] as? [String: Int])?["pinned"]) ?? -1
        }
        #expect(pinned(huge) % 512 == 0)
        #expect(pinned(huge) > pinned(plain))
    }

    @Test func `locked memory is told and moved`() throws {
        let locked = try result(["--mlock"])
        let memory = try #require(processes(locked))
        #expect(memory["mlocked_pages"] == 4 * 100 * 256)
        #expect(memory["huge_pages"] == 0)
        #expect((memory["moved_pages"] ?? 0) > 0)
        let text = try Devemu.run(Self.load + ["--mlock", "--thp"]).text
        #expect(
            text.contains(
                "\n  meanwhile 4 processes of 100 MiB (huge pages, mlocked), 100000 pins a second\n"))
        #expect(text.contains("split, all mlocked; "))
    }

    @Test func `no byte of a huge page is lost when it moves or is split`() throws {
        let outcome = try Devemu.run(
            Self.load + ["--thp", "--backing", "memory", "--format", "json"])
        let contents = try #require(try outcome.json()["contents"] as? [String: Int])
        #expect(contents["damaged"] == 0)
        #expect((contents["moved"] ?? 0) >= 512)
    }

    @Test func `a scene says the same, and the options override it`() throws {
        let scene = try scratch.write(
            """
            summary: processes with huge pages
            machine: {memory: 512M, areas: [{name: "linux,cma", size: 128M, base: 256M}], fill: 0%, pins: 0}
            background: {processes: 4x100M, turnover: 0, thp: yes, mlock: no, transient_pins: 100000, warm_up: 1s}
            devices: [{name: camera, plugin: camera.so, params: {buffers: 16}}]

            """, to: "scene.yaml")
        let run = try Devemu.run(["run", scene, "--format", "json"]).json()
        #expect(processes(run) == processes(try result(["--thp"])))
        let locked = try Devemu.run(["run", scene, "--mlock", "--format", "json"]).json()
        #expect(processes(locked)?["mlocked_pages"] == 4 * 100 * 256)
        let off = try Devemu.run(["run", scene, "--set", "background.thp=no", "--format", "json"]).json()
        #expect(processes(off) == nil)
    }

    @Test(arguments: [["--thp"], ["--mlock"], ["--thp", "--mlock"]])
    func `huge pages of no process are refused`(options: [String]) throws {
        let outcome = try Devemu.run(["run", "camera.so"] + options)
        #expect(outcome.status == 78)
        #expect(
            outcome.standardError.contains(
                "\(options[0]) without processes that it is about: add --processes 4x32M"))
    }
}
