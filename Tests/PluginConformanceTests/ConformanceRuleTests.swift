import Measurement
import PluginInspection
import Testing
import TextSupport

@testable import PluginConformance

/// Verdicts on runs that are made up, so that each rule is seen to be kept and to be broken.
@Suite struct ConformanceRuleTests {
    private static let choices = ConformanceSubject.Choices(
        modes: ["normal", "failfast"], strategies: ["bulk", "pool"],
        fallible: ["device_register", "cma_alloc", "cma_release"])

    private func subject(_ fields: String..., instance: String = "it", fixed: [String] = []) throws
        -> ConformanceSubject
    {
        let common = ["abi-min=2", "abi=2", "id=org.example.it", "version=1", "license=MIT", "summary=s"]
        let payload = (common + fields).map { $0 + "\0" }.joined()
        return ConformanceSubject(
            manifest: try PluginManifest(payload: Array(payload.utf8)), instance: instance, fixed: fixed,
            choices: Self.choices)
    }

    private func workload() throws -> ConformanceSubject {
        var subject = try subject(
            "entry=it_start:i32(ptr host, u32 pages)", "entry=it_stop:i32(ptr host)", "cycle=start stop",
            "param=pages:u32:3:1..9:pages")
        subject.first = subject.firstTrials.map { TrialResult($0, .record(good())) }
        return subject
    }

    private func strategy() throws -> ConformanceSubject {
        var subject = try subject("kind=strategy", "entry=gather:\(PluginManifest.strategySignature)")
        subject.first = subject.firstTrials.map { TrialResult($0, .record(good())) }
        return subject
    }

    private func good() -> RunRecord {
        var record = RunRecord(
            seed: 1, mode: "as-asked", costs: "c", memoryPages: 1, areas: [], plugins: [],
            devices: [DeviceRecord(name: "dev")], log: [], elapsedNanoseconds: 5)
        record.hostCalls = HostCallsRecord(
            functions: ["device_register", "cma_gather", "cma_alloc", "cma_release"].map {
                HostFunctionRecord(
                    name: $0, calls: $0 == "device_register" ? 1 : 40, totalNanoseconds: 0,
                    callNanoseconds: LatencySummary(p50: 0, p99: 0, max: 0))
            }, injected: [])
        return record
    }

    private func rule(_ name: String, _ subject: ConformanceSubject) throws -> ConformanceRule {
        try #require(ConformanceRule.all(for: subject).first { $0.name == name })
    }

    /// The verdict when every run of the rule ends as `outcome` says.
    private func verdict(
        _ name: String, _ subject: ConformanceSubject, _ outcome: (Trial) -> TrialOutcome
    ) throws -> RuleReport {
        let rule = try rule(name, subject)
        return rule.report(on: subject, rule.trials(for: subject).map { TrialResult($0, outcome($0)) })
    }

    private func record(_ change: (inout RunRecord) -> Void) -> TrialOutcome {
        var record = good()
        change(&record)
        return .record(record)
    }

    @Test func `a plugin whose every run is good keeps every rule`() throws {
        for subject in [try workload(), try strategy()] {
            for rule in ConformanceRule.all(for: subject) {
                let report = try verdict(rule.name, subject) { trial in
                    record { if !trial.isInstrumented { $0.hostCalls = nil } }
                }
                #expect(report.verdict == .ok, "\(rule.name)")
                #expect(report.problems == [])
            }
        }
    }

    @Test(arguments: [
        "runs", "operations", "parameters", "modes", "strategies", "faults", "gathers", "pinned",
    ])
    func `a run that ends badly breaks the rule that it was made for, with its text`(name: String) throws {
        let subject = ["gathers", "pinned"].contains(name) ? try strategy() : try workload()
        let report = try verdict(name, subject) { _ in .ended("it.so: killed by SIGSEGV in phase run") }
        #expect(report.verdict == .failed)
        #expect(report.problemCount == 1)
        let others = report.runs - 1
        let more = others == 0 ? "" : " (also in \(others) more run\(others == 1 ? "" : "s"))"
        #expect(report.problems.first?.hasSuffix("it.so: killed by SIGSEGV in phase run\(more)") == true)
    }

