import Foundation
import TestSupport
import Testing

/// `devemu run`: the camera on the default machine and on recorded ones.
@Suite struct RunTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The camera that SwiftPM built beside devemu, found by its name.
    private func camera(_ more: String..., environment: [String: String] = [:]) throws -> Devemu.Outcome {
        try Devemu.run(["run", "camera.so"] + more, environment: environment)
    }

    @Test func `the default run satisfies the camera and says so in its last line`() throws {
        let outcome = try camera()
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        #expect(outcome.text.hasPrefix("org.devemu.camera 1.0\n"))
        let verdict = try #require(outcome.text.split(separator: "\n").last)
        #expect(verdict.hasPrefix("camera is satisfied: all 4 buffers after "))
    }

    @Test func `text fits a terminal and its labels stand in one column`() throws {
        for more in [[], ["--mode", "failfast"], ["--area", "6M@512M", "--set", "buffers=32"]] {
            let text = try Devemu.run(["run", "camera.so"] + more).text
            for line in text.split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
                let isLabelled = line.hasPrefix("  ") && !line.hasPrefix("  [")
                if isLabelled {
                    #expect(line.dropFirst(11).first == " " && line.dropFirst(12).first != " ", "\(line)")
                }
            }
        }
    }

    @Test func `a stretch of nothing but pinned pages is not drawn as held`() throws {
        let text = try camera("--memory", "8M", "--area", "2M", "--pins", "512").text
        let strip = try #require(text.split(separator: "\n").first { $0.hasPrefix("  area      ") })
        #expect(strip == "  area      " + String(repeating: "▒", count: 64))
    }

    @Test func `JSON has every key of devemu.run/1`() throws {
        let run = try camera("--format", "json").json()
        #expect(run["schema"] as? String == "devemu.run/1")
        #expect(run["seed"] as? Int == 1)
        #expect(run["mode"] as? String == "as-asked")
        #expect(run["memory_pages"] as? Int == 1 << 18)
        #expect(run["elapsed_ns"] is Int)
        let area = try #require((run["areas"] as? [[String: Any]])?.first)
        #expect(area["base_pfn"] as? Int == 512 << 8)
        #expect(area["pages"] as? Int == 256 << 8)
        #expect(area["order_per_bit"] as? Int == 0)
        let start = try #require(area["start"] as? [String: Int])
        #expect(Set(start.keys) == ["free", "movable", "pinned", "held"])
        #expect(start.values.reduce(0, +) == 256 << 8)
        #expect(start["pinned"] == 300)
        let strip = try #require(area["strip"] as? [[String: Int]])
        #expect(strip.reduce(0) { $0 + $1.values.reduce(0, +) } == 256 << 8)

        let devices = try #require(run["devices"] as? [[String: Any]])
        let device = try #require(devices.first)
        #expect(devices.count == 1)
        #expect(device["name"] as? String == "camera")
        #expect(device["satisfied"] as? Bool == true)
        let numbers = [
            "buffers_wanted": 4, "buffers_min": 2, "buffers_got": 4, "chunks": 192, "pages_held_at_exit": 0,
        ]
        for (key, value) in numbers { #expect(device[key] as? Int == value, "\(key)") }
        for key in ["calls", "failed_calls", "busy_retries", "pages_migrated", "time_to_satisfaction_ns"] {
            #expect(device[key] is Int, "\(key)")
        }
        let call = try #require(device["call_ns"] as? [String: Int])
        #expect(Set(call.keys) == ["p50", "p99", "max"])
        #expect(try #require(call["p50"]) <= #require(call["p99"]))
        #expect(try #require(call["p99"]) <= #require(call["max"]))

        #expect(run["plugin"] == nil)
        let plugin = try #require((run["plugins"] as? [[String: Any]])?.first)
        #expect(plugin["name"] as? String == "camera")
        #expect(plugin["id"] as? String == "org.devemu.camera")
        #expect(plugin["version"] as? String == "1.0")
        #expect((plugin["content_hash"] as? String)?.count == 16)
        let parameters = try #require(plugin["parameters"] as? [[String: String]])
        #expect(parameters.first == ["name": "width", "value": "1920"])
        #expect(
            (run["log"] as? [[String: Any]])?.allSatisfy { $0["text"] is String && $0["t_ns"] is Int } == true
        )
    }

    @Test func `the same seed gives the same bytes, in a worker or not, and another seed others`() throws {
        let first = try camera("--format", "json")
        #expect(try camera("--format", "json").standardOutput == first.standardOutput)
        #expect(try camera("--format", "json", "--in-process").record() == first.record())
        #expect(try camera("--format", "json", "--seed", "1").record() == first.record())
        #expect(try camera("--format", "json", "--seed", "2").record() != first.record())
        #expect(first.text.hasSuffix("}\n"))
    }

    @Test func `a mode forced on every call shows in the result, and fail-fast retries less`() throws {
        var retries: [Int] = []
        for mode in ["normal", "failfast"] {
            let outcome = try camera("--mode", mode, "--format", "json")
            #expect(outcome.status == 0)
            let run = try outcome.json()
            #expect(run["mode"] as? String == mode)
            let devices = try #require(run["devices"] as? [[String: Any]])
            retries.append(try #require(devices.first?["busy_retries"] as? Int))
            #expect(try camera("--mode", mode).text.contains("\n  mode      \(mode), for every call\n"))
        }
        #expect(retries[1] < retries[0])
        #expect(
            try camera("--mode", "fail-fast", "--format", "json").record()
                == camera("--mode", "failfast", "--format", "json").record())
    }

    @Test func `parameters arrive with their types, the last of a name wins`() throws {
        let plugin = try Fixture.build("parameters", in: scratch)
        func logged(_ settings: String...) throws -> String? {
            let run = try Devemu.run(
                ["run", plugin, "--format", "json"] + settings.flatMap { ["--set", $0] }
            ).json()
            return (run["log"] as? [[String: Any]])?.first?["text"] as? String
        }
        #expect(try logged() == "0.500 -3 [nobody] 1")
        #expect(
            try logged("ratio=0.25", "shift=1", "shift=7", "name=a=b ü", "big=0xffffffffffffffff")
                == "0.250 7 [a=b ü] 18446744073709551615")
    }

    @Test(arguments: ["order6-normal", "mix-normal"])
    func `--state starts from the pages of a recorded machine`(name: String) throws {
        let file = try Fixture.recording(name, in: scratch)
        let recording = try RecordedStart(path: file)
        let outcome = try camera("--state", file, "--format", "json")
        #expect(outcome.status == 0)
        let run = try outcome.json()
        #expect(run["memory_pages"] as? Int == 512 << 8)
        let area = try #require((run["areas"] as? [[String: Any]])?.first)
        #expect(area["base_pfn"] as? Int == 65536)
        #expect(area["pages"] as? Int == 16384)
        let start = try #require(area["start"] as? [String: Int])
        #expect(start["free"] == recording.free)
        #expect(start["pinned"] == recording.pins)
        #expect(start["held"] == 0)
        #expect(start["movable"] == 16384 - recording.free - recording.pins)
    }

    @Test func `--state - reads the recording from standard input`() throws {
        let file = try Fixture.recording("order6-normal", in: scratch)
        let piped = try Devemu.run("run", "camera.so", "--state", "-", "--format", "json", input: file)
        #expect(piped.standardError == "")
        #expect(piped.status == 0)
        #expect(try camera("--state", file, "--format", "json").record() == piped.record())
    }

    @Test func `--state says where a recording is damaged, or that it is missing`() throws {
        var lines = try String(
            contentsOfFile: Fixture.recording("order6-normal", in: scratch), encoding: .utf8
        )
        .split(separator: "\n", omittingEmptySubsequences: false)
        lines[9] = "pin offset=99999 ok=1"
        let damaged = try scratch.write(lines.joined(separator: "\n"), to: "damaged.txt")
        let outcome = try camera("--state", damaged)
        #expect(outcome.status == 65)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.hasPrefix("devemu: \(damaged):10: offset 99999 "))
        let missing = try camera("--state", scratch.path("absent.txt"))
        #expect(missing.status == 66)
        #expect(missing.complaints.count == 1)
    }
}

/// What a recording says of its area when its first allocation comes, read without devemu.
private struct RecordedStart {
    var free = 0
    var pins = 0

    init(path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        pins = lines.count { $0.hasPrefix("pin ") && $0.hasSuffix("ok=1") }
        let afterPins = try #require(lines.filter { $0.hasPrefix("pages ") }.dropFirst().first)
        var letter: Character = " "
        var digits = ""
        for character in afterPins.dropFirst(6) + " " {
            if character.isWholeNumber {
                digits.append(character)
            } else {
                if letter == "." { free += try #require(Int(digits)) }
                (letter, digits) = (character, "")
            }
        }
    }
}
