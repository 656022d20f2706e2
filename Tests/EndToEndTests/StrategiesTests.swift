import Foundation
import TestSupport
import Testing

/// `devemu strategies` and `devemu run --strategy`.
@Suite struct StrategiesTests {
    private func names() throws -> [String] {
        let json = try Devemu.run("strategies", "--format", "json").json()
        #expect(json["schema"] as? String == "devemu.strategies/1")
        return try #require(json["strategies"] as? [[String: String]]).compactMap { $0["name"] }
    }

    @Test func `the list is a line for each strategy, its summary beside its name`() throws {
        let outcome = try Devemu.run("strategies")
        #expect(outcome.status == 0)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.map { String($0.prefix { $0 != " " }) } == (try names()))
        let column = "fail-fast-then-normal".count + 2
        for line in lines {
            #expect(line.count <= 120, "\(line)")
            #expect(Array(line)[column - 1] == " " && Array(line)[column] != " ", "\(line)")
        }
    }

    @Test func `one strategy is explained in full`() throws {
        let outcome = try Devemu.run("strategies", "range-tracking")
        #expect(outcome.status == 0)
        #expect(outcome.text.hasPrefix("range-tracking  look at a window before trying it"))
        #expect(outcome.text.contains("\nFrom: devemu; "))
        #expect(outcome.text.contains("\n\nFor what is still missing then: "))
        for line in outcome.text.split(separator: "\n").dropFirst() { #expect(line.count <= 80, "\(line)") }
        let json = try Devemu.run("strategies", "pool", "--format", "json").json()
        let cards = try #require(json["strategies"] as? [[String: String]])
        #expect(cards.map { Set($0.keys) } == [["name", "summary", "origin", "rule"]])
        #expect(cards.first?["name"] == "pool")
    }

    @Test(arguments: [["strategies"], ["run", "camera.so", "--strategy"]])
    func `an unknown name is answered with the nearest one, or with the list`(command: [String]) throws {
        let near = try Devemu.run(command + ["bulkheap"])
        #expect(near.status == 64)
        #expect(near.standardError == "devemu: no strategy 'bulkheap'; did you mean bulk-heap?\n")
        let far = try Devemu.run(command + ["xyzzy"])
        #expect(far.status == 64)
        #expect(far.standardError == "devemu: no strategy 'xyzzy'; see 'devemu strategies'\n")
    }

    @Test func `a plugin is not explained here`() throws {
        let outcome = try Devemu.run("strategies", "camera.so")
        #expect(outcome.status == 64)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("'devemu plugin inspect camera.so' shows what it is"))
    }

    @Test func `the camera runs by every strategy, and its record says by which`() throws {
        for name in try names() {
            let outcome = try Devemu.run("run", "camera.so", "--strategy", name, "--format", "json")
            #expect([0, 1].contains(outcome.status), "\(name)")
            let run = try outcome.json()
            #expect(run["strategy"] as? String == name)
            let device = try #require((run["devices"] as? [[String: Any]])?.first)
            #expect(device["pages_held_at_exit"] as? Int == 0, "\(name)")
            let got = try #require(device["buffers_got"] as? Int)
            #expect((outcome.status == 0) == (got >= 2), "\(name)")
        }
    }
}
