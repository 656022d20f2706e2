import Foundation
import TestSupport
import Testing

/// `devemu plugin new`: a folder that builds and runs with the command that is printed.
@Suite struct PluginNewTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Whether the language's compiler is there; Rust's is an extra.
    private static let hasRust = Fixture.tool(["rustc"]) != nil
    private static let languages = ["c", "cpp", "swift"] + (hasRust ? ["rust"] : [])

    /// Runs what `plugin new` told to run, in the folder it was told in.
    private func runPrinted(_ outcome: Devemu.Outcome) throws -> Devemu.Outcome {
        let command = try #require(outcome.text.split(separator: "\n").last { $0.hasPrefix("  make ") })
        let path = Devemu.products + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let process = try Devemu.start(
            ["sh", "-c", String(command)], in: scratch.folder, environment: ["PATH": path],
            output: scratch.path("out"), error: scratch.path("err"))
        let status = try Devemu.wait(for: process)
        return Devemu.Outcome(
            status: status, standardOutput: Data(try scratch.bytes(of: "out")),
            standardError: String(decoding: try scratch.bytes(of: "err"), as: UTF8.self))
    }

    @Test(.enabled(if: hasRust, "no rustc here: the templates in Rust are not built"))
    func `rustc is there`() { #expect(Self.languages.contains("rust")) }

    @Test(arguments: languages)
    func `a workload builds without a warning, runs, and its device is satisfied`(language: String) throws {
        let new = try Devemu.run("plugin", "new", "mic-array", "--lang", language, in: scratch.folder)
        #expect(new.status == 0)
        #expect(new.standardError == "")
        let ran = try runPrinted(new)
        #expect(ran.status == 0)
        #expect(ran.standardError == "")
        #expect(ran.text.contains("\norg.example.mic-array 0.1\n"))
        #expect(ran.text.contains("\n  chunks    128 in 128 calls, 0 failed\n"))
        #expect(!ran.text.contains("  leak "))
        #expect(
            ran.text.contains("\nmic-array is satisfied: all 4 buffers after 40.8 ms of emulated time.\n"))
    }

    @Test(arguments: languages)
    func `a strategy builds without a warning and gathers for the camera`(language: String) throws {
        let new = try Devemu.run(
            "plugin", "new", "look-first", "--lang", language, "--kind", "strategy", in: scratch.folder)
        #expect(new.status == 0)
        let ran = try runPrinted(new)
        #expect(ran.status == 0)
        #expect(ran.standardError == "")
        #expect(ran.text.contains("\n  strategy  look-first.so, for every device\n"))
        #expect(ran.text.contains("\n  effort    0 busy windows retried, "))
    }

    @Test(arguments: languages)
    func `its scene calls both operations, and too little memory is given back`(language: String) throws {
        // A name that compilers know: it is no worse than any.
        _ = try Devemu.run("plugin", "new", "main", "--lang", language, in: scratch.folder)
        try scratch.run("make", "-C", scratch.path("main"))
        let scene = try Devemu.run("run", scratch.path("main/main.yaml"), "--format", "json")
        #expect(scene.status == 0)
        let devices = try #require(try scene.json()["devices"] as? [[String: Any]])
        #expect(devices.map { $0["buffers_got"] as? Int } == [4, 2])
        #expect(devices.allSatisfy { $0["pages_held_at_exit"] as? Int == 0 })

        let tight = try Devemu.run(
            "run", scratch.path("main/main.so"), "--area", "8M@512M", "--set", "buffers=9", "--format", "json"
        )
        #expect(tight.status == 1)
        let device = try #require((try tight.json()["devices"] as? [[String: Any]])?.first)
        #expect(device["failed_calls"] as? Int == 1)
        #expect(try #require(device["buffers_got"] as? Int) < 9)
        #expect(device["pages_held_at_exit"] as? Int == 0)
    }

    @Test func `a folder with spaces is written so that a shell takes it`() throws {
        try FileManager.default.createDirectory(
            atPath: scratch.path("it's here"), withIntermediateDirectories: false)
        let new = try Devemu.run(
            "plugin", "new", "mic", "--directory", "it's here", in: scratch.folder)
        #expect(new.text.hasPrefix("it's here/mic: a workload in C, mic.c is its source\n"))
        #expect(try runPrinted(new).status == 0)
    }

    @Test func `what is there already is never touched`() throws {
        try scratch.write("mine", to: "file")
        try FileManager.default.createDirectory(
            atPath: scratch.path("folder"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("link"), withDestinationPath: "nowhere")
        for name in ["file", "folder", "link"] {
            let new = try Devemu.run("plugin", "new", name, in: scratch.folder)
            #expect(new.status == 73)
            #expect(new.standardOutput.isEmpty)
            #expect(new.standardError == "devemu: \(name): is there already; choose another name\n")
        }
        #expect(try scratch.bytes(of: "file") == Array("mine".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("folder")).isEmpty)
    }

    @Test func `a folder that cannot be written is 73 and leaves nothing`() throws {
        let absent = try Devemu.run("plugin", "new", "mic", "--directory", scratch.path("absent"))
        #expect(absent.status == 73)
        #expect(
            absent.standardError == "devemu: \(scratch.path("absent"))/mic: No such file or directory\n")
    }

    @Test func `a file that cannot be written takes the folder with it`() throws {
        // There is room for the folder in the longest path, and none for the headers in it.
        var deep = scratch.folder
        while deep.utf8.count < 4060 {
            deep += "/" + String(repeating: "d", count: min(200, max(4060 - deep.utf8.count - 1, 1)))
        }
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let new = try Devemu.run("plugin", "new", "mic", "--directory", deep)
        #expect(new.status == 73)
        #expect(new.complaints.count == 1)
        #expect(new.standardError.hasSuffix("File name too long\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: deep).isEmpty)
    }

    @Test(arguments: ["Mic", "../mic", "mic_array", ""])
    func `a name that cannot be one is 64 and says what can`(name: String) throws {
        let new = try Devemu.run("plugin", "new", name, in: scratch.folder)
        #expect(new.status == 64)
        #expect(
            new.standardError
                == "devemu: '\(name)': a name is lower-case letters and digits in words with '-' between "
                + "them, such as mic-array, a letter in front and at most 40 characters\n")
    }
}
