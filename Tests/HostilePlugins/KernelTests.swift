import Foundation
import TestSupport
import Testing

/// What plugins are refused on this kernel, call by call, and on kernels whose Landlock is older.
@Suite(.enabled(if: Fixture.cCompiler != nil)) struct KernelTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The settings of a kernel with that revision of Landlock.
    private func kernel(landlock revision: Int) throws -> [String: String] {
        ["LD_PRELOAD": try Zoo.buildLandlockShim(in: scratch), "DEVEMU_TEST_LANDLOCK": "\(revision)"]
    }

    private func sandbox(of run: Devemu.Outcome) throws -> [String: Any] {
        try #require(try run.json()["sandbox"] as? [String: Any])
    }

    /// The answers of ``CallTable`` by number, as `errno`; nil where the call's own answer counts.
    private static func expectations() throws -> [Int: Int32?] {
        #if arch(arm64)
            let processor = "aarch64"
        #else
            let processor = "x86_64"
        #endif
        let path = Devemu.root + "/Tests/WorkerProcessTests/Sandbox/Calls/\(processor).txt"
        var expected: [Int: Int32?] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            let number = try #require(Int(words[0]))
            switch words[2] {
            case "refused": expected[number] = EPERM
            case "none": expected[number] = ENOSYS
            case "by-argument":
                // With every bit set: another process, a new limit, no request, command or option.
                let isRefused = ["kill", "tgkill", "process_vm_readv", "prlimit64", "clone"].contains(
                    words[1])
                let isNone = ["ioctl", "fcntl", "prctl"].contains(words[1])
                expected[number] = isRefused ? EPERM : isNone ? ENOSYS : .some(nil)
            default: expected[number] = .some(nil)
            }
        }
        return expected
    }

    @Test func `each system call of this kernel has the answer of the table`() throws {
        let run = try Devemu.run("run", try Zoo.build("walks_system_calls", in: scratch), "--format", "json")
        let log = try #require(try run.json()["log"] as? [[String: Any]])
        var seen: [Int: Int32] = [:]
        for word in log.compactMap({ $0["text"] as? String }).joined(separator: " ").split(separator: " ") {
            let numbers = word.split(separator: ":").compactMap { Int32($0) }
            try #require(numbers.count == 2, "\(word)")
            seen[Int(numbers[0])] = numbers[1]
        }
        #expect(seen.count > 600)
        let expected = try Self.expectations()
        for (number, answer) in seen.sorted(by: { $0.key < $1.key }) {
            switch expected[number] {
            case .some(.some(let error)): #expect(answer == error, "system call \(number)")
            // The kernel's own answer, which is ENOSYS too where it was built without a part.
            case .some(.none): #expect(answer != EPERM, "system call \(number)")
            case .none: #expect(answer == ENOSYS, "system call \(number)")
            }
        }
    }

    @Test(arguments: 0...6)
    func `what Landlock of a revision lacks is refused all the same`(revision: Int) throws {
        let environment = try kernel(landlock: revision)
        let (outside, binary) = (scratch.path("outside"), scratch.path("binary"))
        for plugin in [
            "truncates_outside", "kills_by_owner", "writes_outside", "constructor_writes", "makes_devices",
            "types_into_terminal", "opens_socket", "kills_parent", "changes_attributes", "unlinks_binary",
        ] {
            try scratch.write("stand-in", to: "binary")
            let run = try Devemu.run(
                "run", try Zoo.build(plugin, in: scratch), "--format", "json",
                environment: environment.merging(["FIXTURE_OUTSIDE": outside, "FIXTURE_BINARY": binary]) {
                    $1
                })
            #expect(try run.name() == "ok", "\(plugin): \(run.standardError)")
            #expect(!scratch.contains("outside"), "\(plugin)")
            #expect(try String(contentsOfFile: binary, encoding: .utf8) == "stand-in", "\(plugin)")
        }
    }

    @Test(arguments: 0...6)
    func `a plugin writes in its folder wherever Landlock holds it there`(revision: Int) throws {
        let run = try Devemu.run(
            "run", try Zoo.build("writes_scratch", in: scratch), "--format", "json",
            environment: try kernel(landlock: revision))
        #expect(try run.name() == (revision >= 1 ? "ok" : "plugin-error"))
    }

    @Test(arguments: 0...6)
    func `the result has the revision and what it lacks, and a strict sandbox refuses the old ones`(
        revision: Int
    ) throws {
        let plugin = try Zoo.build("writes_scratch", in: scratch)
        let environment = try kernel(landlock: revision)
        let run = try Devemu.run("run", plugin, "--format", "json", environment: environment)
        let sandbox = try sandbox(of: run)
        #expect(sandbox["landlock"] as? Bool == (revision > 0))
        #expect(sandbox["landlock_revision"] as? Int == revision)
        #expect(sandbox["seccomp"] as? Bool == true)
        #expect(sandbox["capabilities"] as? Bool == false)
        let missing = try #require(sandbox["not_in_force"] as? [String])
        #expect(missing.isEmpty == (revision >= 6), "\(missing)")
        let warnings = run.standardError.components(separatedBy: "the sandbox is not whole: ").count - 1
        #expect(warnings == (revision < 3 ? 1 : 0))
        let strict = try Devemu.run(
            "run", plugin, "--format", "json", "--sandbox", "strict", environment: environment)
        #expect(strict.status == (revision < 3 ? 69 : 0))
        #expect(strict.standardOutput.isEmpty == (revision < 3))
        if revision < 3 { #expect(strict.complaints.count == 1) }
    }

    @Test func `every command that runs plugins refuses a kernel that strict does not bear`() throws {
        let plugin = try Zoo.build("writes_scratch", in: scratch)
        for command in [["compare", plugin], ["size", plugin], ["plugin", "check", plugin]] {
            let run = try Devemu.run(
                command + ["--sandbox", "strict"], environment: try kernel(landlock: 2))
            #expect(run.status == 69, "\(command[0]): \(run.standardError)")
            #expect(run.standardOutput.isEmpty)
        }
    }
}
