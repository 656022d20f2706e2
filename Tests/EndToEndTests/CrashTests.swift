import Foundation
import TestSupport
import Testing

/// However a plugin ends its process: exit code 2, a record with the outcome and all that was measured until then,
/// and a line that says what happened, to which plugin and where.
@Suite struct CrashTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var plugin: String
        var outcome: String
        /// What follows the plugin's name in the last line on standard error, up to where the code is named.
        var verdict: String
        /// What comes behind that.
        var rest = ""
        var testDescription: String { plugin }
    }

    private static let harmless = " (the worker process; nothing else was harmed)"

    private static func crash(_ plugin: String, _ signal: String, in phase: String = "run") -> Case {
        Case(
            plugin: plugin, outcome: "crashed", verdict: "killed by \(signal) in phase \(phase), ",
            rest: harmless)
    }

    static let cases = [
        crash("null", "SIGSEGV"), crash("page_dereference", "SIGSEGV"), crash("scribbles", "SIGSEGV"),
        crash("stack_overflow", "SIGSEGV"), crash("division", "SIGFPE"), crash("abort", "SIGABRT"),
        crash("constructor_segv", "SIGSEGV", in: "load"),
        Case(
            plugin: "constructor_exit", outcome: "protocol-violation",
            verdict: "called exit(0) in phase load instead of returning"),
        Case(
            plugin: "exit_0", outcome: "protocol-violation",
            verdict: "called exit(0) in phase run instead of returning"),
        Case(
            plugin: "_exit_0", outcome: "protocol-violation",
            verdict: "called exit(0) in phase run instead of returning"),
        Case(
            plugin: "exit_3", outcome: "protocol-violation",
            verdict: "called exit(3) in phase run instead of returning"),
        Case(
            plugin: "returns_enomem", outcome: "plugin-error",
            verdict: "'run' returned -12 (Cannot allocate memory) in phase run"),
    ]

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: cases)
    func `a bad end is one line, exit code 2, and a record with its name`(of test: Case) throws {
        let plugin = try Fixture.build(test.plugin, in: scratch)
        let outcome = try Devemu.run("run", plugin, "--format", "json")
        #expect(outcome.status == 2)
        #expect(try outcome.name() == test.outcome)
        #expect(outcome.complaints.count == 1)
        let line = try #require(outcome.complaints.last)
        #expect(line.hasPrefix("devemu: \(test.plugin).so: \(test.verdict)"))
        #expect(line.hasSuffix(test.rest))
    }

    @Test func `a crash is told by function, call and arguments, and the record is whole up to it`() throws {
        let plugin = try Fixture.build("page_dereference", in: scratch)
        let outcome = try Devemu.run("run", plugin, "--format", "json")
        let json = try outcome.json()
        let end = try #require(json["outcome"] as? [String: Any])
        #expect(end["signal"] as? String == "SIGSEGV")
        #expect(end["phase"] as? String == "run")
        #expect(end["plugin"] as? String == "page_dereference.so")
        #expect((end["function"] as? String)?.hasPrefix("run+0x") == true)
        #expect(end["keeps_results"] as? Bool == true)
        let call = try #require(end["call"] as? [String: Any])
        #expect(call["number"] as? Int == 3)
        #expect(call["function"] as? String == "cma_alloc")
        #expect(call["arguments"] as? String == "area 0, count 1, align 0, mode 0")
        #expect(call["returned"] as? Bool == true)
        let device = try #require((json["devices"] as? [[String: Any]])?.first)
        #expect(device["chunks"] as? Int == 1)
        #expect(device["pages_held_at_exit"] as? Int == 1)
        let text = try Devemu.run("run", plugin).text
        #expect(
            text.hasSuffix(
                "\npage_dereference.so crashed at call 3 of the host, cma_alloc; the results end\n  there.\n"
            ))
    }

    @Test func `a crash in a scene names the instance whose code ran`() throws {
        let plugin = try Fixture.build("page_dereference", in: scratch)
        let scene = """
            summary: one of them crashes
            devices:
              - {name: front, plugin: camera.so}
              - {name: broken, plugin: \(plugin)}
            """
        try scratch.write(scene, to: "two.yaml")
        let outcome = try Devemu.run("run", scratch.path("two.yaml"), "--format", "json")
        #expect(outcome.status == 2)
        #expect(
            outcome.complaints.last?.hasPrefix("devemu: broken (page_dereference.so): killed by ") == true)
        let json = try outcome.json()
        #expect((json["outcome"] as? [String: Any])?["instance"] as? String == "broken")
        #expect((json["devices"] as? [[String: Any]])?.count == 2)
    }

    @Test func `a crash before the first call leaves a record with its outcome only`() throws {
        let outcome = try Devemu.run("run", try Fixture.build("null", in: scratch), "--format", "json")
        let json = try outcome.json()
        #expect((json["outcome"] as? [String: Any])?["keeps_results"] as? Bool == false)
        #expect((json["devices"] as? [Any])?.isEmpty == true)
        let text = try Devemu.run("run", scratch.path("null.so")).text
        #expect(text == "null.so crashed: none of its results could be kept.\n")
    }

    @Test(arguments: ["loop", "ignore_sigterm"])
    func `a plugin without an end is killed after its time`(plugin: String) throws {
        let outcome = try Devemu.run("run", try Fixture.build(plugin, in: scratch), "--timeout", "1")
        #expect(outcome.status == 2)
        #expect(outcome.text == "\(plugin).so ran out of time: none of its results could be kept.\n")
        #expect(
            outcome.standardError
                == "devemu: \(plugin).so: no end after 1 s in phase run, killed (raise --timeout)\n")
    }

    @Test(arguments: ["closes_descriptors", "writes_everywhere"])
    func `a plugin that breaks the worker's channel is told so`(plugin: String) throws {
        let outcome = try Devemu.run("run", try Fixture.build(plugin, in: scratch), "--format", "json")
        #expect(outcome.status == 2)
        #expect(try outcome.name() == "protocol-violation")
        #expect(outcome.complaints.count == 1)
        #expect(
            outcome.standardError.hasPrefix("devemu: \(plugin).so: broke the worker's channel in phase run: ")
        )
    }

    @Test(.enabled(if: Fixture.cxxCompiler != nil))
    func `a C++ exception that leaves the entry point is an abort`() throws {
        let outcome = try Devemu.run("run", try Fixture.build("throws", in: scratch))
        #expect(outcome.status == 2)
        #expect(
            outcome.complaints.last?.hasPrefix("devemu: throws.so: killed by SIGABRT in phase run, ") == true)
    }

    @Test func `what was logged before the end is in the record, and on a terminal without escape sequences`()
        throws
    {
        let plugin = try Fixture.build("abort", in: scratch)
        let log = try Devemu.run("run", plugin, "--format", "json").json()["log"] as? [[String: Any]]
        #expect(log?.map { $0["text"] as? String } == ["about to \u{1b}[31mabort"])
        #expect(try Devemu.run("run", plugin).text.contains("] about to \u{fffd}[31mabort\n"))
    }

    @Test func `the record of a run that ended badly is written whole`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        try scratch.write("kept", to: "result.json")
        let outcome = try Devemu.run("run", plugin, "--format", "json", "-o", scratch.path("result.json"))
        #expect(outcome.status == 2)
        let record = try JSONSerialization.jsonObject(with: Data(try scratch.bytes(of: "result.json")))
        #expect((record as? [String: Any])?["schema"] as? String == "devemu.run/1")
    }

    @Test func `the worker does not outlive devemu`() throws {
        let plugin = try Fixture.build("loop", in: scratch)
        let marker = scratch.path("marker")
        let devemu = try Devemu.start(
            [Devemu.binary, "run", plugin, "--timeout", "600", "--sandbox", "off"], in: "/",
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

    @Test func `interrupted, devemu takes the worker along, says so and leaves nothing`() throws {
        let plugin = try Fixture.build("loop", in: scratch)
        let marker = scratch.path("marker")
        let devemu = try Devemu.start(
            [Devemu.binary, "run", plugin, "--timeout", "600", "--sandbox", "off"], in: "/",
            environment: ["FIXTURE_MARKER": marker, "TMPDIR": scratch.folder], output: scratch.path("out"),
            error: scratch.path("err"))
        #expect(eventually { scratch.contains("marker") })
        kill(devemu, SIGINT)
        #expect(try Devemu.wait(for: devemu) == 130)
        let error = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(error == "devemu: loop.so: interrupted by SIGINT in phase run\n")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(left.allSatisfy { !$0.hasPrefix("devemu-") })
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
