import Foundation
import TestSupport
import Testing

/// A signal during a command of many runs: what was measured is printed and marked, and the exit code is 130.
@Suite struct InterruptionTests {
    private let scratch: Scratch
    private static let small = [
        "camera.so", "--memory", "64M", "--area", "16M@32M", "--pins", "20", "--set", "width=320", "--set",
        "height=240",
    ]

    init() throws { scratch = try Scratch() }

    /// Starts a command and sends it a signal once it has begun so many runs: each has a folder of its own.
    private func interrupted(
        _ arguments: [String], by signal: Int32 = SIGINT, afterRuns count: Int = 12
    ) throws -> Devemu.Outcome {
        let folder = scratch.path("workers")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = try Devemu.start(
            [Devemu.binary] + arguments, in: "/", environment: ["TMPDIR": folder],
            output: scratch.path("out"),
            error: scratch.path("err"))
        var begun: Set<String> = []
        let isReached = try eventually {
            begun.formUnion(try FileManager.default.contentsOfDirectory(atPath: folder))
            return begun.count >= count
        }
        kill(process, signal)
        let status = try Devemu.wait(for: process)
        #expect(isReached)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        return Devemu.Outcome(
            status: status, standardOutput: Data(try scratch.bytes(of: "out")),
            standardError: String(decoding: try scratch.bytes(of: "err"), as: UTF8.self))
    }

    private static let endless =
        ["compare"] + small + ["--strategies", "normal,fail-fast", "--repeat", "100000", "--jobs", "2"]

    @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
    func `an interrupted comparison is one of fewer seeds`(signal: Int32, name: String) throws {
        let outcome = try interrupted(Self.endless + ["--format", "json"], by: signal)
        #expect(outcome.status == 130)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.hasPrefix("devemu: interrupted by \(name) with "))
        var json = try outcome.json()
        let incomplete = try #require(json["incomplete"] as? [String: Int])
        let runs = try #require(incomplete["runs"])
        #expect(incomplete["planned"] == 200_000)
        #expect(runs > 0 && runs.isMultiple(of: 2))
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.map { $0["runs"] as? Int } == [runs / 2, runs / 2])
        #expect(rows.allSatisfy { $0["failed_runs"] as? Int == 0 })
        guard signal == SIGINT else { return }
        var whole = try Devemu.run(
            ["compare"] + Self.small
                + ["--strategies", "normal,fail-fast", "--repeat", "\(runs / 2)", "--format", "json"]
        ).json()
        for key in ["incomplete", "reproduce"] {
            json[key] = nil
            whole[key] = nil
        }
        #expect(NSDictionary(dictionary: json) == NSDictionary(dictionary: whole))
    }

    @Test(arguments: [
        ("text", "\nIncomplete: interrupted with "), ("markdown", "\n**Incomplete: interrupted with "),
    ])
    func `every way of writing a comparison says that it is incomplete`(format: String, mark: String) throws {
        let outcome = try interrupted(Self.endless + ["--format", format])
        #expect(outcome.status == 130)
        #expect(outcome.text.contains(mark), "\(outcome.text)")
    }

    @Test func `a comparison as CSV has a column for it`() throws {
        let outcome = try interrupted(Self.endless + ["--format", "csv"])
        let lines = outcome.text.split(whereSeparator: \.isNewline)
        #expect(lines.first?.hasSuffix(",incomplete") == true)
        #expect(lines.count == 3)
        #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(",1") })
        let whole = try Devemu.run(
            ["compare"] + Self.small + ["--strategies", "normal", "--repeat", "1", "--format", "csv"])
        #expect(whole.text.split(whereSeparator: \.isNewline).last?.hasSuffix(",0") == true)
    }

    @Test func `a search for a size keeps what it measured`() throws {
        let arguments = ["size"] + ["camera.so", "--memory", "64M", "--seeds", "100000", "--jobs", "2"]
        let outcome = try interrupted(arguments + ["--format", "json"], by: SIGTERM)
        #expect(outcome.status == 130)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.hasPrefix("devemu: interrupted by SIGTERM after "))
        let json = try outcome.json()
        let incomplete = try #require(json["incomplete"] as? [String: Any])
        let runs = try #require(incomplete["runs"] as? Int)
        let missing = try #require(incomplete["missing"] as? [String])
        #expect(missing.first?.hasSuffix(": the size") == true)
        let area = try #require((json["areas"] as? [[String: Any]])?.first)
        #expect(area["pages"] is NSNull)
        #expect(area["kernel"] == nil)
        #expect(area["bounds"] is [String: Any])
        let curve = try #require(area["curve"] as? [[String: Any]])
        #expect(curve.reduce(0) { $0 + ($1["runs"] as? Int ?? 0) } == runs)
        let text = try interrupted(arguments).text
        #expect(text.contains("must have "))
        #expect(text.contains("\nIncomplete: interrupted after "), "\(text)")
        #expect(!text.contains("made of"))
        #expect(!text.contains("too small at every size"))
        let csv = try interrupted(arguments + ["--format", "csv"]).text.split(whereSeparator: \.isNewline)
        #expect(csv.dropFirst().allSatisfy { $0.hasSuffix(",1") })
    }

    @Test func `an interrupted check of a plugin says what was not tried`() throws {
        let arguments = ["plugin", "check"] + Self.small.filter { $0 != "--pins" && $0 != "20" }
        let outcome = try interrupted(arguments + ["--format", "json"], afterRuns: 6)
        #expect(outcome.status == 130)
        #expect(outcome.standardError.hasPrefix("devemu: interrupted after "))
        let json = try outcome.json()
        #expect(json["passed"] as? Bool == false)
        #expect(json["incomplete"] as? String == "interrupted by SIGINT")
        let rules = try #require(json["rules"] as? [[String: Any]])
        let left = rules.filter { $0["verdict"] as? String == "not-tried" }
        #expect(!left.isEmpty)
        #expect(
            left.allSatisfy { ($0["reason"] as? String)?.hasPrefix("interrupted by SIGINT, after ") == true })
    }

    @Test func `a second signal kills the runs that the first one waits for`() throws {
        let plugin = try Fixture.build("loop", in: scratch)
        let marker = scratch.path("marker")
        let process = try Devemu.start(
            [
                Devemu.binary, "compare", plugin, "--strategies", "normal", "--jobs", "1", "--timeout", "600",
                "--sandbox", "off",
            ], in: "/", environment: ["FIXTURE_MARKER": marker], output: scratch.path("out"),
            error: scratch.path("err"))
        var worker: pid_t?
        #expect(
            eventually {
                worker = (try? String(contentsOfFile: marker, encoding: .utf8)).flatMap {
                    $0.hasSuffix("\n") ? pid_t($0.dropLast()) : nil
                }
                return worker != nil
            })
        kill(process, SIGINT)
        kill(process, SIGTERM)
        #expect(try Devemu.wait(for: process) == 130)
        #expect(
            String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
                == "devemu: interrupted by SIGTERM before the first run ended\n")
        #expect(try scratch.bytes(of: "out") == [])
        let left = try #require(worker)
        #expect(eventually { !isRunning(left) })
    }

    @Test func `a signal that is ignored does not interrupt`() throws {
        let folder = scratch.path("workers")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = try Devemu.start(
            ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", Devemu.binary, "compare"] + Self.small
                + ["--strategies", "normal", "--repeat", "40", "--jobs", "1"],
            in: "/", environment: ["TMPDIR": folder], output: scratch.path("out"), error: scratch.path("err"))
        #expect(try eventually { try !FileManager.default.contentsOfDirectory(atPath: folder).isEmpty })
        kill(process, SIGINT)
        #expect(try Devemu.wait(for: process) == 0)
        #expect(try scratch.bytes(of: "err") == [])
    }
}
