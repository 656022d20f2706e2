import Measurement
import Reporting
import Testing
import TextSupport

@Suite struct RunTextOutcomeTests {
    private func text(_ change: (inout RunRecord) -> Void) -> String {
        var record = RunRecord(
            seed: 1, mode: "as-asked", costs: "c", memoryPages: 1024, areas: [],
            plugins: [
                PluginRecord(
                    name: "camera", id: "org.example", version: "1", contentHash: "0", parameters: [])
            ], devices: [DeviceRecord(name: "isp")], log: [], elapsedNanoseconds: 5)
        change(&record)
        return RunText(record, style: TextStyle(isColored: false), columns: 120).render()
    }

    @Test func `a run of which nothing is left is one line`() {
        let text = text { record in
            record.outcome = RunOutcome(.crashed, text: "killed")
            record.outcome.plugin = "null.so"
            record.outcome.keepsResults = false
        }
        #expect(text == "null.so crashed: none of its results could be kept.\n")
    }

    @Test func `a run that ended early says at which call instead of a verdict`() {
        let text = text { record in
            record.outcome = RunOutcome(.timedOut)
            record.outcome.instance = "camera"
            record.outcome.keepsResults = true
            record.outcome.call = .init(number: 12, function: "sleep_ns", arguments: "", returned: true)
        }
        #expect(
            text.hasSuffix(
                "\ncamera ran out of time at call 12 of the host, sleep_ns; the results end there.\n"))
        #expect(!text.contains("asked for no buffers"))
    }

    @Test func `broken rules are listed, and the rest counted`() {
        let text = text { record in
            record.protocolViolations = (1...30).map {
                ProtocolViolation(
                    rule: "double-release", instance: "camera", function: "cma_release", call: $0,
                    nanoseconds: 0, text: "page\u{1b}")
            }
            record.protocolViolationCount = 2000
        }
        #expect(
            text.contains("\n  broken    double-release in call 1, cma_release of camera: page\u{fffd}\n"))
        #expect(text.contains("\n  broken    1,980 more\n") || text.contains("\n  broken    1 980 more\n"))
        #expect(!text.contains("call 21,"))
    }

    @Test func `a sandbox is mentioned only where something is missing`() {
        func line(_ process: Bool, _ landlock: Bool, _ seccomp: Bool) -> String? {
            text { $0.sandbox = SandboxRecord(process: process, landlock: landlock, seccomp: seccomp) }
                .split(separator: "\n").first { $0.hasPrefix("  sandbox") }.map(String.init)
        }
        #expect(line(true, true, true) == nil)
        #expect(line(true, true, false) == "  sandbox   no seccomp: network and processes were within reach")
        #expect(line(true, false, true) == "  sandbox   no landlock: files could be written anywhere")
        #expect(line(true, false, false)?.contains("limits only") == true)
        #expect(line(false, false, false)?.contains("no process of its own") == true)
    }

    @Test func `without Landlock no file could be written, and with an old one all was as promised`() {
        func line(revision: Int) -> String? {
            text {
                var sandbox = SandboxRecord(process: true, landlock: revision > 0, seccomp: true)
                sandbox.landlockRevision = revision
                sandbox.notInForce = ["landlock: signals"]
                $0.sandbox = sandbox
            }
            .split(separator: "\n").first { $0.hasPrefix("  sandbox") }.map(String.init)
        }
        #expect(line(revision: 5) == nil)
        #expect(
            line(revision: 0)
                == "  sandbox   no landlock: no file could be written, those of the scratch folder included")
    }
}
