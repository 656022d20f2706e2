import Foundation
import TestSupport
import Testing

/// `devemu compare`: strategies on the same machines, in worker processes.
@Suite struct CompareTests {
    private let scratch: Scratch
    /// A machine small enough for many runs.
    private static let small = [
        "--memory", "256M", "--area", "16M@128M", "--fill", "60", "--pins", "40", "--set", "width=640",
        "--set",
        "height=480", "--color", "never",
    ]

    init() throws { scratch = try Scratch() }

    private func compare(_ arguments: String...) throws -> Devemu.Outcome {
        try Devemu.run(["compare", "camera.so"] + Self.small + arguments)
    }

    private func rows(_ outcome: Devemu.Outcome) throws -> [[String: Any]] {
        let json = try outcome.json()
        #expect(json["schema"] as? String == "devemu.compare/1")
        return try #require(json["rows"] as? [[String: Any]])
    }

    @Test func `the bytes do not depend on how many workers there are`() throws {
        let arguments = [
            "--strategies", "normal,fail-fast,range-tracking", "--repeat", "4", "--format", "json",
        ]
        let one = try Devemu.run(["compare", "camera.so"] + Self.small + arguments + ["--jobs", "1"])
        let four = try Devemu.run(["compare", "camera.so"] + Self.small + arguments + ["--jobs", "4"])
        #expect(one.status == 0)
        #expect(one.standardOutput == four.standardOutput)
        #expect(one.standardError == "")
    }