    @Test(arguments: ["runs", "operations", "parameters", "modes", "strategies", "faults"])
    func `so does a broken rule of a device, and an error that is no error number`(name: String) throws {
        let violation = try verdict(name, try workload()) { _ in
            record { $0.devices[0].addViolation("use after release") }
        }
        #expect(violation.problems.first?.contains("dev broke a rule: use after release") == true)
        let code = try verdict(name, try workload()) { _ in
            record {
                $0.failures = [
                    OperationFailure(
                        instance: "it", operation: "start", nanoseconds: 0, code: 17, errno: "17")
                ]
            }
        }
        #expect(code.problems.first?.contains("start returned 17, which is no error number") == true)
    }

    @Test func `an error number is an answer, but not to the defaults`() throws {
        let failing = record {
            $0.failures = [
                OperationFailure(
                    instance: "it", operation: "start", nanoseconds: 0, code: -12, errno: "ENOMEM")
            ]
        }
        #expect(try verdict("operations", try workload()) { _ in failing }.verdict == .ok)
        #expect(try verdict("parameters", try workload()) { _ in failing }.verdict == .ok)
        #expect(
            try verdict("runs", try workload()) { _ in failing }.problems
                == ["in start stop: start returned -12 (ENOMEM)"])
    }

    @Test func `pages that are kept break what promises that nothing is held`() throws {
        let leak = record { $0.devices[0].pagesHeldAtExit = 3 }
        #expect(
            try verdict("released", try workload()) { _ in leak }.problems
                == ["in start stop: dev never released 3 pages"])
        for name in ["parameters", "modes", "strategies"] {
            #expect(try verdict(name, try workload()) { _ in leak }.verdict == .failed, "\(name)")
        }
        #expect(try verdict("operations", try workload()) { _ in leak }.verdict == .ok)
        #expect(try verdict("pinned", try strategy()) { _ in leak }.verdict == .failed)
        // What could not be released is not the plugin's fault.
        let faults = try verdict("faults", try workload()) { _ in leak }
        #expect(
            faults.problems == [
                "fail 1st device_register of it, in start stop: dev never released 3 pages (also in 8 more runs)"
            ])
    }

    @Test func `the first calls of each function fail one after the other, then some of the rest`() throws {
        let subject = try workload()
        let faults = try rule("faults", subject).trials(for: subject).flatMap(\.faults)
        #expect(
            faults == ["fail 1st device_register of it"]
                + [1, 2, 3, 4, 5, 16, 27, 38].map { "fail \(ordinal($0)) cma_alloc of it" }
                + [1, 2, 3, 4, 5, 16, 27, 38].map { "fail \(ordinal($0)) cma_release of it" })
    }

    @Test func `records that differ are not deterministic`() throws {
        func different(_ isOther: @escaping (Trial) -> Bool) throws -> RuleReport {
            try verdict("deterministic", try workload()) { trial in
                record {
                    if !trial.isInstrumented { $0.hostCalls = nil }
                    if isOther(trial) { $0.elapsedNanoseconds += 1 }
                }
            }
        }
        #expect(try different { _ in false }.verdict == .ok)
        #expect(
            try different { $0.repetition == 1 }.problems == [
                "in start stop: two runs have different records"
            ])
        #expect(
            try different(\.isInstrumented).problems
                == ["in start stop: an instrumented run has a different record than a direct one"])
    }

    @Test func `a run without an end breaks the rules of time and of the first runs, and no other`() throws {
        for subject in [try workload(), try strategy()] {
            for rule in ConformanceRule.all(for: subject) {
                let report = try verdict(rule.name, subject) { _ in .timedOut("no end after 60 s") }
                let isBroken = ["time", "runs", "gathers"].contains(rule.name)
                #expect((report.verdict == .failed) == isBroken, "\(rule.name)")
            }
        }
    }

    @Test(arguments: [TrialOutcome.timedOut("no end after 60 s"), .ended("killed by SIGSEGV")])
    func `what builds on first runs that have no end is not tried`(ending: TrialOutcome) throws {
        for var subject in [try workload(), try strategy()] {
            subject.first = subject.firstTrials.map { TrialResult($0, ending) }
            for rule in ConformanceRule.all(for: subject) {
                let report = try verdict(rule.name, subject) { _ in ending }
                let isTried = ["note", "runs", "gathers", "thread", "time"].contains(rule.name)
                #expect((report.verdict == .notTried) == !isTried, "\(rule.name)")
                #expect(isTried || report.reason == "its first runs do not come to their end")
                #expect(isTried || rule.trials(for: subject).isEmpty)
            }
        }
    }

    @Test func `a rule that lacks runs can be broken and not kept`() throws {
        let subject = try workload()
        let rule = try rule("modes", subject)
        let one = try #require(rule.trials(for: subject).first)
        let good = rule.report(on: subject, [TrialResult(one, .record(good()))], unmade: "too late")
        #expect(good.verdict == .notTried)
        #expect(good.reason == "too late, after 1 of its 2 runs")
        let bad = rule.report(on: subject, [TrialResult(one, .ended("killed"))], unmade: "too late")
        #expect(bad.verdict == .failed)
    }

    @Test func `a call on a foreign thread has a rule of its own`() throws {
        let text = "it.so: protocol-violation: cma_alloc on a thread of the plugin"
        #expect(try verdict("thread", try workload()) { _ in .ended(text) }.verdict == .failed)
        #expect(try verdict("thread", try workload()) { _ in .ended("it.so: killed") }.verdict == .ok)
    }

    @Test func `a parameter is tried at its bounds, in operations that take it`() throws {
        let subject = try subject(
            "entry=it_run:i32(ptr host, i8 a, f64 b, cstr c, cstr d, u32 e)", "entry=it_other:i32(u8 f)",
            "param=a:i8:3:-5..7:", "param=b:f64:0.5:0..1:", "param=c:cstr:y:x|y|z:", "param=d:cstr:w::",
            "param=e:u32:0::", "param=f:u8:1:1..2:", "param=unused:u8:0::", fixed: ["e"])
        let trials = try rule("parameters", subject).trials(for: subject)
        func values(_ name: String) -> [String] {
            trials.flatMap(\.settings).filter { $0.name == name }.map(\.value)
        }
        #expect(values("a") == ["-5", "7", "3"])
        #expect(values("b") == ["0.0", "1.0", "0.5"])
        #expect(values("c") == ["x", "y", "z"])
        #expect(values("d").map(\.count) == [0, 4096, 1])
        #expect(values("e") == [])
        #expect(values("f") == ["1", "2"])
        #expect(trials.last?.operations == ["other"])
        #expect(
            try verdict("note", subject) { _ in .record(good()) }.problems == [
                "param unused is taken by no entry"
            ])
    }

    @Test func `what cannot be tried says why`() throws {
        var subject = try subject("entry=it_run:i32(ptr host)")
        var silent = good()
        silent.hostCalls = HostCallsRecord(functions: [], injected: [])
        subject.first = subject.firstTrials.map { TrialResult($0, .record(silent)) }
        for (name, reason) in [
            ("parameters", "it has none that was not set"), ("strategies", "it gathers nothing"),
            ("faults", "it calls nothing that can fail"),
        ] {
            let report = try verdict(name, subject) { _ in .record(good()) }
            #expect(report.verdict == .notTried)
            #expect(report.reason == reason)
        }
    }

    @Test func `a strategy is judged by what its driver gets and what is not taken of it`() throws {
        let poor = record { $0.devices[0].satisfied = false }
        #expect(try verdict("gathers", try strategy()) { _ in poor }.verdict == .failed)
        #expect(try verdict("pinned", try strategy()) { _ in poor }.verdict == .ok)
        let foreign = record {
            $0.log = [
                LogLine(nanoseconds: 0, level: 6, text: "fine"),
                LogLine(
                    nanoseconds: 0, level: 3, text: "ignored 7 of 7 chunks from the strategy, the first at"),
            ]
        }
        let report = try verdict("chunks", try strategy()) { _ in foreign }
        #expect(
            report.problems == [
                "0 pins: ignored 7 of 7 chunks from the strategy, the first at (also in 1 more run)"
            ])
    }
}
