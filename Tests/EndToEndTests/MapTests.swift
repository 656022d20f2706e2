import Foundation
import FoundationXML
import TestSupport
import Testing

/// `--history`, and the maps that are drawn of it.
@Suite struct MapTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func history(_ arguments: String...) throws -> String {
        let path = scratch.path("result.json")
        let outcome = try Devemu.run(arguments + ["--history", "--format", "json", "-o", path])
        try #require(outcome.status <= 1, "\(outcome.standardError)")
        return path
    }

    @Test func `the map of a run counts the pages that devices held at the worst moment`() throws {
        let path = try history("run", "camera.so")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
                as? [String: Any])
        let area = try #require((json["areas"] as? [[String: Any]])?.first)
        let held = try #require((area["peak"] as? [String: Any])?["held_pages"] as? Int)
        let text = try Devemu.run("map", path).text
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  A  camera") })
        let words = line.split(separator: " ").dropFirst(2)
        #expect(Int(words.prefix { $0 != "%" }.dropLast().joined()) == held)
    }

    @Test func `a state has a map`() throws {
        let state = try Fixture.recording("mix-normal", in: scratch)
        let outcome = try Devemu.run("map", state)
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("x  pinned"))
    }

    @Test func `the same run at another instant has another map`() throws {
        let path = try history("run", "camera.so")
        let first = try Devemu.run("map", path, "--at", "0ns")
        let later = try Devemu.run("map", path, "--at", "30ms")
        #expect(first.status == 0 && later.status == 0)
        #expect(!first.text.contains("A  camera"))
        #expect(later.text.contains("A  camera"))
    }

    @Test func `a comparison has a map for each strategy`() throws {
        let path = try history(
            "compare", "camera.so", "--strategies", "normal,fail-fast", "--repeat", "2")
        let both = try Devemu.run("map", path).text
        #expect(both.contains("camera, normal") && both.contains("camera, fail-fast"))
        let one = try Devemu.run("map", path, "--strategy", "fail-fast").text
        #expect(!one.contains("camera, normal") && one.contains("camera, fail-fast"))
    }

    @Test func `the drawing is XML in which every cell of the area is in one rectangle`() throws {
        let path = try history("run", "camera.so", "--area", "16M")
        #expect(try Devemu.run("map", path, "-o", scratch.path("map.svg")).status == 0)
        let bytes = try scratch.bytes(of: "map.svg")
        _ = try XMLDocument(data: Data(bytes))
        let rectangle = /<rect x="\d+" y="(\d+)" width="(\d+)" height="10"/
        var widths: [Substring: Int] = [:]
        for match in String(decoding: bytes, as: UTF8.self).matches(of: rectangle) {
            widths[match.1, default: 0] += (Int(match.2) ?? 0) / 14
        }
        let picture = String(decoding: bytes, as: UTF8.self)
        #expect(picture.contains(">camera, 300 pages pinned, "))
        #expect(picture.contains("driver's own strategy, seed 1</text>"))
        for mark in ["0 MiB", "8 MiB", "14 MiB"] { #expect(picture.contains(">\(mark)</text>"), "\(mark)") }
        // 8 pageblocks of 64 cells, and the legend: free, movable, pinned and the camera.
        #expect(widths.values.sorted() == [1, 1, 1, 1] + [Int](repeating: 64, count: 8))
    }

    @Test(arguments: ["x.jpg", "a.b/x.SVGZ", "x."])
    func `a name with an ending that is no kind of map is refused, and nothing is written`(name: String)
        throws
    {
        let path = try history("run", "camera.so", "--area", "16M")
        try FileManager.default.createDirectory(
            atPath: scratch.path("a.b"), withIntermediateDirectories: true)
        let outcome = try Devemu.run("map", path, "-o", scratch.path(name))
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains("as .svg, .png or .txt"), "\(outcome.standardError)")
        #expect(!scratch.contains(name))
        for good in ["map.txt", "map.SVG", "a.b/map"] {
            #expect(try Devemu.run("map", path, "-o", scratch.path(good)).status == 0, "\(good)")
            #expect(scratch.contains(good))
        }
    }

    @Test func `a run without a history has no map, and the reader is told how to make one`() throws {
        let path = scratch.path("plain.json")
        #expect(try Devemu.run("run", "camera.so", "--format", "json", "-o", path).status == 0)
        let outcome = try Devemu.run("map", path)
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("--history"))
    }

    @Test(arguments: [
        ("{}", "schema"), ("{\"schema\":\"devemu.run/1\"}", "seed"), ("", "recording"), ("[1]", "recording"),
        ("{\"schema\":\"devemu.size/1\"}", "devemu.run/1"),
    ])
    func `what is no result is refused in one line`(text: String, hint: String) throws {
        let path = scratch.path("bad.json")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let outcome = try Devemu.run("map", path)
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains(hint))
    }

    @Test func `a history that does not hold together is refused`() throws {
        let path = try history("run", "camera.so", "--area", "16M")
        let text = String(decoding: try scratch.bytes(of: "result.json"), as: UTF8.self)
        let start = try #require(text.range(of: "\"start\":["))
        var damaged = text
        damaged.insert(contentsOf: "9223372036854775807,0,", at: start.upperBound)
        try Data(damaged.utf8).write(to: URL(fileURLWithPath: path))
        let outcome = try Devemu.run("map", path)
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("start"))
    }

    @Test func `a result says the command that makes it again, and that command does`() throws {
        let first = try Devemu.run(
            "run", "camera.so", "--seed", "7", "--format", "json", "--trace", scratch.path("t"))
        let reproduce = try #require(try first.json()["reproduce"] as? [String: Any])
        let command = try #require(reproduce["command"] as? [String])
        #expect(command == ["devemu", "run", "camera.so", "--seed", "7"])
        let again = try Devemu.run(Array(command.dropFirst()) + ["--format=json"])
        #expect(again.standardOutput == first.standardOutput)
    }

    @Test func `what is watched does not mix with a result for programs`() throws {
        let mixed = try Devemu.run("run", "camera.so", "--watch", "--format", "json")
        #expect(mixed.status == 64)
        #expect(mixed.standardError.contains("with -o"))
        let apart = try Devemu.run(
            "run", "camera.so", "--watch", "--format", "json", "-o", scratch.path("watched.json"))
        #expect(apart.status == 0)
        let bytes = Data(try scratch.bytes(of: "watched.json"))
        #expect(try JSONSerialization.jsonObject(with: bytes) is [String: Any])
    }

    @Test func `watching a run without a terminal is lines, and then the result`() throws {
        let outcome = try Devemu.run("run", "camera.so", "--watch")
        #expect(outcome.status == 0)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.prefix(10).allSatisfy { $0.hasPrefix("[") && $0.contains("camera") })
        #expect(try outcome.text.hasSuffix(Devemu.run("run", "camera.so").text))
    }
}
