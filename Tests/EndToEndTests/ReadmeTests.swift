import Foundation
import TestSupport
import Testing

/// The README and the pages beside the sources show what really happens: each session in them is run
/// again, each source compiled.
@Suite struct ReadmeTests {
    private static let path = Devemu.root + "/README.md"
    private static let questions =
        Devemu.root + "/Sources/AllocationStrategies/Documentation.docc/StrategyQuestions.md"

    private let scratch: Scratch
    private let text: String

    init() throws {
        scratch = try Scratch()
        text = try String(contentsOfFile: Self.path, encoding: .utf8)
    }

    /// With DEVEMU_UPDATE_README in the environment the README is written anew instead.
    @Test func `every session in the README ends as it is shown`() throws {
        for folder in ["Sources", "Tests", "Workloads"] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path(folder), withDestinationPath: Devemu.root + "/" + folder)
        }
        #expect(try PageSessions(scratch: scratch, path: Self.path).run() >= 7)
    }

    @Test func `every session in the page of the thread's questions ends as it is shown`() throws {
        #expect(try PageSessions(scratch: scratch, path: Self.questions).run() >= 8)
    }

    @Test func `the table of exit codes is complete`() throws {
        let source = try String(
            contentsOfFile: Devemu.root + "/Sources/devemu/ExitStatus.swift", encoding: .utf8)
        let codes = source.split(separator: "\n").compactMap { line -> Int? in
            guard line.hasPrefix("    case "), let equals = line.lastIndex(of: "=") else { return nil }
            return Int(line[line.index(after: equals)...].drop { $0 == " " })
        }
        #expect(codes.count == 12)
        for code in codes + [0] { #expect(text.contains("\n| \(code) | "), "\(code)") }
    }

    @Test func `the table of modules names each of them`() throws {
        let modules = try FileManager.default.contentsOfDirectory(atPath: Devemu.root + "/Sources")
        for module in modules { #expect(text.contains("| `\(module)` |"), "\(module)") }
    }
}
