import Foundation
import TestSupport
import Testing

/// `devemu replay`: recorded kernel runs, decision by decision.
@Suite struct ReplayTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func doctored(_ change: (inout [String]) -> Void) throws -> String {
        var lines = try String(
            contentsOfFile: Fixture.recording("order6-normal", in: scratch), encoding: .utf8
        )
        .components(separatedBy: "\n")
        change(&lines)
        return try scratch.write(lines.joined(separator: "\n"), to: "doctored.txt")
    }

    @Test func `recordings of a kernel are reproduced call by call`() throws {
        let files = try ["order6-normal", "mix-normal"].map { try Fixture.recording($0, in: scratch) }
        let outcome = try Devemu.run(["replay", "--format", "json"] + files)
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        let report = try outcome.json()
        #expect(report["schema"] as? String == "devemu.replay/1")
        let entries = try #require(report["files"] as? [[String: Any]])
        #expect(entries.map { $0["file"] as? String } == files)
        for (entry, calls) in zip(entries, [222, 295]) {
            #expect(entry["judged_by"] as? String == "linux-6.1")
            #expect(entry["mode"] as? String == "normal")
            #expect(entry["calls"] as? Int == calls)
            #expect(entry["exact"] as? Int == calls)
            #expect(entry["first_difference"] is NSNull)
            for key in ["kernel_ns", "emulated_ns", "wall_ns"] { #expect(entry[key] is Int, "\(key)") }
        }
        let text = try Devemu.run(["replay"] + files).text.split(separator: "\n")
        #expect(text.count == 2)
        #expect(text[0].contains("222 of 222 calls exact"))
    }

    @Test func `the first call that differs is shown, with exit code 1`() throws {
        let file = try doctored { lines in
            let last = lines.lastIndex { $0.hasPrefix("alloc ") } ?? 0
            lines[last] = lines[last].replacingOccurrences(of: "busy=4160,", with: "busy=")
        }
        let outcome = try Devemu.run("replay", file, "--format", "json")
        #expect(outcome.status == 1)
        #expect(outcome.standardError == "")
        let entry = try #require(try outcome.json()["files"] as? [[String: Any]]).first
        #expect(entry?["exact"] as? Int == 221)
        let difference = try #require(entry?["first_difference"] as? [String: Any])
        #expect(difference["count"] as? Int == 64)
        let kernel = try #require(difference["kernel"] as? [String: Any])
        let emulated = try #require(difference["emulated"] as? [String: Any])
        #expect(kernel["ret"] as? Int == -16)
        #expect(emulated["ret"] as? Int == -16)
        #expect((kernel["busy"] as? [Int])?.first == 4288)
        #expect((emulated["busy"] as? [Int])?.first == 4160)
        #expect(try Devemu.run("replay", file).text.contains("\n  first difference: call "))
    }

    @Test func `the time of a search is not that of the emulation`() throws {
        try scratch.run(
            ["gzip", "-dc", "\(Devemu.root)/Tests/RecordingsTests/UndrainedRecordings/mix-failfast.txt.gz"],
            output: "mix.txt")
        let outcome = try Devemu.run("replay", scratch.path("mix.txt"), "--format", "json")
        #expect(outcome.status == 1)
        let entry = try #require((try outcome.json()["files"] as? [[String: Any]])?.first)
        #expect(entry["exact"] as? Int == 293)
        let search = try #require(entry["search"] as? [String: Any])
        let starts = try #require(search["starts"] as? Int)
        #expect(entry["wall_ns"] is Int)
        #expect(search["wall_ns"] is Int)
        #expect(starts > 100)
        let lines = try Devemu.run("replay", scratch.path("mix.txt")).text.split(separator: "\n")
        #expect(
            lines.contains { $0.hasPrefix("  searched: \(starts) starts that the recording allows, in ") })
        let exact = try Fixture.recording("mix-normal", in: scratch)
        let other = try Devemu.run("replay", exact, "--format", "json").json()
        #expect((other["files"] as? [[String: Any]])?.first?["search"] == nil)
    }

    @Test func `a damaged recording is 65 with its line, and nothing is replayed`() throws {
        let good = try Fixture.recording("mix-normal", in: scratch)
        let damaged: [(line: Int, change: (inout [String]) -> Void)] = [
            (1, { $0[0] = "# something else" }),
            (49, { $0[48] = "alloc count=sixty-four" }),
            (50, { $0[49] = "allocate count=64" }),
            (48, { $0 = Array($0.prefix(48)) }),
        ]
        for (line, change) in damaged {
            let file = try doctored(change)
            let outcome = try Devemu.run("replay", good, file)
            #expect(outcome.status == 65)
            #expect(outcome.standardOutput.isEmpty)
            #expect(outcome.complaints.count == 1)
            #expect(outcome.standardError.hasPrefix("devemu: \(file):\(line): "), "\(outcome.standardError)")
        }
    }

    @Test func `a file that is not there is 66, a folder is 65`() throws {
        let missing = try Devemu.run("replay", scratch.path("absent.txt"))
        #expect(missing.status == 66)
        #expect(missing.standardError == "devemu: \(scratch.path("absent.txt")): No such file or directory\n")
        #expect(try Devemu.run("replay", scratch.folder).status == 65)
        #expect(try Devemu.run("replay").status == 64)
    }

    @Test func `- is standard input`() throws {
        let file = try Fixture.recording("order6-normal", in: scratch)
        let outcome = try Devemu.run("replay", "-", input: file)
        #expect(outcome.status == 0)
        #expect(outcome.text.hasPrefix("-  222 of 222 calls exact"))
    }
}
