import Foundation
import TestSupport
import Testing

/// The system refuses one call after the other, in devemu and in its worker: each run ends with a documented
/// exit code and says why, and leaves neither half a file nor a process.
@Suite struct SystemFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var function: String
        var error: Int32
        var testDescription: String { "\(function): \(String(cString: strerror(error)))" }
    }

    /// Calls that devemu makes for a run, and those of its worker, which reads no file of a plugin: it loads the copy
    /// that devemu has made.
    static let devemuFaults = [
        Fault(function: "write", error: ENOSPC), Fault(function: "read", error: EIO),
        Fault(function: "open", error: EMFILE), Fault(function: "close", error: EIO),
        Fault(function: "pread", error: EIO), Fault(function: "fstat", error: EIO),
        Fault(function: "fcntl", error: EMFILE), Fault(function: "ftruncate", error: ENOSPC),
        Fault(function: "rename", error: ENOSPC), Fault(function: "mkdtemp", error: ENOSPC),
        Fault(function: "pipe2", error: EMFILE), Fault(function: "memfd_create", error: EMFILE),
        Fault(function: "mmap", error: ENOMEM), Fault(function: "poll", error: ENOMEM),
        Fault(function: "fork", error: EAGAIN), Fault(function: "waitid", error: EINVAL),
        Fault(function: "waitpid", error: EINVAL), Fault(function: "syscall", error: ENOSYS),
    ]
    static let workerFaults = [
        Fault(function: "write", error: EIO), Fault(function: "open", error: EMFILE),
        Fault(function: "close", error: EIO), Fault(function: "fcntl", error: EMFILE),
        Fault(function: "mmap", error: ENOMEM), Fault(function: "setrlimit", error: EPERM),
        Fault(function: "sigaction", error: EINVAL), Fault(function: "sigaltstack", error: ENOMEM),
        Fault(function: "prctl", error: EPERM), Fault(function: "syscall", error: ENOSYS),
    ]

    /// What a run with a fault may end with: it did without the call, or says that the system failed.
    private static let endings: Set<Int32> = [0, 2, 65, 66, 69, 70, 73, 74, 75]

    private let scratch: Scratch
    private let library: String

    init() throws {
        scratch = try Scratch()
        library = try Fixture.build("fails_call", in: scratch, flags: ["-shared", "-fvisibility=default"])
    }

    /// Whether call number `call` was there to fail, and what became of the run.
    private func run(_ fault: Fault, call: Int, of process: String) throws -> (
        isMet: Bool, outcome: Devemu.Outcome
    ) {
        for name in ["marker", "out.json"] { try? FileManager.default.removeItem(atPath: scratch.path(name)) }
        let settings = [
            "LD_PRELOAD": library, "FAULT_FUNCTION": fault.function, "FAULT_CALL": "\(call)",
            "FAULT_ERRNO": "\(fault.error)", "FAULT_PROCESS": process, "FAULT_MARKER": scratch.path("marker"),
        ]
        let variables = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        // A run that hangs is ended by timeout(1), with a status that is none of devemu's.
        let program = try Devemu.start(
            ["timeout", "-s", "KILL", "60", "env"] + variables + [
                Devemu.binary, "run", "camera.so", "--memory", "64M", "--area", "16M@32M", "--pins", "0",
                "--format",
                "json", "-o", scratch.path("out.json"),
            ], in: "/", environment: ["TMPDIR": scratch.folder], output: scratch.path("out"),
            error: scratch.path("err"))
        let outcome = Devemu.Outcome(
            status: try Devemu.wait(for: program), standardOutput: Data(try scratch.bytes(of: "out")),
            standardError: String(decoding: try scratch.bytes(of: "err"), as: UTF8.self))
        let marker = try? scratch.bytes(of: "marker")
        return (marker?.isEmpty == false, outcome)
    }

    /// Fails every call of a kind in turn: each of the first six, then in growing steps.
    private func failEach(_ fault: Fault, of process: String) throws {
        var call = 1
        while true {
            let (isMet, outcome) = try run(fault, call: call, of: process)
            let place = "call \(call) of \(fault.function): \(outcome.standardError)"
            #expect(Self.endings.contains(outcome.status), "\(outcome.status), \(place)")
            #expect((outcome.status == 0) == outcome.complaints.isEmpty, "\(outcome.status), \(place)")
            #expect(outcome.complaints.allSatisfy { $0.count < 400 }, "\(place)")
            if outcome.status != 0 {
                #expect(outcome.complaints.last?.hasPrefix("devemu: ") == true, "\(place)")
            }
            if scratch.contains("out.json") {
                let record = try JSONSerialization.jsonObject(with: Data(try scratch.bytes(of: "out.json")))
                #expect((record as? [String: Any])?["schema"] as? String == "devemu.run/1", "\(place)")
            } else {
                #expect(outcome.status >= 64, "no result; \(place)")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
            #expect(
                left.allSatisfy {
                    ["err", "fails_call.so", "marker", "out", "out.json", "tool.err", "tool.out"].contains($0)
                },
                "\(left) are left; \(place)")
            #expect(eventually { !Self.isAnyoneLeft(scratch.path("marker")) }, "\(place)")
            guard isMet else {
                #expect(outcome.status == 0, "nothing failed; \(place)")
                #expect(call > 1, "\(fault.function) is never called")
                return
            }
            call += max(1, call / 3)
        }
    }

    /// Whether a process runs that was told of the marker.
    private static func isAnyoneLeft(_ marker: String) -> Bool {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.contains { process in
            guard let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") else {
                return false
            }
            return environment.range(of: Data("FAULT_MARKER=\(marker)".utf8)) != nil && isRunning(process)
        }
    }

    @Test(.enabled(if: Fixture.cCompiler != nil), arguments: devemuFaults)
    func `whatever call devemu is refused, the run ends as documented`(fault: Fault) throws {
        try failEach(fault, of: "parent")
    }

    @Test(.enabled(if: Fixture.cCompiler != nil), arguments: workerFaults)
    func `whatever call the worker is refused, the run ends as documented`(fault: Fault) throws {
        try failEach(fault, of: "worker")
    }

    @Test(
        .enabled(if: Fixture.cCompiler != nil),
        arguments: [
            ("read", "parent"), ("write", "parent"), ("poll", "parent"), ("waitid", "parent"),
            ("waitpid", "parent"), ("pread", "parent"), ("write", "worker"),
        ])
    func `a call that a signal interrupts is made again`(function: String, process: String) throws {
        let (isMet, outcome) = try run(Fault(function: function, error: EINTR), call: 1, of: process)
        #expect(isMet)
        #expect(outcome.status == 0, "\(outcome.standardError)")
    }
}
