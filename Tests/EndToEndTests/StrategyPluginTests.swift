import Foundation
import TestSupport
import Testing

/// Strategies that come from plugins: they decide as devemu's own would, and what they do wrong harms
/// nobody.
@Suite struct StrategyPluginTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The camera, gathering by a strategy of the fixtures.
    private func camera(by fixture: String, _ more: String..., flags: [String] = []) throws -> Devemu.Outcome
    {
        let strategy = try Fixture.build(fixture, in: scratch, flags: ["-shared"] + flags)
        return try Devemu.run(
            ["run", "camera.so", "--strategy", strategy, "--format", "json"] + more)
    }

    private func device(_ outcome: Devemu.Outcome) throws -> [String: Any] {
        try #require((try outcome.json()["devices"] as? [[String: Any]])?.first)
    }

    private func log(_ outcome: Devemu.Outcome) throws -> [String] {
        try #require(try outcome.json()["log"] as? [[String: Any]]).compactMap { $0["text"] as? String }
    }

    /// Whether every check that the fixture made itself held.
    private func expectKept(_ outcome: Devemu.Outcome, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let broken = try log(outcome).filter { $0.hasPrefix("broken: ") }
        #expect(broken == [], sourceLocation: sourceLocation)
    }

    @Test(arguments: [[], ["-DWITH_EFFORT"]], [["--fill", "90"], ["--fill", "40", "--pins", "3000"]])
    func `a strategy in C decides as the one it imitates, to the nanosecond`(
        flags: [String], machine: [String]
    ) throws {
        let strategy = try Fixture.build("strategy_first_fit", in: scratch, flags: ["-shared"] + flags)
        let run = ["run", "camera.so", "--format", "json", "--strategy"]
        let own = try Devemu.run(run + ["fail-fast-then-normal"] + machine)
        let plugin = try Devemu.run(run + [strategy] + machine)
        #expect(own.status == plugin.status)
        #expect(plugin.text.contains("\"strategy_first_fit.so\""))
        #expect(
            String(decoding: try own.record(), as: UTF8.self)
                == String(decoding: try plugin.record(), as: UTF8.self).replacingOccurrences(
                    of: "\"strategy_first_fit.so\"", with: "\"fail-fast-then-normal\""))
    }

    @Test func `what a look sees is what a try meets`() throws {
        let outcome = try camera(
            by: "strategy_looks", "--area", "8M@512M", "--fill", "60", "--pins", "40", "--set", "order=3",
            "--set", "buffers=1", "--set", "min_buffers=1")
        try expectKept(outcome)
        #expect(outcome.status == 0)
        let calls = try #require(try device(outcome)["busy_retries"] as? Int)
        #expect(calls > 0)
    }

    @Test func `looking takes time, so that one can wait by looking`() throws {
        let outcome = try camera(by: "strategy_waits")
        #expect(outcome.status == 1)
        #expect(try device(outcome)["buffers_got"] as? Int == 0)
    }

    @Test func `the plugin of a strategy has a path, a name, and devemu's own folders`() throws {
        let strategy = try Fixture.build("strategy_first_fit", in: scratch)
        let text = try Devemu.run("run", "camera.so", "--strategy", strategy).text
        #expect(text.contains("\n  strategy  strategy_first_fit.so, for every device\n"))
        let found = try Devemu.run(
            "run", "camera.so", "--strategy", "strategy_first_fit.so",
            environment: ["DEVEMU_PLUGIN_PATH": scratch.folder])
        #expect(found.status == 0)
        #expect(try Devemu.run("run", "camera.so", "--strategy", "./absent.so").status == 66)
    }

    // MARK: Strategies that break the rules

    @Test func `a strategy that says it got more than wanted is taken at what it was asked for`() throws {
        let outcome = try camera(by: "strategy_more")
        #expect(outcome.status == 0)
        #expect(try device(outcome)["chunks"] as? Int == 192)
        let line = "the strategy says it got \(UInt.max - 11) chunks, more than the 48 wanted"
        #expect(try log(outcome).count { $0 == line } == 4)
    }

    @Test func `pages that are not its own are not handed to the driver, nor taken from it`() throws {
        let outcome = try camera(by: "strategy_foreign")
        #expect(outcome.status == 2)
        #expect(try outcome.rules() == ["other-devices-page"])
        try expectKept(outcome)
        #expect(try device(outcome)["buffers_got"] as? Int == 1)
        let line = try #require(try log(outcome).first { $0.hasPrefix("ignored ") })
        #expect(line.hasPrefix("ignored 7 of 7 chunks from the strategy, the first at page "))
        #expect(line.hasSuffix(" of the area: not all its own, or not aligned to 2^4 pages"))
        // What it took and did not return in a way that counts.
        #expect(try device(outcome)["pages_held_at_exit"] as? Int == 8 + 32)
    }

    @Test func `a chunk is handed over once`() throws {
        let outcome = try camera(by: "strategy_doubles")
        #expect(outcome.status == 1)
        #expect(try log(outcome).contains { $0.hasPrefix("ignored 47 of 48 chunks from the strategy, ") })
        #expect(try device(outcome)["chunks"] as? Int == 1)
        #expect(try device(outcome)["pages_held_at_exit"] as? Int == 0)
    }

    @Test func `what a strategy keeps is its device's leak`() throws {
        let outcome = try camera(by: "strategy_leaks")
        #expect(outcome.status == 2)
        #expect(try outcome.rules() == ["double-release"])
        try expectKept(outcome)
        #expect(try device(outcome)["pages_held_at_exit"] as? Int == 4)
    }

    @Test func `wrong calls of a strategy are answered, not obeyed`() throws {
        let outcome = try camera(by: "strategy_misuse")
        #expect(outcome.status == 2)
        #expect(try outcome.rules() == ["foreign-area", "wrong-kind"])
        try expectKept(outcome)
        #expect(try device(outcome)["pages_held_at_exit"] as? Int == 0)
        #expect(try (outcome.json()["devices"] as? [[String: Any]])?.count == 1)
    }

    @Test func `a strategy that crashes ends the run as a plugin does`() throws {
        let outcome = try camera(by: "strategy_crashes")
        #expect(outcome.status == 2)
        #expect(try outcome.name() == "crashed")
        #expect(outcome.complaints.last?.contains("killed by SIGSEGV in phase run") == true)
    }

    // MARK: Refusals

    @Test func `a workload is no strategy, and a strategy no workload`() throws {
        let workload = try Fixture.build("leaks", in: scratch)
        let strategy = try Fixture.build("strategy_first_fit", in: scratch)
        let first = try Devemu.run("run", "camera.so", "--strategy", workload)
        #expect(first.status == 69)
        #expect(
            first.standardError
                == "devemu: \(workload): a workload, not a strategy; its note has no kind=strategy\n")
        let second = try Devemu.run("run", strategy)
        #expect(second.status == 69)
        #expect(
            second.standardError
                == "devemu: \(strategy): a strategy, not a workload; use it as --strategy \(strategy)\n")
    }

    @Test func `a strategy with another signature is refused by its note`() throws {
        let strategy = try Fixture.build("strategy_signature", in: scratch)
        for arguments in [["run", "camera.so", "--strategy", strategy], ["plugin", "inspect", strategy]] {
            let outcome = try Devemu.run(arguments)
            #expect(outcome.status == 69)
            #expect(outcome.complaints.count == 1)
            #expect(outcome.standardError.hasPrefix("devemu: \(strategy): "))
            #expect(outcome.standardError.contains("size(ptr host, ptr cma, size wanted, size chunk_pages, "))
        }
    }

    @Test func `a strategy and a mode contradict each other`() throws {
        let outcome = try Devemu.run("run", "camera.so", "--strategy", "normal", "--mode", "normal")
        #expect(outcome.status == 78)
        #expect(
            outcome.standardError
                == "devemu: --strategy and --mode both say how every call is made: drop one\n")
    }

    @Test func `a driver may choose windows and efforts itself, and has what it took`() throws {
        let plugin = try Fixture.build("efforts", in: scratch)
        let outcome = try Devemu.run("run", plugin, "--format", "json", "--fill", "0", "--pins", "0")
        #expect(outcome.status == 0)
        #expect(try device(outcome)["chunks"] as? Int == 2)
        #expect(try device(outcome)["pages_held_at_exit"] as? Int == 0)
    }
}
