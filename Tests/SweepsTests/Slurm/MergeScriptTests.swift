import Foundation
import Sweeps
import Testing

/// The script of the merge, run by bash with a devemu that is a few lines of shell.
@Suite final class MergeScriptTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "devemu merge's \(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// - Parameter body: of the program that merges.
    /// - Returns: what the job prints, and whether it succeeded.
    private func merge(_ body: String, restart: Int? = nil) throws -> String {
        let program = folder + "/devemu"
        try "#!/bin/bash\n\(body)\n".write(toFile: program, atomically: true, encoding: .utf8)
        #expect(chmod(program, 0o755) == 0)
        let scripts = try #require(
            BatchScripts(program: program, plan: "/plan", folder: folder, shards: 3, jobs: 1, limit: nil))
        try scripts.merge().write(toFile: folder + "/merge.sh", atomically: true, encoding: .utf8)
        var environment = ["SLURM_JOB_ID": "41"]
        environment["SLURM_RESTART_COUNT"] = restart.map(String.init)
        return try Bash.run(
            "if bash \(ShellWord.bash(folder + "/merge.sh")); then echo good; else echo bad; fi",
            environment: environment)
    }

    private func publish(_ shards: Int...) throws {
        for shard in shards {
            let name = ShardNames.published(shard, of: 3)
            try "\(shard)\n".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
    }

    private var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasPrefix("store") }.sorted()
        }
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    /// `sweep merge --into STORE SHARD…`
    private let concatenate = #"into=$4; shift 4; cat "$@" >"$into""#

    @Test func `the store appears whole, with the names of its shards beside it`() throws {
        try publish(3, 1)
        #expect(try merge(concatenate) == "merging 2 of 3 shards\ngood\n")
        #expect(try names == ["store.db", "store.shards"])
        #expect(try text("store.db") == "1\n3\n")
        #expect(try text("store.shards") == "shard-00001-of-00003.db\nshard-00003-of-00003.db\n")
    }

    @Test func `a later merge takes the place of the one before`() throws {
        try publish(1)
        _ = try merge(concatenate)
        try publish(2, 3)
        #expect(try merge(concatenate, restart: 1) == "merging 3 of 3 shards\ngood\n")
        #expect(try text("store.db") == "1\n2\n3\n")
    }

    @Test func `a merge that fails leaves the store before it, and nothing of its own`() throws {
        try publish(1)
        _ = try merge(concatenate)
        try publish(2)
        #expect(try merge(concatenate + "; exit 65") == "merging 2 of 3 shards\nbad\n")
        #expect(try text("store.db") == "1\n")
        #expect(try names == ["store.db", "store.shards"])
    }

    @Test func `nothing published makes no store`() throws {
        #expect(try merge(concatenate) == "merging 0 of 3 shards\ngood\n")
        #expect(try names == [])
    }
}
