import Foundation
import Testing

/// What is run, and on what.
private enum Files {
    static let valgrind = "/usr/bin/valgrind"
    static let tests = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
    /// Beside this test program.
    static let program: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (own as NSString).deletingLastPathComponent + "/Benchmarks"
    }()
    static let recordings = tests.appendingPathComponent("RecordingsTests/Recordings").path

    /// The program without debug information, of which valgrind of Debian 12 cannot read all.
    static func stripped() throws -> String {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("devemu-benchmarks-\(UUID().uuidString)").path
        try run("strip", ["-g", "-o", copy, program])
        return copy
    }

    /// Runs a program to its good end.
    static func run(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    static func isExecutable(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
}

/// Bounds that do not depend on time: instructions of fixed loads, counted by callgrind. The modules that matter
/// are optimised in every configuration: counts of replays are those of a release, while whole runs pass through others.
@Suite(
    .serialized,
    .enabled(if: Files.isExecutable(Files.valgrind), "valgrind, which counts instructions, is not installed")
)
struct InstructionTests {
    /// What callgrind saw of a load.
    private struct Profile {
        /// Instructions inside of `measured`.
        var instructions: Int
        /// Functions that were entered there.
        var functions: [String]
        /// What the load printed.
        var output: String
    }

    private static func profile(_ load: [String]) throws -> Profile {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("devemu-callgrind-\(UUID().uuidString)").path
        let program = try Files.stripped()
        defer {
            for path in [file, program] { try? FileManager.default.removeItem(atPath: path) }
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Files.valgrind)
        process.arguments =
            [
                "-q", "--tool=callgrind", "--toggle-collect=measured", "--compress-strings=no",
                "--callgrind-out-file=\(file)", program, "load",
            ] + load
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let total = lines.first { $0.hasPrefix("totals:") || $0.hasPrefix("summary:") }
        return Profile(
            instructions: try #require(total?.split(separator: " ").last.flatMap { Int($0) }),
            functions: lines.filter { $0.hasPrefix("fn=") }.map { String($0.dropFirst(3)) },
            output: String(decoding: text, as: UTF8.self))
    }

    @Test(arguments: [("chunk4800-pins100-normal", 165), ("chunk4800-pins100-failfast", 100)])
    func `a replay of a recorded kernel takes no more than so many million instructions`(
        name: String, millions: Int
    ) throws {
        let unpacked = FileManager.default.temporaryDirectory
            .appendingPathComponent("devemu-\(UUID().uuidString).txt").path
        defer { try? FileManager.default.removeItem(atPath: unpacked) }
        try Files.run(
            "sh", ["-c", "gzip -dc \"$0\" > \"$1\"", "\(Files.recordings)/\(name).txt.gz", unpacked])
        let profile = try Self.profile(["replay", unpacked])
        #expect(profile.output == "4702 of 4702 exact\n")
        #expect(profile.instructions > 1_000_000)
        #expect(profile.instructions < millions * 1_000_000)
    }

    /// Plugins compiled here, as `make -C Plugins` does it.
    @Test(arguments: [
        ("Plugins/camera", [], 27), ("Tests/Benchmarks/Plugin", ["pairs=5000"], 57),
    ])
    func `a whole run of a plugin takes no more than so many million instructions`(
        folder: String, settings: [String], millions: Int
    ) throws {
        let root = Files.tests.deletingLastPathComponent()
        let plugin = FileManager.default.temporaryDirectory
            .appendingPathComponent("devemu-\(UUID().uuidString).so").path
        defer { try? FileManager.default.removeItem(atPath: plugin) }
        let sources = try FileManager.default.contentsOfDirectory(
            at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil
        ).map(\.path).filter { $0.hasSuffix(".c") }
        try Files.run(
            "cc",
            ["-std=c11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-o", plugin]
                + ["-I", root.appendingPathComponent("Sources/CDevEmu/include").path] + sources.sorted())
        let profile = try Self.profile(["plugin", plugin] + settings)
        #expect(profile.instructions > 1_000_000)
        #expect(profile.instructions < millions * 1_000_000)
    }

    @Test func `a call on a full area costs hardly more where that is 128 times as large`() throws {
        let small = try Self.profile(["full", "64"]).instructions
        let large = try Self.profile(["full", "8192"]).instructions
        #expect(small > 1_000_000)
        #expect(Double(large) < Double(small) * 1.1)
    }

    @Test func `a call allocates nothing on the heap`() throws {
        let profile = try Self.profile(["calls"])
        #expect(profile.output.hasPrefix("2000 calls"))
        #expect(profile.instructions > 1_000_000)
        let allocating = profile.functions.filter {
            $0 == "malloc" || $0 == "calloc" || $0 == "realloc" || $0.hasPrefix("swift_allocObject")
        }
        #expect(allocating == [])
    }
}
