import Foundation
import Measurement
import ResultStore
import Sweeps
import TestSupport
import Testing

/// Words that name no command, and files that another command takes: one line that says what would be right.
@Suite struct WrongCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [
        (["rnu", "camera.so"], "no command 'rnu'; did you mean 'devemu run'?"),
        (["sweep", "pln", "g.yaml"], "no command 'pln'; did you mean 'devemu sweep plan'?"),
        (["frobnicate"], "no command 'frobnicate'; there are run, compare, "),
        (["camera.so"], "'camera.so' is not a command; to run a file, write 'devemu run camera.so'"),
        (
            ["run", "--fil", "3", "camera.so"],
            "unknown option '--fil'; did you mean '--fill'? see 'devemu run --help'"
        ),
        (["run", "camera.so", "--fill"], "missing value for '--fill <percent>'; see 'devemu run --help'"),
        (["replay"], "missing expected argument '<recording> ...'; see 'devemu replay --help'"),
        (
            ["run", "camera.so", "--format", "xml"],
            "the value 'xml' is invalid for '--format <format>'; please provide one of "
        ),
        (["help", "rnu"], "no command 'rnu'; did you mean run?"),
    ])
    func `a wrong word is one line with the right one`(arguments: [String], message: String) throws {
        let outcome = try Devemu.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.hasPrefix("devemu: \(message)"), "\(outcome.standardError)")
        #expect(outcome.complaints.count == 1)
    }

    /// Files of each kind, by their names.
    private func makeFiles() throws {
        let store = try ResultStore(opening: scratch.path("s.db"))
        _ = try store.add(
            PlanHeader(version: "v", summary: "s", scene: "summary: s\n", scenePath: nil, keys: []))
        try store.close()
        try scratch.write("summary: a grid\nplugins: [camera.so]\nseeds: 2\n", to: "grid.yaml")
        try scratch.write("summary: a scene\ndevices: [{name: a, plugin: camera.so}]\n", to: "scene.yaml")
        try scratch.write(#"{"hash":"00","keys":[]}"# + "\n", to: "p.jsonl")
        try scratch.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], to: "x.txt.gz")
        let recording = try Fixture.recording("order6-normal", in: scratch)
        try FileManager.default.moveItem(atPath: recording, toPath: scratch.path("r.txt"))
    }

    @Test(arguments: [
        ("run s.db", "is a store of sweeps", "'devemu compare s.db'"),
        ("run p.jsonl", "is a plan of a sweep", "'devemu sweep run p.jsonl --store "),
        ("run grid.yaml", "is a grid of a sweep", "'devemu sweep plan grid.yaml'"),
        ("run r.txt", "is a recording or a state", "'devemu replay r.txt'"),
        ("run x.txt.gz", "is a compressed file", "decompress it first"),
        ("replay x.txt.gz", "is a compressed file", "decompress it first"),
        ("replay scene.yaml", "is a scene", "'devemu run scene.yaml'"),
        ("compare grid.yaml", "is a grid of a sweep", "'devemu sweep plan grid.yaml'"),
        ("size s.db", "is a store of sweeps", "'devemu compare s.db'"),
        ("check grid.yaml", "is a grid of a sweep", "'devemu sweep plan grid.yaml'"),
        ("sweep plan scene.yaml -o p2.jsonl", "is a scene", "'devemu run scene.yaml'"),
        ("sweep run grid.yaml --store a.db", "is a grid of a sweep", "'devemu sweep plan grid.yaml'"),
        ("explain s.db", "is a store of sweeps", "'devemu compare s.db'"),
    ])
    func `a file that another command takes is refused with that command`(
        command: String, nature: String, advice: String
    ) throws {
        try makeFiles()
        let outcome = try Devemu.run(command.split(separator: " ").map(String.init), in: scratch.folder)
        #expect(outcome.status == 64)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains(": \(nature)"), "\(outcome.standardError)")
        #expect(outcome.standardError.contains(advice), "\(outcome.standardError)")
    }
}
