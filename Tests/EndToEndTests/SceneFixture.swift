import Foundation
import TestSupport
import Testing

/// The small scene of `Fixtures`, beside a freshly built recorder.so, changed as a test needs it.
struct SceneFixture {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        _ = try Fixture.build("recorder", in: scratch)
        try scratch.write(try Self.quick(), to: "quick.yaml")
    }

    static func quick() throws -> String {
        try String(contentsOfFile: Fixture.folder + "/quick.yaml", encoding: .utf8)
    }

    /// Runs devemu where the scene is.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Devemu.Outcome {
        try Devemu.run(arguments, in: scratch.folder, environment: environment)
    }

    /// Writes a scene of its own and runs it.
    func run(scene text: String, _ more: String...) throws -> Devemu.Outcome {
        try scratch.write(text, to: "own.yaml")
        return try run(["run", "own.yaml", "--format", "json"] + more)
    }
}

/// What a run's JSON says, in the words of the tests.
extension Devemu.Outcome {
    /// Log lines as `time in ms: instance: text`.
    func story() throws -> [String] {
        let log = try #require(try json()["log"] as? [[String: Any]])
        return try log.map { line in
            let time = try #require(line["t_ns"] as? Int) / 1_000_000
            let instance = (line["instance"] as? String).map { "\($0): " } ?? ""
            return "\(time): \(instance)\(try #require(line["text"] as? String))"
        }
    }

    func devices() throws -> [[String: Any]] { try #require(try json()["devices"] as? [[String: Any]]) }

    func plugins() throws -> [[String: Any]] { try #require(try json()["plugins"] as? [[String: Any]]) }
}