    @Test func `the memory of a pool and its time are a cost that table, verdict and JSON state`() throws {
        // Chunks of 64 KiB, which is what the pool holds: the camera gets them without a call.
        let arguments = [
            "--strategies", "normal,fail-fast,pool", "--repeat", "5", "--set", "order=4", "--set",
            "buffers=2",
        ]
        let outcome = try Devemu.run(["compare", "camera.so"] + Self.small + arguments)
        #expect(outcome.status == 0, "\(outcome.standardError)")
        let line = try #require(outcome.text.split(separator: "\n").first { $0.hasPrefix("reserve: ") })
        #expect(line.hasPrefix("reserve: pool held 2 MiB for no device, taken in "))
        #expect(!outcome.text.contains("pool wins"))
        #expect(
            outcome.text.replacing(/\n +/, with: " ").contains(
                "pool is not ranked: it holds 2 MiB for no device."))
        let json = try Devemu.run(["compare", "camera.so"] + Self.small + arguments + ["--format", "json"])
        let rows = try rows(json)
        #expect(
            rows.map { ($0["reserved_pages"] as? [String: Any])?["value"] as? Double } == [0, 0, 512])
        let time = (rows[2]["preparation_ns"] as? [String: Any])?["value"] as? Double
        #expect(time ?? 0 > 1e6)
        let verdict = try #require((try json.json()["verdicts"] as? [[String: Any]])?.first)
        #expect(verdict["reserved"] as? [String] == ["pool"])
        #expect(verdict["winner"] as? String != "pool")
        let run = try Devemu.run(["run", "camera.so", "--strategy", "pool"] + Self.small)
        #expect(run.text.contains("\n  reserve   512 pages held for no device, taken in "))
    }

    @Test func `a driver as it is stands beside a strategy, and has what run has`() throws {
        let rows = try rows(
            compare(
                "--strategies", "as-asked,normal", "--reference", "as-asked", "--repeat", "2", "--format",
                "json"))
        #expect(rows.compactMap { $0["strategy"] as? String } == ["as-asked", "normal"])
        #expect((rows[0]["time_ratio"] as? [String: Any])?["value"] as? Double == 1)
        let times = try (1...2).map { seed in
            let run = try Devemu.run(
                ["run", "camera.so", "--seed", "\(seed)", "--format", "json"] + Self.small
            ).json()
            let device = try #require((run["devices"] as? [[String: Any]])?.first)
            return try #require(device["time_to_satisfaction_ns"] as? Double)
        }
        let time = try #require((rows[0]["time_to_satisfaction_ns"] as? [String: Any])?["value"] as? Double)
        #expect(time == (times[0] + times[1]) / 2)
        #expect((rows[1]["time_to_satisfaction_ns"] as? [String: Any])?["value"] as? Double != time)
    }

    @Test func `as asked, each device of a scene keeps the strategy that it names`() throws {
        let scene = try scratch.write(
            """
            summary: two cameras
            machine: {memory: 64M, areas: [{name: cma, size: 16M}], pins: 20}
            devices:
              - {name: own, plugin: camera.so, strategy: range-tracking, params: {width: 320, height: 240}}
              - {name: asked, plugin: camera.so, strategy: as-asked, params: {width: 320, height: 240}}
            """, to: "scene.yaml")
        let asked = try Devemu.run("run", scene, "--format", "json").json()
        let same = try Devemu.run("run", scene, "--strategy", "as-asked", "--format", "json").json()
        for run in [asked, same] {
            let devices = try #require(run["devices"] as? [[String: Any]])
            #expect(devices.map { $0["strategy"] as? String } == ["range-tracking", nil])
        }
        let outcome = try Devemu.run(
            "compare", scene, "--strategies", "as-asked,range-tracking", "--repeat", "1", "--format", "json")
        let calls = try rows(outcome).filter { $0["device"] as? String == "own" }.map {
            ($0["calls"] as? [String: Any])?["value"] as? Double
        }
        let device = try #require((asked["devices"] as? [[String: Any]])?.first)
        #expect(calls.first == device["calls"] as? Double)
    }

    @Test(arguments: [
        (["compare", "camera.so", "--strategies", "as-asked,as-asked"], "as-asked is there twice"),
        (["compare", "camera.so", "--strategies", "as-aked"], "did you mean as-asked?"),
        (["strategies", "as-asked"], "each driver gathers as it does by itself"),
    ])
    func `as asked is refused where it says nothing`(arguments: [String], words: String) throws {
        let outcome = try Devemu.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
    }

    @Test func `a forced mode does not contradict a driver as it is`() throws {
        let run = try Devemu.run(
            ["run", "camera.so", "--strategy", "as-asked", "--mode", "fail-fast", "--format", "json"]
                + Self.small)
        #expect(try run.json()["mode"] as? String == "failfast")
    }

    @Test func `all strategies are compared, in the order in which they are listed`() throws {
        let outcome = try compare("--repeat", "1", "--format", "json")
        #expect(outcome.status == 0)
        let listed = try Devemu.run("strategies").text.split(separator: "\n").compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        #expect(listed.count == 21)
        #expect(try rows(outcome).map { $0["strategy"] as? String } == listed)
    }

    @Test func `a row has what the run of the same seed has`() throws {
        let row = try #require(
            try rows(compare("--strategies", "cached", "--repeat", "1", "--seed", "7", "--format", "json"))
                .first)
        let run = try Devemu.run(
            ["run", "camera.so"] + Self.small + ["--seed", "7", "--strategy", "cached", "--format", "json"])
        let device = try #require((try run.json()["devices"] as? [[String: Any]])?.first)
        for key in [
            "calls", "failed_calls", "busy_retries", "pages_migrated", "drains", "ipis", "gathering_ns",
        ] {
            let value = (row[key] as? [String: Any])?["value"] as? Double
            #expect(value == device[key] as? Double, "\(key)")
        }
        let time = (row["time_to_satisfaction_ns"] as? [String: Any])?["value"] as? Double
        #expect(time == device["time_to_satisfaction_ns"] as? Double)
        let longest = (row["stall_max_ns"] as? [String: Any])?["max"] as? Double
        #expect(longest == (device["call_ns"] as? [String: Any])?["max"] as? Double)
    }

    @Test func `every strategy meets the same machines`() throws {
        // A mode under two names must give the same figures.
        let outcome = try compare(
            "--strategies", "cached,normal+cache", "--repeat", "3", "--format", "json")
        var rows = try rows(outcome)
        #expect(rows.count == 2)
        for index in rows.indices { rows[index]["strategy"] = nil }
        for key in ["time_ratio", "stall_ratio", "gathering_ratio"] {
            for index in rows.indices { rows[index][key] = nil }
        }
        #expect(NSDictionary(dictionary: rows[0]) == NSDictionary(dictionary: rows[1]))
    }

    @Test func `a gate that holds is exit code 1 and a line with the figures`() throws {
        let violated = try compare(
            "--strategies", "normal", "--repeat", "2", "--fail-if", "camera.normal.calls > 3")
        #expect(violated.status == 1)
        #expect(violated.complaints.count == 1)
        #expect(violated.complaints[0].contains("camera.normal.calls > 3"))
        #expect(violated.text.contains("strategy"))
        let kept = try compare(
            "--strategies", "normal", "--repeat", "2", "--fail-if", "camera.normal.stall_max_ns > 100s")
        #expect(kept.status == 0)
        #expect(kept.standardError == "")
    }

    @Test(arguments: [
        ("--fail-if", "camera.normal.stal_max_ns > 5ms", "stall_max_ns"),
        ("--strategies", "fail-fats", "fail-fast"), ("--strategies", "normal,normal", "twice"),
        ("--strategies", "normal+what", "tries"), ("--reference", "pool", "none of the strategies"),
        ("--strategies", "", "strategies"),
    ])
    func `a wrong word is refused before anything runs`(option: String, value: String, hint: String) throws {
        let outcome = try Devemu.run(
            ["compare", "camera.so", "--strategies", "normal", option, value])
        #expect(outcome.status == 64)
        #expect(outcome.text == "")
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains(hint))
    }

    @Test func `a forced mode contradicts strategies`() throws {
        #expect(try compare("--mode", "normal").status == 78)
    }

    @Test func `a plugin that crashes is a failed run, the others are reported, exit code 2`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        let outcome = try Devemu.run(
            "compare", plugin, "--strategies", "normal,cached", "--repeat", "2", "--color", "never")
        #expect(outcome.status == 2)
        #expect(outcome.text.contains("failed: normal, seed 1: null.so: killed by SIGSEGV"))
        #expect(outcome.text.contains("failed: cached, seed 2"))
    }

    @Test func `a file that is no plugin ends it with the code of a refusal`() throws {
        let path = try scratch.write("not a plugin", to: "x.so")
        let outcome = try Devemu.run("compare", path, "--strategies", "normal")
        #expect(outcome.status == 69)
        #expect(outcome.complaints.count == 1)
    }

    @Test func `CSV and Markdown have a line a row`() throws {
        let strategies = ["--strategies", "normal,fail-fast", "--repeat", "1", "--format"]
        let csv = try Devemu.run(["compare", "camera.so"] + Self.small + strategies + ["csv"]).text
        let lines = csv.split(whereSeparator: \.isNewline)
        #expect(lines.count == 3)
        #expect(
            Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
        let markdown = try Devemu.run(["compare", "camera.so"] + Self.small + strategies + ["markdown"]).text
        #expect(markdown.split(separator: "\n").filter { $0.hasPrefix("| ") }.count >= 3)
    }

    @Test func `a result goes to the file that is asked for, whole or not at all`() throws {
        let path = scratch.path("result.json")
        let written = try compare("--strategies", "normal", "--repeat", "1", "--format", "json", "-o", path)
        #expect(written.status == 0)
        #expect(written.text == "")
        #expect(scratch.contains("result.json"))
        let refused = try compare("--strategies", "normal", "--repeat", "1", "-o", "/nowhere/result.json")
        #expect(refused.status == 73)
    }

    /// Five repeats of each on the real kernel, summed over all calls, are in timing.tsv of the recordings:
    /// normal 10912.9 to 16163.6 ms, cached 1148.7 to 1549.8, failfast 1018.1 to 1363.2.
    @Test(arguments: [
        ("cached", 1148.7 / 16163.6, 1549.8 / 10912.9), ("fail-fast", 1018.1 / 16163.6, 1363.2 / 10912.9),
    ])
    func `on the recorded start the time ratio lies within the spread of the kernel's repeats`(
        strategy: String, low: Double, high: Double
    ) throws {
        let state = try Fixture.recording("chunk4800-pins100-normal", in: scratch)
        let outcome = try Devemu.run(
            "compare", "secure-heap.so", "--state", state, "--strategies", "normal,\(strategy)", "--repeat",
            "1",
            "--format", "json")
        let row = try #require(try rows(outcome).last)
        let ratio = try #require((row["gathering_ratio"] as? [String: Any])?["value"] as? Double)
        #expect((low...high).contains(ratio))
        #expect((row["buffers_got"] as? [String: Any])?["value"] as? Double == 4701)
    }

    /// The machines of the recorded fs and diskfast runs, 2048 chunks out of 128 MiB under file writers. The
    /// kernel got 2048 with normal calls, the longest of them 216 to 366 ms (disk of 20 MB/s), and 1986 to
    /// 2035 with fail-fast calls, the longest 9.5 to 14.1 ms; on the disk of 80 MB/s 277 against 19 ms.
    @Test(arguments: [(writers: "2", disk: "20"), (writers: "3", disk: "80")])
    func `under file writers fail-fast trades success for stalls, and normal the reverse`(
        writers: String, disk: String
    ) throws {
        let outcome = try Devemu.run(
            "compare", "secure-heap.so", "--memory", "512M", "--area", "128M@256M", "--fill", "0", "--pins",
            "0",
            "--writers", writers, "--disk", disk, "--set", "chunks=2048", "--set", "min_chunks=2048",
            "--strategies", "normal,fail-fast", "--repeat", "5", "--format", "json")
        let rows = try rows(outcome)
        func value(_ row: [String: Any], _ metric: String) throws -> Double {
            try #require((row[metric] as? [String: Any])?["value"] as? Double)
        }
        let (normal, fast) = (try #require(rows.first), try #require(rows.last))
        #expect(try value(fast, "buffers_got") < value(normal, "buffers_got"))
        #expect(try value(fast, "satisfied") < value(normal, "satisfied"))
        #expect(try value(fast, "stall_max_ns") < 50e6)
        #expect(try value(normal, "stall_max_ns") > 100e6)
        #expect(try value(fast, "gathering_ns") < value(normal, "gathering_ns") / 2)
    }
}
