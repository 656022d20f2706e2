import Foundation
import TestSupport
import Testing

/// A page whose sessions are executed in order, each in the state that the ones before it left.
///
/// A block that opens with ```` ```LANGUAGE PATH ```` is a file, written when the block is reached; one that opens
/// with ```` ```console ```` has commands after `$ ` and their output.
struct PageSessions {
    let scratch: Scratch
    /// The page's file.
    let path: String

    /// Compares the output of the commands with that on the page. With DEVEMU_UPDATE_README in the
    /// environment it rewrites the page instead, unless only real times differ.
    /// - Returns: the number of commands.
    func run() throws -> Int {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let shown = text.components(separatedBy: "\n")
        var real: [String] = []
        var isSession = false
        var file: (path: String, lines: [String])?
        var commands = 0
        for line in shown {
            if line.hasPrefix("```") {
                if let file { try scratch.write(file.lines.map { $0 + "\n" }.joined(), to: file.path) }
                let words = line.split(separator: " ")
                file = words.count == 2 && !isSession ? (String(words[1]), []) : nil
                isSession = line == "```console"
            } else {
                file?.lines.append(line)
            }
            let isCommand = isSession && line.hasPrefix("$ ")
            if !isSession || isCommand || line.hasPrefix("```") { real.append(line) }
            guard isCommand else { continue }
            real += try output(of: String(line.dropFirst(2)))
            commands += 1
        }
        if ProcessInfo.processInfo.environment["DEVEMU_UPDATE_README"] != nil {
            guard Self.steady(real) != Self.steady(shown) else { return commands }
            try real.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(Self.steady(real) == Self.steady(shown))
        }
        return commands
    }

    /// Real time differs from run to run; everything else does not.
    private static func steady(_ lines: [String]) -> [String] {
        lines.map {
            $0.replacingOccurrences(
                of: " in [0-9.]+ (ns|µs|ms|s)$", with: " in …", options: .regularExpression)
        }
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
}
