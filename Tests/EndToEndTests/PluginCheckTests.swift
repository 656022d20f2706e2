import Foundation
import TestSupport
import Testing

/// `devemu plugin check`: what ships passes, and what breaks a rule is told which.
@Suite struct PluginCheckTests {
    private let scratch: Scratch
    private static let machine = ["--memory", "128M", "--area", "64M@64M", "--fill", "0", "--pins", "0"]

    init() throws { scratch = try Scratch() }

    /// The verdicts by the names of the rules, and the problems.
    private func rules(
        _ outcome: Devemu.Outcome
    ) throws -> (verdicts: [String: String], problems: [String: [String]]) {
        let json = try outcome.json()
        #expect(json["schema"] as? String == "devemu.check/1")
        #expect(json["passed"] as? Bool == (outcome.status == 0))
        var verdicts: [String: String] = [:]
        var problems: [String: [String]] = [:]
        for rule in try #require(json["rules"] as? [[String: Any]]) {
            let name = try #require(rule["name"] as? String)
            verdicts[name] = rule["verdict"] as? String
            problems[name] = rule["problems"] as? [String]
        }
        return (verdicts, problems)
    }

    @Test(arguments: [
        [
            "camera.so", "--set", "width=64", "--set", "height=32", "--set", "frames=1", "--set",
            "raw_buffers=0", "--set", "buffers=1", "--set", "preview_buffers=0", "--set", "sensor=720p",
            "--set", "still_format=NV12", "--set", "burst=1", "--set", "jpeg_buffers=1", "--set",
            "jpeg_kib=64",
        ],
        ["secure-heap.so", "--set", "chunks=4"],
    ])
    func `a plugin that ships keeps every rule`(arguments: [String]) throws {
        let outcome = try Devemu.run(["plugin", "check"] + arguments + Self.machine + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.standardError)")
        let (verdicts, _) = try rules(outcome)
        #expect(Set(verdicts.values) == ["ok"])
        #expect(verdicts.count == 11)
    }

    @Test func `a plugin that keeps little is told what it broke, and how`() throws {
        let plugin = try Fixture.build("nonconforming", in: scratch)
        let outcome = try Devemu.run(
            ["plugin", "check", plugin, "--timeout", "5", "--format", "json"] + Self.machine)
        #expect(outcome.status == 1)
        let (verdicts, problems) = try rules(outcome)
        #expect(
            verdicts == [
                "note": "failed", "runs": "ok", "operations": "failed", "parameters": "failed",
                "modes": "failed",
                "strategies": "failed", "faults": "failed", "released": "failed", "deterministic": "failed",
                "thread": "failed", "time": "failed",
            ])
        #expect(problems["note"] == ["param spare is taken by no entry"])
        let signal = "nonconforming.so: killed by SIG"
        #expect(problems["operations"]?.map { $0.hasPrefix("in crash: \(signal)") } == [true, false])
        let thread = "in elsewhere: nonconforming.so: broke the rule foreign-thread in phase run"
        #expect(problems["thread"]?.map { $0.hasPrefix(thread) } == [true])
        #expect(problems["parameters"]?.contains { $0.hasPrefix("pages=100000, in run: \(signal)") } == true)
        let leak = "nonconforming never released 64 pages"
        #expect(problems["modes"]?.count == 1)
        #expect(problems["modes"]?.first?.hasPrefix("mode normal, in run: \(leak) (also in ") == true)
        #expect(problems["strategies"]?.contains { $0.hasPrefix("strategy one-block, in run: ") } == true)
        #expect(problems["faults"]?.contains { $0.hasPrefix("fail 1st cma_gather of ") } == true)
        #expect(problems["released"] == ["in run: nonconforming never released 64 pages"])
        #expect(problems["deterministic"] == ["in run: two runs have different records"])
        #expect(
            problems["time"]?.map { $0.hasPrefix("turns=9, in run: nonconforming.so: no end after 5 s") } == [
                true
            ])
    }

    @Test func `a plugin that never ends does not run, and what builds on that is not tried`() throws {
        let plugin = try Fixture.build("loop", in: scratch)
        let arguments = ["plugin", "check", plugin, "--timeout", "1"] + Self.machine
        let outcome = try Devemu.run(arguments + ["--format", "json"])
        #expect(outcome.status == 1)
        let (verdicts, problems) = try rules(outcome)
        let line = "in run: loop.so: no end after 1 s in phase run, killed (raise --timeout)"
        for (rule, verdict) in verdicts {
            switch rule {
            case "note", "thread": #expect(verdict == "ok")
            case "runs", "time":
                #expect(verdict == "failed")
                #expect(problems[rule] == [line])
            default: #expect(verdict == "not-tried", "\(rule)")
            }
        }
        #expect(try outcome.json()["runs"] as? Int == 1)
        let text = try Devemu.run(arguments).text
        #expect(text.components(separatedBy: line).count == 3)
        #expect(text.contains("  not tried: modes: its first runs do not come to their end\n"))
    }

    @Test func `after three runs without an end no more are made`() throws {
        let plugin = try Fixture.build("hangs_in_places", in: scratch)
        let outcome = try Devemu.run(
            ["plugin", "check", plugin, "--timeout", "1", "--jobs", "1", "--format", "json"] + Self.machine)
        #expect(outcome.status == 1)
        let (verdicts, problems) = try rules(outcome)
        #expect(problems["time"]?.count == 1)
        #expect(
            problems["time"]?.first?.hasPrefix("a=1, in run: hangs_in_places.so: no end after 1 s ") == true)
        #expect(problems["time"]?.first?.hasSuffix(" (also in 2 more runs)") == true)
        #expect(verdicts["runs"] == "ok")
        #expect(verdicts["parameters"] == "not-tried")
        #expect(try outcome.json()["incomplete"] as? String == "3 runs did not end in time")
    }

    @Test func `a plugin that crashes with its defaults is told so once`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        let outcome = try Devemu.run(["plugin", "check", plugin, "--format", "json"] + Self.machine)
        #expect(outcome.status == 1)
        let (verdicts, problems) = try rules(outcome)
        #expect(verdicts["runs"] == "failed")
        #expect(verdicts["modes"] == "not-tried")
        #expect(problems.values.flatMap(\.self).count == 1)
    }

    @Test func `a plugin that returns an error does not run`() throws {
        let plugin = try Fixture.build("returns_enomem", in: scratch)
        let outcome = try Devemu.run(["plugin", "check", plugin] + Self.machine)
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("\n  FAILED  runs           works with its defaults (1 run)\n"))
        #expect(outcome.text.contains("\n            in run: run returned -12 (ENOMEM)\n"))
        #expect(outcome.text.contains("\n  not tried: parameters: it has none that was not set\n"))
        #expect(outcome.text.hasSuffix(" runs.\n"))
    }

    @Test func `a strategy gathers for a camera`() throws {
        let good = try Fixture.build("strategy_first_fit", in: scratch)
        let settings = ["--set", "width=64", "--set", "height=64", "--set", "buffers=2", "--format", "json"]
        let outcome = try Devemu.run(["plugin", "check", good] + settings + Self.machine)
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(Set(try rules(outcome).verdicts.values) == ["ok"])
    }

    @Test(arguments: [
        ("strategy_foreign", "chunks"), ("strategy_leaks", "released"), ("strategy_crashes", "gathers"),
    ])
    func `a strategy that keeps a rule badly is told which`(fixture: String, rule: String) throws {
        let plugin = try Fixture.build(fixture, in: scratch)
        let outcome = try Devemu.run(
            ["plugin", "check", plugin, "--format", "json"]
                + Self.machine)
        #expect(outcome.status == 1)
        #expect(try rules(outcome).verdicts[rule] == "failed", "\(outcome.text)")
    }

    @Test func `what cannot be checked is refused as it is by run`() throws {
        let text = try scratch.write("no plugin", to: "text.so")
        #expect(try Devemu.run("plugin", "check", text).status == 69)
        #expect(try Devemu.run("plugin", "check", "absent.so").status == 66)
        let wrong = try Devemu.run("plugin", "check", "camera.so", "--set", "widht=3")
        #expect(wrong.status == 64)
        #expect(try Devemu.run("plugin", "check", "camera.so", "--mode", "normal").status == 78)
        #expect(wrong.standardError == "devemu: --set widht=3: no parameter 'widht'; did you mean width?\n")
    }
}
