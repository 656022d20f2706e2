import Foundation
import Testing

@testable import Measurement

@Suite struct RunOutcomeTests {
    private func record() -> RunRecord {
        RunRecord(
            seed: 1, mode: "as-asked", costs: "c", memoryPages: 1, areas: [], plugins: [],
            devices: [DeviceRecord(name: "isp")], log: [], elapsedNanoseconds: 5)
    }

    private static let violation = ProtocolViolation(
        rule: "double-release", instance: "camera", function: "cma_release", call: 7, nanoseconds: 5,
        text: "t")
    private static let failure = OperationFailure(
        instance: "camera", operation: "still", nanoseconds: 3, code: -12, errno: "ENOMEM")

    @Test func `the names are what they always were`() {
        #expect(
            RunOutcome.Name.allCases.map(\.rawValue) == [
                "ok", "plugin-error", "refused", "crashed", "timed-out", "exceeded", "protocol-violation",
                "lost",
            ])
    }

    @Test func `a run without fault is ok`() {
        var record = record()
        record.judge()
        #expect(record.outcome == .ok)
    }

    @Test func `an operation that failed is a plugin error`() {
        var record = record()
        record.failures = [Self.failure]
        record.judge()
        #expect(record.outcome.name == .pluginError)
        #expect(record.outcome.text == "still of camera returned ENOMEM")
    }

    @Test func `a broken rule comes before an operation that failed`() {
        var record = record()
        record.failures = [Self.failure]
        record.protocolViolations = [Self.violation]
        record.judge()
        #expect(record.outcome.name == .protocolViolation)
        #expect(record.outcome.instance == "camera")
        #expect(record.outcome.text == "double-release: t")
    }

    @Test func `what no device would bear is a broken rule too`() {
        var record = record()
        record.devices[0].addViolation("main: buffer 0: use after release")
        record.judge()
        #expect(record.outcome.name == .protocolViolation)
    }

    @Test func `damaged frames are a plugin error`() {
        var record = record()
        record.devices[0].framesDamaged = 2
        record.judge()
        #expect(record.outcome.name == .pluginError)
    }

    @Test func `the schema has an outcome, the rules and the sandbox by these names`() throws {
        var record = record()
        record.protocolViolations = [Self.violation]
        record.protocolViolationCount = 1
        record.sandbox = SandboxRecord(process: true, landlock: true, seccomp: false)
        record.sandbox?.landlockRevision = 5
        record.sandbox?.capabilities = false
        record.sandbox?.notInForce = ["seccomp"]
        record.judge()
        record.outcome.call = .init(number: 7, function: "cma_release", arguments: "a", returned: true)
        record.outcome.keepsResults = true
        let data = try JSONEncoder().encode(record)
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let outcome = try #require(json["outcome"] as? [String: Any])
        #expect(outcome["name"] as? String == "protocol-violation")
        #expect(outcome["keeps_results"] as? Bool == true)
        #expect((outcome["call"] as? [String: Any])?["number"] as? Int == 7)
        #expect((json["protocol_violations"] as? [[String: Any]])?.first?["t_ns"] as? Int == 5)
        #expect(json["protocol_violation_count"] as? Int == 1)
        let sandbox = try #require(json["sandbox"] as? [String: Any])
        #expect(sandbox["seccomp"] as? Bool == false)
        #expect(sandbox["landlock_revision"] as? Int == 5)
        #expect(sandbox["capabilities"] as? Bool == false)
        #expect(sandbox["not_in_force"] as? [String] == ["seccomp"])
        #expect(try JSONDecoder().decode(RunRecord.self, from: data) == record)
    }
}
