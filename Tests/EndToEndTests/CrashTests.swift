import Foundation
import Testing

/// However a plugin ends its process: exit code 2, nothing on standard output, and a last line that
/// says what happened, to which plugin and in which phase.
@Suite struct CrashTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var plugin: String
        /// What follows the plugin's name in the last line on standard error.
        var verdict: String
        /// How many lines stand before it.
        var linesBefore = 0
        var testDescription: String { plugin }
    }

    private static func killed(by signal: String, in phase: String = "run") -> String {
        "killed by \(signal) in phase \(phase) (the worker process; nothing else was harmed)"
    }

    static let cases = [
        Case(plugin: "null", verdict: killed(by: "SIGSEGV")),
        Case(plugin: "page_dereference", verdict: killed(by: "SIGSEGV")),
        Case(plugin: "scribbles", verdict: killed(by: "SIGSEGV")),
        Case(plugin: "stack_overflow", verdict: killed(by: "SIGSEGV")),
        Case(plugin: "division", verdict: killed(by: "SIGFPE")),
        Case(plugin: "abort", verdict: killed(by: "SIGABRT"), linesBefore: 2),
        Case(plugin: "constructor_segv", verdict: killed(by: "SIGSEGV", in: "load")),
        Case(plugin: "constructor_exit", verdict: "called exit(0) in phase load instead of returning"),
        Case(plugin: "exit_0", verdict: "called exit(0) in phase run instead of returning"),
        Case(plugin: "_exit_0", verdict: "called exit(0) in phase run instead of returning"),
        Case(plugin: "exit_3", verdict: "called exit(3) in phase run instead of returning"),
        Case(
            plugin: "returns_enomem",
            verdict: "'run' returned -12 (Cannot allocate memory) in phase run", linesBefore: 2),
    ]

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: cases)
    func `a bad end is one line and exit code 2`(of test: Case) throws {
        let plugin = try Fixture.build(test.plugin, in: scratch)
        let outcome = try Devemu.run("run", plugin, "--format", "json")
        #expect(outcome.status == 2)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.complaints.last == "devemu: \(test.plugin).so: \(test.verdict)")
        #expect(outcome.complaints.count == test.linesBefore + 1)
    }

    @Test(arguments: ["loop", "ignore_sigterm"])
    func `a plugin without an end is killed after its time`(plugin: String) throws {
        let outcome = try Devemu.run("run", try Fixture.build(plugin, in: scratch), "--timeout", "1")
        #expect(outcome.status == 2)
        #expect(outcome.standardOutput.isEmpty)
        #expect(
            outcome.standardError
                == "devemu: \(plugin).so: no end after 1 s in phase run, killed (raise --timeout)\n")
    }

    @Test(arguments: ["closes_descriptors", "writes_everywhere"])
    func `a plugin that breaks the worker's channel is told so`(plugin: String) throws {
        let outcome = try Devemu.run("run", try Fixture.build(plugin, in: scratch))
        #expect(outcome.status == 2)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.complaints.count == 1)
        #expect(
            outcome.standardError.hasPrefix("devemu: \(plugin).so: broke the worker's channel in phase run: ")
        )
    }

    @Test(.enabled(if: Fixture.cxxCompiler != nil))
    func `a C++ exception that leaves the entry point is an abort`() throws {
        let outcome = try Devemu.run("run", try Fixture.build("throws", in: scratch))
        #expect(outcome.status == 2)
        #expect(outcome.complaints.last == "devemu: throws.so: \(Self.killed(by: "SIGABRT"))")
    }

    @Test func `what was logged before the end is kept, without its escape sequences`() throws {
        let outcome = try Devemu.run("run", try Fixture.build("abort", in: scratch))
        #expect(outcome.complaints.first == "reported before the end:")
        #expect(outcome.complaints.dropFirst().first == "  [0 ns] about to \u{fffd}[31mabort")
    }

    @Test func `no file is written for a run that ended badly`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        try scratch.write("kept", to: "result.json")
        let outcome = try Devemu.run("run", plugin, "--format", "json", "-o", scratch.path("result.json"))
        #expect(outcome.status == 2)
        #expect(try scratch.bytes(of: "result.json") == Array("kept".utf8))
    }

    @Test func `the worker does not outlive devemu`() throws {
        let plugin = try Fixture.build("loop", in: scratch)
        let marker = scratch.path("marker")
        let devemu = try Devemu.start(
            [Devemu.binary, "run", plugin, "--timeout", "600"], in: "/",
            environment: ["FIXTURE_MARKER": marker], output: scratch.path("out"), error: scratch.path("err"))
        var worker: pid_t?
        let started = eventually {
            worker = (try? String(contentsOfFile: marker, encoding: .utf8)).flatMap {
                $0.hasSuffix("\n") ? pid_t($0.dropLast()) : nil
            }
            return worker != nil
        }
        kill(devemu, SIGKILL)
        #expect(try Devemu.wait(for: devemu) == -SIGKILL)
        #expect(started)
        let process = try #require(worker)
        #expect(process != devemu)
        #expect(eventually { !isRunning(process) })
    }

    @Test func `in-process, a crash is devemu's own, and a reported error reads the same`() throws {
        let crash = try Devemu.run(
            "run", try Fixture.build("abort", in: scratch), "--in-process",
            environment: ["SWIFT_BACKTRACE": "enable=no"])
        #expect(crash.status == -SIGABRT)
        let plugin = try Fixture.build("returns_enomem", in: scratch)
        let apart = try Devemu.run("run", plugin)
        let inside = try Devemu.run("run", plugin, "--in-process")
        #expect(inside.status == 2)
        #expect(inside.complaints.last == apart.complaints.last)
    }
}
