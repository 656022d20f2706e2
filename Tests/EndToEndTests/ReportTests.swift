import Foundation
import TestSupport
import Testing

/// `devemu report` on the command line: what it takes, what it refuses, where the page goes.
struct ReportTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func result() throws -> String {
        let outcome = try Devemu.run("run", "camera.so", "--format", "json")
        return try scratch.write(outcome.standardOutput, to: "camera.json")
    }

    @Test func `the page goes to the file named, to report.html, or to standard output`() throws {
        let file = try result()
        #expect(try Devemu.run("report", file, "-o", scratch.path("page.html")).status == 0)
        #expect(try Devemu.run("report", file, in: scratch.folder).status == 0)
        let piped = try Devemu.run("report", "-", "-o", "-", input: file)
        #expect(piped.status == 0)
        let page = try scratch.bytes(of: "page.html")
        #expect(page == Array(piped.standardOutput))
        #expect(try scratch.bytes(of: "report.html") == page)
        #expect(piped.text.hasPrefix("<!DOCTYPE html>"))
    }

    @Test func `every key of a result is explained in the page of schemas`() throws {
        let text = try DocumentationPages.article("ResultSchemas")
        let results = [
            try Devemu.run("run", "camera.so", "--area", "16M", "--history", "--format", "json"),
            try Devemu.run(
                "compare", "camera.so", "--strategies", "normal,one-block", "--repeat", "1", "--history",
                "--format",
                "json"),
            try Devemu.run("size", "camera.so", "--seeds", "2", "--format", "json"),
        ]
        var keys: Set<String> = []
        func collect(_ value: Any) {
            if let object = value as? [String: Any] {
                keys.formUnion(object.keys)
                object.values.forEach(collect)
            } else {
                (value as? [Any])?.forEach(collect)
            }
        }
        for result in results { collect(try result.json()) }
        try #require(keys.count > 100)
        #expect(keys.filter { !text.contains("`\($0)`") }.sorted() == [])
    }

    @Test func `a file that is no result is refused by its name and by what would be right`() throws {
        let good = try result()
        let other = try scratch.write("{\"schema\":\"devemu.replay/1\"}", to: "replay.json")
        let outcome = try Devemu.run("report", good, other, in: scratch.folder)
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("replay.json: its schema is 'devemu.replay/1': expected"))
        #expect(
            outcome.standardError.contains("devemu.run/1, devemu.compare/1, devemu.size/1 or devemu.sweep/2")
        )
        #expect(!scratch.contains("report.html"))
    }

    @Test(arguments: [
        (["report"], Int32(64), "<result>"),
        (["report", "absent.json"], 66, "absent.json"),
        (["report", "-", "-"], 64, "standard input can be one result only"),
        (["report", "camera.json", "-o", "camera.json"], 64, "would replace the input"),
        (["report", "camera.json", "-o", "no/such/folder.html"], 73, "no/such/folder.html"),
    ])
    func `what cannot be is refused with its exit code`(arguments: [String], status: Int32, says: String)
        throws
    {
        _ = try result()
        let outcome = try Devemu.run(arguments, in: scratch.folder)
        #expect(outcome.status == status)
        #expect(outcome.standardError.contains(says), "\(outcome.standardError)")
    }
}
