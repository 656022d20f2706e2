import Foundation
import TestSupport
import Testing

/// A sweep is made with the plugin that was planned with, whatever becomes of its file meanwhile.
@Suite struct SweepPluginTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// What becomes of the plugin's file while the first run is on its way.
    enum Change: String, CaseIterable {
        /// Written over in place, empty for good.
        case emptied
        /// Written over in place by a plugin that crashes.
        case overwritten
        /// Another file takes its name.
        case renamed
        case deleted
    }

    private func build() throws {
        _ = try Fixture.build(
            "waits_for_file", in: scratch, flags: ["-shared", "-DGO=\"\(scratch.path("go"))\""],
            output: "dut.so")
        _ = try Fixture.build("null", in: scratch, output: "other.so")
    }

    private func plan() throws {
        try scratch.write("summary: s\nplugins: [./dut.so]\nseeds: 10\n", to: "grid.yaml")
        let outcome = try Devemu.run("sweep", "plan", "grid.yaml", "-o", "plan.jsonl", in: scratch.folder)
        try #require(outcome.status == 0, "\(outcome.standardError)")
    }

    private func query(_ sql: String) throws -> String {
        try Devemu.run("sweep", "query", "--store", "runs.db", "--format", "csv", sql, in: scratch.folder)
            .text
            .split(whereSeparator: \.isNewline).dropFirst().joined(separator: " ")
    }

    private func apply(_ change: Change) throws {
        let (file, other) = (scratch.path("dut.so"), scratch.path("other.so"))
        switch change {
        case .emptied: #expect(truncate(file, 0) == 0)
        case .overwritten:
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: try Data(contentsOf: URL(fileURLWithPath: other)))
            try handle.close()
        case .renamed: #expect(rename(other, file) == 0)
        case .deleted: #expect(unlink(file) == 0)
        }
    }

    @Test(arguments: Change.allCases)
    func `every run has the plugin of the plan`(change: Change) throws {
        try build()
        try plan()
        let process = try Devemu.start(
            [Devemu.binary, "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "1"],
            in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        try #require(eventually { try query("SELECT count(*) FROM in_flight") == "1" })
        try apply(change)
        try scratch.write("", to: "go")
        let status = try Devemu.wait(for: process)
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        if change == .deleted {
            // The next run does not find its plugin: that is said, and is not a result.
            #expect(status == 66, "\(said)")
            let line = said.split(separator: "\n").last ?? ""
            #expect(line.hasPrefix("devemu: plan.jsonl: \(scratch.path("./dut.so")): "), "\(said)")
            #expect(try query("SELECT DISTINCT outcome FROM runs") == "ok")
        } else {
            #expect(status == 0 || status == 1, "\(said)")
            #expect(try query("SELECT outcome, count(*) FROM runs GROUP BY 1") == "ok,10")
        }
    }

    @Test(arguments: Change.allCases)
    func `a plugin that is another before the sweep is refused, and nothing is stored`(change: Change) throws
    {
        try build()
        try plan()
        try apply(change)
        try scratch.write("", to: "go")
        let outcome = try Devemu.run(
            "sweep", "run", "plan.jsonl", "--store", "runs.db", in: scratch.folder)
        #expect(outcome.status == (change == .deleted ? 66 : 78), "\(outcome.standardError)")
        #expect(outcome.complaints.count == 1)
        #expect(!scratch.contains("runs.db"))
    }

    @Test func `runs and comparisons load what was there when they began`() throws {
        try build()
        let process = try Devemu.start(
            [
                Devemu.binary, "compare", "./dut.so", "--strategies", "normal,fail-fast", "--repeat", "4",
                "--jobs", "1",
            ],
            in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        // Whatever is found, no process is left to wait for the file.
        var isOver = false
        defer { if !isOver { kill(process, SIGKILL) } }
        /// A file without a size, to its end.
        func words(of path: String) -> [Substring] {
            guard let file = FileHandle(forReadingAtPath: path), let bytes = try? file.readToEnd() else {
                return []
            }
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        }
        // The first worker has its copy mapped once it runs; those after it have the same.
        try #require(
            eventually {
                words(of: "/proc/\(process)/task/\(process)/children").contains { child in
                    words(of: "/proc/\(child)/maps").contains { $0.hasPrefix("/memfd:devemu-plugin") }
                }
            })
        #expect(truncate(scratch.path("dut.so"), 0) == 0)
        try scratch.write("", to: "go")
        let status = try Devemu.wait(for: process)
        isOver = true
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(status == 0 || status == 1, "\(said)")
    }

    @Test func `a plugin that is no plugin is refused with its place in the grid`() throws {
        try scratch.write("text", to: "dut.so")
        let grid = try scratch.write(
            "summary: s\nplugins: [camera.so, ./dut.so]\nseeds: 2\n", to: "grid.yaml")
        let outcome = try Devemu.run("sweep", "plan", grid, "-o", "plan.jsonl", in: scratch.folder)
        #expect(outcome.status == 69)
        let place = "devemu: \(grid):2:22: \(scratch.path("./dut.so")): is not an ELF file"
        #expect(outcome.standardError.hasPrefix(place), "\(outcome.standardError)")
    }

    @Test func `a plugin with a library beside it is not planned with`() throws {
        try scratch.write("int helper(void) { return 0; }\n", to: "helper.c")
        let compiler = try #require(Fixture.cCompiler)
        try scratch.run(
            [
                compiler, "-shared", "-fPIC", "-Wl,-soname,libhelper.so", "-o", scratch.path("libhelper.so"),
                "helper.c",
            ])
        _ = try Fixture.build(
            "exit_0", in: scratch,
            flags: [
                "-shared", "-Wl,--no-as-needed", "-L\(scratch.folder)", "-lhelper",
                "-Wl,-rpath,\(scratch.folder)",
            ], output: "dut.so")
        try scratch.write("summary: s\nplugins: [./dut.so]\nseeds: 2\n", to: "grid.yaml")
        let outcome = try Devemu.run("sweep", "plan", "grid.yaml", "-o", "plan.jsonl", in: scratch.folder)
        #expect(outcome.status == 69)
        #expect(
            outcome.standardError.contains(
                "needs \(scratch.path("libhelper.so")), which is not part of the system"))
        #expect(!scratch.contains("plan.jsonl"))
    }

    @Test(arguments: [true, false])
    func `a store that is deleted during a sweep is 74, never a success`(isReplaced: Bool) throws {
        try build()
        try plan()
        let process = try Devemu.start(
            [Devemu.binary, "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "1"],
            in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        try #require(eventually { try query("SELECT count(*) FROM in_flight") == "1" })
        if isReplaced {
            try scratch.write("mine", to: "mine")
            #expect(rename(scratch.path("mine"), scratch.path("runs.db")) == 0)
        } else {
            #expect(unlink(scratch.path("runs.db")) == 0)
        }
        try scratch.write("", to: "go")
        #expect(try Devemu.wait(for: process) == 74)
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(said.contains("runs.db: the file was deleted or replaced while it was written to"))
        #expect(scratch.contains("runs.db") == isReplaced)
    }

    @Test func `a plan that is refused leaves no store`() throws {
        try scratch.write("no plan\n", to: "plan.jsonl")
        let outcome = try Devemu.run("sweep", "run", "plan.jsonl", "--store", "runs.db", in: scratch.folder)
        #expect(outcome.status == 65)
        try build()
        try FileManager.default.removeItem(atPath: scratch.path("plan.jsonl"))
        try plan()
        var lines = String(decoding: try scratch.bytes(of: "plan.jsonl"), as: UTF8.self).split(
            separator: "\n")
        lines.removeLast()
        try scratch.write(lines.joined(separator: "\n") + "\n", to: "plan.jsonl")
        let cut = try Devemu.run("sweep", "run", "plan.jsonl", "--store", "runs.db", in: scratch.folder)
        #expect(cut.status == 65, "\(cut.standardError)")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(!left.contains { $0.hasPrefix("runs.db") })
    }
}
