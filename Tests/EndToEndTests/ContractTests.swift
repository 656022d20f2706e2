import Foundation
import TestSupport
import Testing

/// Plugins that stay alive and use the host wrongly, or heavily: they are answered as the header
/// promises, and the result is undisturbed. The fixtures themselves check each answer.
@Suite struct ContractTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ fixture: String, _ more: String...) throws -> Devemu.Outcome {
        try Devemu.run(["run", try Fixture.build(fixture, in: scratch), "--format", "json"] + more)
    }

    @Test(arguments: ["odd_requests", "sleeps", "many_sets"])
    func `odd calls are answered, not obeyed`(fixture: String) throws {
        let outcome = try run(fixture)
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        #expect(try outcome.name() == "ok")
        let devices = try #require(try outcome.json()["devices"] as? [[String: Any]])
        #expect(devices.allSatisfy { $0["pages_held_at_exit"] as? Int == 0 })
    }

    @Test(arguments: ["release_misuse", "bad_handles"])
    func `wrong handles are answered, and are broken rules`(fixture: String) throws {
        let outcome = try run(fixture)
        #expect(outcome.status == 2)
        #expect(try outcome.name() == "protocol-violation")
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.hasPrefix("devemu: \(fixture) broke "))
        let json = try outcome.json()
        let devices = try #require(json["devices"] as? [[String: Any]])
        #expect(devices.allSatisfy { $0["pages_held_at_exit"] as? Int == 0 })
        // The plugin itself was content with every answer.
        #expect((json["failures"] as? [Any])?.isEmpty == true)
    }

    @Test func `every way to release wrongly has its own name`() throws {
        let rules = try #require(try run("release_misuse").json()["protocol_violations"] as? [[String: Any]])
        let names = Set(rules.compactMap { $0["rule"] as? String })
        #expect(names == ["foreign-page", "wrong-count", "other-devices-page", "double-release"])
        #expect(rules.allSatisfy { $0["function"] as? String == "cma_release" })
    }

    @Test func `buffers of foreign or missing chunks do not count`() throws {
        let outcome = try run("buffer_misuse")
        #expect(outcome.status == 2)
        #expect(try outcome.name() == "protocol-violation")
        let devices = try #require(try outcome.json()["devices"] as? [[String: Any]])
        #expect(devices.map { $0["name"] as? String } == ["camera", "other"])
        #expect(devices.map { $0["buffers_got"] as? Int } == [1, 0])
    }

    @Test func `impossible requests are calls that failed`() throws {
        let device = try #require(try run("odd_requests").json()["devices"] as? [[String: Any]]).first
        #expect(device?["calls"] as? Int == 8)
        #expect(device?["failed_calls"] as? Int == 7)
    }

    @Test func `pages that were never released are a broken rule`() throws {
        let outcome = try run("leaks")
        #expect(outcome.status == 2)
        #expect(try outcome.name() == "protocol-violation")
        #expect(
            outcome.standardError
                == "devemu: leaky broke the rule leak: 3 pages were never released: 3 of buffer 0 of buffers\n"
        )
        let device = try #require(try outcome.json()["devices"] as? [[String: Any]]).first
        #expect(device?["pages_held_at_exit"] as? Int == 3)
        let text = try Devemu.run("run", scratch.path("leaks.so")).text
        #expect(text.contains("  leak      3 pages never released\n"))
    }

    @Test func `wanting more than there is, is exit code 1`() throws {
        let outcome = try run("insatiable", "--area", "8M@512M", "--pins", "0")
        #expect(outcome.status == 1)
        #expect(outcome.standardError == "")
        let device = try #require(try outcome.json()["devices"] as? [[String: Any]]).first
        #expect(device?["satisfied"] as? Bool == false)
        #expect(device?["buffers_got"] as? Int == 4)
        #expect(device?["time_to_satisfaction_ns"] is NSNull)
        let text = try Devemu.run("run", scratch.path("insatiable.so"), "--area", "8M@512M", "--pins", "0")
            .text
        #expect(text.hasSuffix("\ninsatiable is not satisfied: 4 of 1000 buffers, needs at least 1000.\n"))
    }

    @Test func `what a plugin prints goes to standard error, harmless for a terminal`() throws {
        let outcome = try run("prints")
        #expect(outcome.status == 0)
        #expect(try outcome.json()["schema"] as? String == "devemu.run/1")
        #expect(
            outcome.standardError
                == "prints.so: {\"schema\": \"of the plugin\"}\nprints.so: to \u{fffd}[2Jstderr\n")
    }

    @Test func `a flood of printing is cut, and said to be`() throws {
        let outcome = try run("prints_much")
        #expect(outcome.status == 0)
        #expect(try outcome.json()["schema"] as? String == "devemu.run/1")
        #expect(outcome.standardError.utf8.count < 100_000)
        #expect(
            outcome.complaints.last
                == "devemu: \(10_000_000 - 65536) more bytes that prints_much.so printed were dropped")
    }

    @Test func `a flood of log lines is bounded in length and number`() throws {
        let outcome = try run("logs_much")
        #expect(outcome.status == 0)
        let log = try #require(try outcome.json()["log"] as? [[String: Any]])
        let lines = log.compactMap { $0["text"] as? String }
        #expect(lines.count == 1000)
        #expect(lines.allSatisfy { $0.utf8.count <= 1024 })
        #expect(lines[1] == "\u{fffd}\u{fffd} \u{1b}[31m red")
        #expect(!(try Devemu.run("run", scratch.path("logs_much.so")).text.contains("\u{1b}")))
    }
}
