package import Foundation

/// The built program, run as a user runs it.
package enum Devemu {
    /// What one run left behind.
    package struct Outcome {
        /// The exit code, or minus the number of the signal that ended it.
        package var status: Int32
        package var standardOutput: Data
        package var standardError: String

        package init(status: Int32, standardOutput: Data, standardError: String) {
            self.status = status
            self.standardOutput = standardOutput
            self.standardError = standardError
        }

        package var text: String { String(decoding: standardOutput, as: UTF8.self) }
        /// Lines on standard error, without what is said of an old kernel on every run.
        package var complaints: [Substring] {
            standardError.split(separator: "\n").filter {
                !$0.hasPrefix("devemu: the sandbox is not whole")
            }
        }

        /// Standard output as a JSON object.
        package func json() throws -> [String: Any] {
            try demand(try JSONSerialization.jsonObject(with: standardOutput) as? [String: Any])
        }

        /// The record as bytes, without what is not the run's in it but the process's and the command's.
        package func record() throws -> Data {
            var json = try json()
            json["sandbox"] = nil
            json["reproduce"] = nil
            return try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
        }

        /// Names of the rules that were broken, each once, in alphabetical order.
        package func rules() throws -> [String] {
            let violations = try json()["protocol_violations"] as? [[String: Any]] ?? []
            return Set(violations.compactMap { $0["rule"] as? String }).sorted()
        }

        /// The name of a run's outcome.
        package func name() throws -> String? {
            (try json()["outcome"] as? [String: Any])?["name"] as? String
        }
    }

    /// The folder that SwiftPM builds into: this test program lies there, and beside it devemu.
    package static let products: String = {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (program as NSString).deletingLastPathComponent
    }()

    package static var binary: String { products + "/devemu" }

    /// The repository.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Runs devemu to its end, with an environment that contains nothing of the caller's settings.
    package static func run(
        _ arguments: String..., in folder: String = "/", environment: [String: String] = [:],
        input: String = "/dev/null", output: String? = nil
    ) throws -> Outcome {
        try run(arguments, in: folder, environment: environment, input: input, output: output)
    }

    package static func run(
        _ arguments: [String], in folder: String = "/", environment: [String: String] = [:],
        input: String = "/dev/null", output: String? = nil
    ) throws -> Outcome {
        let scratch = try Scratch()
        let (out, err) = (output ?? scratch.path("out"), scratch.path("err"))
        let process = try start(
            [binary] + arguments, in: folder, environment: environment, input: input, output: out, error: err)
        return Outcome(
            status: try wait(for: process),
            standardOutput: output == nil ? try Data(contentsOf: URL(fileURLWithPath: out)) : Data(),
            standardError: String(decoding: try Data(contentsOf: URL(fileURLWithPath: err)), as: UTF8.self))
    }

    /// Starts a program with its three streams in files; env(1) goes to the folder and becomes it.
    package static func start(
        _ command: [String], in folder: String, environment: [String: String], input: String = "/dev/null",
        output: String, error: String
    ) throws -> pid_t {
        let command = ["env", "-C", folder] + command
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let create = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, create, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, error, create, 0o600)

        var variables = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("DEVEMU_") && $0.key != "NO_COLOR" }
        variables.merge(environment) { $1 }
        var arguments: [UnsafeMutablePointer<CChar>?] =
            command.map { strdup($0) } + [nil]
        var entries: [UnsafeMutablePointer<CChar>?] =
            variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in arguments + entries { free(string) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, command[0], &actions, nil, &arguments, &entries)
        try demand(failure == 0, "\(command[3]) cannot be started: \(String(cString: strerror(failure)))")
        return process
    }

    package static func wait(for process: pid_t) throws -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { try demand(errno == EINTR) }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : -signal
    }
}

/// A folder for one test, removed with the object.
package final class Scratch {
    package let folder: String

    package init() throws {
        var template = Array(
            (NSTemporaryDirectory() as NSString).appendingPathComponent("devemu-e2e-XXXXXX").utf8CString)
        try demand(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    package func path(_ name: String) -> String { folder + "/" + name }

    @discardableResult
    package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    @discardableResult
    package func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

    package func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    package func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Runs a tool that must succeed.
    package func run(_ command: String...) throws { try run(command) }

    package func run(_ command: [String], output: String = "tool.out") throws {
        let process = try Devemu.start(
            command, in: folder, environment: [:], output: path(output), error: path("tool.err"))
        let status = try Devemu.wait(for: process)
        let complaint = String(decoding: try bytes(of: "tool.err"), as: UTF8.self)
        try demand(status == 0, "\(command.joined(separator: " ")): \(complaint)")
    }
}
