import Foundation
import TestSupport
import Testing

/// Which request failed, and what every call came to: of plugins, scenes and traces.
@Suite struct RequestTests {
    private static let machine = ["--area", "4M@512M", "--fill", "0", "--pins", "0"]

    private func calls(_ json: [String: Any]) throws -> [[String: Any]] {
        try #require((json["calls"] as? [String: Any])?["calls"] as? [[String: Any]])
    }

    @Test func `a run says which request failed, and with what`() throws {
        // 1080p NV12 in one piece is 760 pages: one fits in 1024, with 264 left.
        let arguments = ["run", "camera.so", "--set", "memory=contiguous"] + Self.machine
        let text = try Devemu.run(arguments)
        #expect(text.status == 1)
        #expect(text.text.contains("\n  failed    request 2, 760 pages: -12, 264 free, longest run 264\n"))
        let json = try Devemu.run(arguments + ["--format", "json"]).json()
        let failed = try #require(json["failed_requests"] as? [String: Any])
        #expect(failed["count"] as? Int == 1)
        let first = try #require((failed["first"] as? [[String: Any]])?.first)
        #expect(first["request"] as? Int == 2 && first["device"] as? String == "camera")
        #expect(first["errno"] as? Int == -12 && first["pages"] as? Int == 760)
        #expect(json["calls"] == nil)
    }

    @Test func `every call is listed with its offset or errno`() throws {
        let arguments =
            ["run", "camera.so", "--set", "memory=contiguous", "--mode", "normal", "--list-calls"]
            + Self.machine
        let lines = try Devemu.run(arguments).text.split(separator: "\n")
        let head = try #require(lines.firstIndex { $0.hasPrefix("  call  request  device ") })
        #expect(lines[head + 2].hasPrefix("     1        1  camera"))
        #expect(lines[head + 2].hasSuffix("    760      8       0  ok"))
        #expect(lines[head + 3].hasSuffix("    760      8       -  -12"))
        let listed = try calls(try Devemu.run(arguments + ["--format", "json"]).json())
        #expect(listed.map { $0["offset"] as? Int } == [0, nil])
        #expect(listed.map { $0["errno"] as? Int } == [nil, -12])
        #expect(listed.allSatisfy { ($0["duration_ns"] as? Int ?? 0) > 0 })
    }

    @Test func `the calls of a scene's instances and of a trace are listed too`() throws {
        let scratch = try Scratch()
        let scene = PluginScene(
            plugin: "camera", area: "64M", parameters: "frames: 0", count: 2,
            events: ["t: 0s, op: start", "t: 1s, op: stop"])
        let file = try scratch.write(scene.text, to: "two.yaml")
        let trace = scratch.path("two.trace")
        let run = try Devemu.run("run", file, "--list-calls", "--trace", trace, "--format", "json").json()
        let devices = try #require(run["devices"] as? [[String: Any]])
        let listed = try calls(run)
        #expect(listed.count == devices.reduce(0) { $0 + ($1["calls"] as? Int ?? 0) })
        #expect(Set(listed.compactMap { $0["device"] as? String }) == ["it.1", "it.2"])
        let again = try Devemu.run("run", trace, "--list-calls", "--format", "json").json()
        #expect(try calls(again).count == listed.count)
    }
}
