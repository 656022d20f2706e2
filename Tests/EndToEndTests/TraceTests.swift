import Foundation
import TestSupport
import Testing

/// A real kernel's trace through the command line: compared, and run as a workload.
@Suite struct TraceTests {
    private let scratch: Scratch
    private let trace: String

    init() throws {
        scratch = try Scratch()
        let packed = Devemu.root + "/Tests/RecordingsTests/Traces/mix-normal.txt.gz"
        try scratch.run(["gzip", "-dc", packed], output: "mix.ftrace")
        trace = scratch.path("mix.ftrace")
    }

    private func record(_ arguments: [String]) throws -> [String: Any] {
        try Devemu.run(["run", trace, "--format", "json"] + arguments).json()
    }

    @Test func `every decision of a traced kernel is taken again from the recorded start`() throws {
        let start = try Fixture.recording("mix-normal", in: scratch)
        let outcome = try Devemu.run("replay", trace, "--state", start, "--format", "json")
        #expect(outcome.status == 0)
        let file = try #require(try outcome.json()["files"] as? [[String: Any]]).first
        #expect(file?["calls"] as? Int == 295)
        #expect(file?["exact"] as? Int == 295)
        #expect((file?["trace"] as? [String: Any])?["area"] as? String == "reserved")
        #expect(try Devemu.run("replay", trace, "--state", start).text.contains("295 of 295 calls exact"))
    }

    @Test func `a trace needs a start to be compared with, and a mode that exists`() throws {
        let none = try Devemu.run("replay", trace)
        #expect(none.status == 64)
        #expect(none.standardError.contains("add --state FILE"))
        let start = try Fixture.recording("mix-normal", in: scratch)
        #expect(try Devemu.run("replay", trace, "--state", start, "--mode", "quick").status == 64)
    }

    @Test func `a damaged trace is 65 with its line, unless a lenient reading is asked for`() throws {
        try scratch.run(["sed", "13s/count=/number=/", trace], output: "broken.ftrace")
        let broken = scratch.path("broken.ftrace")
        let outcome = try Devemu.run("run", broken)
        #expect(outcome.status == 65)
        #expect(outcome.standardError.hasPrefix("devemu: \(broken):13: "))
        #expect(try Devemu.run("run", broken, "--lenient").standardError == "")
        let empty = try scratch.write("# tracer: nop\n", to: "empty.ftrace")
        #expect(try Devemu.run("run", empty).standardError.contains("no event of contiguous areas"))
        let binary = try scratch.write([0x17, 0x08, 0x44], to: "trace.dat")
        #expect(try Devemu.run("run", binary).status == 65)
        #expect(try Devemu.run("run", scratch.path("absent.ftrace")).status == 66)
        #expect(try Devemu.run("run", trace, "camera.so").status == 64)
        #expect(try Devemu.run("run", trace, "--set", "width=3").status == 64)
    }

    @Test func `the requests of a trace are made under any strategy, and the record says what was assumed`()
        throws
    {
        let normal = try record([])
        let notes = try #require(normal["trace"] as? [String: Any])
        #expect(notes["calls"] as? Int == 295)
        #expect(notes["releases"] as? Int == 205)
        #expect(notes["unknown_releases"] as? Int == 0)
        #expect((notes["assumed"] as? [String])?.isEmpty == false)
        let device = try #require((normal["devices"] as? [[String: Any]])?.first)
        #expect(device["name"] as? String == "init-1")
        #expect(device["buffers_wanted"] as? Int == 295)
        let failFast = try record(["--strategy", "fail-fast"])
        #expect(failFast["strategy"] as? String == "fail-fast")
        let other = try #require((failFast["devices"] as? [[String: Any]])?.first)
        #expect(other["pages_migrated"] as? Int != device["pages_migrated"] as? Int)
    }

    @Test func `from the recorded start a workload gets what the kernel got`() throws {
        let start = try Fixture.recording("mix-normal", in: scratch)
        let record = try record(["--state", start, "--mode", "normal"])
        let device = try #require((record["devices"] as? [[String: Any]])?.first)
        #expect(device["buffers_got"] as? Int == 295)
        #expect(device["busy_retries"] as? Int == 336)
        #expect((record["trace"] as? [String: Any])?["releases_left_out"] as? Int == 0)
    }

    @Test func `what a run did not get is not given back, and counted`() throws {
        let record = try record(["--pins", "3000", "--fill", "90", "--strategy", "gfp-nowait"])
        let device = try #require((record["devices"] as? [[String: Any]])?.first)
        let got = try #require(device["buffers_got"] as? Int)
        #expect(got < 295)
        let left = try #require((record["trace"] as? [String: Any])?["releases_left_out"] as? Int)
        #expect(left > 0)
        #expect(left <= 295 - got)
    }

    @Test func `the same run gives the same bytes, in a process of its own and in devemu's`() throws {
        let first = try Devemu.run("run", trace, "--format", "json").record()
        #expect(try Devemu.run("run", trace, "--format", "json").record() == first)
        #expect(try Devemu.run("run", trace, "--format", "json", "--in-process").record() == first)
    }

    @Test func `compare takes a trace as a case`() throws {
        let outcome = try Devemu.run(
            "compare", trace, "--strategies", "normal,fail-fast", "--repeat", "2", "--format", "csv")
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("mix,"))
    }
}
