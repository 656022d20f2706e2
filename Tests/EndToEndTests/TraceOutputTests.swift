import Foundation
import TestSupport
import Testing

/// `run --trace`: what a kernel would have traced of an emulated run.
@Suite struct TraceOutputTests {
    private let scratch: Scratch
    private let start: String

    init() throws {
        scratch = try Scratch()
        start = try Fixture.recording("mix-normal", in: scratch)
    }

    private var written: String { scratch.path("out.ftrace") }

    /// Calls and those that are exact, when the written trace is executed again.
    private func replay(_ mode: String = "normal") throws -> (calls: Int, exact: Int) {
        let outcome = try Devemu.run(
            "replay", written, "--state", start, "--mode", mode, "--format", "json")
        let file = try #require(try outcome.json()["files"] as? [[String: Any]]).first
        return (try #require(file?["calls"] as? Int), try #require(file?["exact"] as? Int))
    }

    @Test(arguments: ["normal", "cached", "noretry"])
    func `the trace of a run takes the same decisions when it is read back`(mode: String) throws {
        let outcome = try Devemu.run(
            "run", "camera.so", "--state", start, "--mode", mode, "--trace", written)
        #expect(outcome.status == 0)
        let (calls, exact) = try replay(mode)
        #expect(calls > 100)
        #expect(exact == calls)
    }

    @Test func `a trace that is run and traced again is the same trace of calls`() throws {
        let packed = Devemu.root + "/Tests/RecordingsTests/Traces/mix-normal.txt.gz"
        try scratch.run(["gzip", "-dc", packed], output: "mix.ftrace")
        let outcome = try Devemu.run(
            "run", scratch.path("mix.ftrace"), "--state", start, "--mode", "normal", "--trace", written)
        #expect(outcome.status == 0)
        #expect(try replay() == (295, 295))
        func events(_ name: String) throws -> [String] {
            String(decoding: try scratch.bytes(of: name), as: UTF8.self).split(separator: "\n").compactMap {
                guard let event = $0.range(of: "cma_[a-z_]+: .*", options: .regularExpression) else {
                    return nil
                }
                return $0[event].replacingOccurrences(
                    of: "page=[^ ]+", with: "page", options: .regularExpression)
            }
        }
        #expect(try events("out.ftrace") == events("mix.ftrace"))
    }

    @Test func `the same run writes the same trace, in a process of its own and in devemu's`() throws {
        let arguments = ["run", "camera.so", "--strategy", "pool", "--trace"]
        try #require(try Devemu.run(arguments + [written]).status == 0)
        let first = try scratch.bytes(of: "out.ftrace")
        #expect(first.starts(with: Array("# tracer: nop\n".utf8)))
        for more in [[], ["--in-process"]] {
            try #require(try Devemu.run(arguments + [scratch.path("again")] + more).status == 0)
            #expect(try scratch.bytes(of: "again") == first)
        }
    }

    @Test(arguments: ["bulk", "pages-bulk", "range-tracking", "one-block"])
    func `whatever a strategy does, its trace can be read and gives back no more than was got`(
        strategy: String
    ) throws {
        try #require(
            try Devemu.run("run", "camera.so", "--strategy", strategy, "--trace", written).status <= 1)
        let record = try Devemu.run("run", written, "--format", "json").json()
        let trace = try #require(record["trace"] as? [String: Any])
        #expect(try #require(trace["calls"] as? Int) > 0)
        #expect(trace["unknown_releases"] as? Int == 0)
        #expect(trace["unfinished_calls"] as? Int == 0)
    }

    @Test func `a crash leaves the trace up to the last call of the host`() throws {
        let plugin = try Fixture.build("division", in: scratch)
        #expect(try Devemu.run("run", plugin, "--trace", written).status == 2)
        #expect(try scratch.bytes(of: "out.ftrace").starts(with: Array("# tracer: nop\n".utf8)))
    }

    @Test func `a trace that cannot be written is 73`() throws {
        let outcome = try Devemu.run("run", "camera.so", "--trace", scratch.path("absent/out.ftrace"))
        #expect(outcome.status == 73)
    }
}
