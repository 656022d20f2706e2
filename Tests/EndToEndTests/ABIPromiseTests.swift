import Foundation
import TestSupport
import Testing

/// `ABIPromise.md`, held against the header and against plugins that were compiled long ago.
@Suite struct ABIPromiseTests {
    #if arch(x86_64)
        private static let hasBinaries = true
    #else
        private static let hasBinaries = false
    #endif

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Runs a plugin of the fixtures that checks each answer and says so at its end.
    private func expectToRun(_ plugin: String, _ more: [String]) throws {
        let outcome = try Devemu.run(["run", plugin, "--format", "json"] + more)
        #expect(outcome.standardError == "")
        #expect(outcome.status == 0)
        let json = try outcome.json()
        let lines = try #require(json["log"] as? [[String: Any]])
        #expect(lines.map { $0["text"] as? String } == ["still here"])
        let device = try #require((json["devices"] as? [[String: Any]])?.first)
        #expect(device["buffers_got"] as? Int == 1)
        #expect(device["pages_held_at_exit"] as? Int == 0)
    }

    @Test(
        .enabled(if: hasBinaries, "the old binaries are for x86-64, and this is another machine"),
        arguments: ["revision_1", "revision_2"], [[], ["--strategy", "pool"], ["--backing", "memory"]])
    func `a plugin that was compiled for an old revision still runs`(name: String, more: [String]) throws {
        try expectToRun("\(Fixture.folder)/\(name).x86_64", more)
    }

    @Test(arguments: ["revision_1", "revision_2"], [[], ["--strategy", "pool"]])
    func `the source of an old plugin still compiles to one that runs`(name: String, more: [String]) throws {
        try expectToRun(try Fixture.build(name, in: scratch), more)
    }

    @Test(.enabled(if: hasBinaries, "the old binaries are for x86-64, and this is another machine"))
    func `the old binaries say which revision they are of, and need no library`() throws {
        for revision in [1, 2] {
            let card = try Devemu.run(
                "plugin", "inspect", "\(Fixture.folder)/revision_\(revision).x86_64", "--format", "json"
            ).json()
            #expect(card["abi"] as? Int == revision)
            #expect(card["needs"] as? [String] == [])
        }
    }

    @Test func `the table of the host begins with the promised fields in their order`() throws {
        let page = try DocumentationPages.article("ABIPromise")
        let rows = page.matches(of: /(?m)^ *\| ([0-9]+) \| (.*) \|$/)
        #expect(rows.compactMap { Int($0.1) } == Array(1...rows.count))
        let promised = rows.flatMap { row in row.2.matches(of: /`(\w+)`/).map { String($0.1) } }
        #expect(promised == (try HostTable.fields))
        #expect(promised.prefix(3) == ["size", "abi", "context"])
    }
}
