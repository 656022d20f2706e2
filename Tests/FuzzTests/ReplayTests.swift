import Foundation
import FuzzTargets
import Testing

/// What the fuzzers found worth keeping is read again: nothing of it stops the process, and every promise
/// of the readers holds.
@Suite struct ReplayTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fuzz")

    /// The files of a folder by name.
    private static func inputs(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent != "." }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    private static func replay(_ inputs: [URL], by target: FuzzTarget) throws {
        for input in inputs {
            do {
                try target.run(Array(try Data(contentsOf: input)))
            } catch let finding as Finding {
                Issue.record("\(target.name), \(input.lastPathComponent): \(finding)")
            }
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `every input of the corpus is read or refused`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("devemu-\(UUID())")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let archive = Self.folder.appendingPathComponent("Corpus/\(name).tar.gz")
        let tar = try Process.run(
            URL(fileURLWithPath: "/usr/bin/env"),
            // The folder stays what it is, whatever mode the archive has for it.
            arguments: ["tar", "--no-overwrite-dir", "-xzf", archive.path, "-C", scratch.path])
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        let inputs = try Self.inputs(in: scratch)
        #expect(inputs.count >= 10)
        try Self.replay(inputs, by: target)
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `what once went wrong does so no more`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = Self.folder.appendingPathComponent("Findings/\(name)")
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        try Self.replay(try Self.inputs(in: folder), by: target)
    }

    @Test func `every folder of inputs belongs to a target`() throws {
        let names = FuzzTarget.all.map(\.name)
        for kind in ["Corpus", "Findings", "Dictionaries"] {
            for input in try Self.inputs(in: Self.folder.appendingPathComponent(kind)) {
                let name = String(input.lastPathComponent.prefix { $0 != "." })
                #expect(names.contains(name), "\(kind)/\(input.lastPathComponent)")
            }
        }
    }
}
