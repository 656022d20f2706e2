import Foundation
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

    /// Real time differs from run to run; everything else does not.
    private func steady(_ lines: some Sequence<String>) -> [String] {
        lines.map {
            $0.replacingOccurrences(
                of: " in [0-9.]+ (ns|µs|ms|s)$", with: " in …", options: .regularExpression)
        }
    }

    /// With DEVEMU_UPDATE_README in the environment the README is written anew instead.
    @Test func `every session in the README ends as it is shown`() throws {
        let source = try #require(text.components(separatedBy: "```c\n").dropFirst().first)
        try scratch.write(source.components(separatedBy: "```")[0], to: "hello.c")
        for folder in ["Sources", "Tests", "Workloads"] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path(folder), withDestinationPath: Devemu.root + "/" + folder)
        }
        #expect(try runSessions(of: Self.path) >= 7)
    }

    @Test func `every session in the page of the thread's questions ends as it is shown`() throws {
        #expect(try runSessions(of: Self.questions) >= 8)
    }

    /// - Returns: the number of commands in the page.
    private func runSessions(of path: String) throws -> Int {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let shown = text.components(separatedBy: "\n")
        var real: [String] = []
        var isSession = false
        var commands = 0
        for line in shown {
            if line.hasPrefix("```") { isSession = line == "```console" }
            let isCommand = isSession && line.hasPrefix("$ ")
            if !isSession || isCommand || line.hasPrefix("```") { real.append(line) }
            guard isCommand else { continue }
            real += try output(of: String(line.dropFirst(2)))
            commands += 1
        }
        if ProcessInfo.processInfo.environment["DEVEMU_UPDATE_README"] != nil {
            try real.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(steady(real) == steady(shown))
        }
        return commands
    }

    /// Standard output and error of a shell command, devemu on its PATH, as lines.
    private func output(of command: String) throws -> [String] {
        let path = Devemu.products + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let process = try Devemu.start(
            ["sh", "-c", "{ \(command); } 2>&1"], in: scratch.folder, environment: ["PATH": path],
            output: scratch.path("session.out"), error: scratch.path("session.err"))
        _ = try Devemu.wait(for: process)
        let text = String(decoding: try scratch.bytes(of: "session.out"), as: UTF8.self)
        return Array(text.components(separatedBy: "\n").dropLast())
    }

    @Test func `the table of exit codes is complete`() throws {
        let source = try String(
            contentsOfFile: Devemu.root + "/Sources/devemu/ExitStatus.swift", encoding: .utf8)
        let codes = source.split(separator: "\n").compactMap { line -> Int? in
            guard line.hasPrefix("    case "), let equals = line.lastIndex(of: "=") else { return nil }
            return Int(line[line.index(after: equals)...].drop { $0 == " " })
        }
        #expect(codes.count == 10)
        for code in codes + [0] { #expect(text.contains("\n| \(code) | "), "\(code)") }
    }

    @Test func `the table of modules names each of them`() throws {
        let modules = try FileManager.default.contentsOfDirectory(atPath: Devemu.root + "/Sources")
        for module in modules { #expect(text.contains("| `\(module)` |"), "\(module)") }
    }
}
