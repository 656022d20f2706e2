import Foundation
import TestSupport
import Testing

/// Plugins that do what no plugin should: each run has the outcome that belongs to it, in a record that is
/// whole, and nothing outside of the worker process is harmed.
@Suite(.enabled(if: Fixture.cCompiler != nil)) struct HostilePluginTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var plugin: String
        /// More than one where the C standard leaves it open.
        var outcomes: [String]
        var options: [String]

        init(_ plugin: String, _ outcomes: String..., options: [String] = []) {
            self.plugin = plugin
            self.outcomes = outcomes
            self.options = options
        }

        var testDescription: String { "\(plugin): \(outcomes.joined(separator: " or "))" }
    }

    private static let soon = ["--timeout", "2"]

    static let cases = [
        // It crashes.
        Case("null", "crashed"), Case("abort", "crashed"), Case("division", "crashed"),
        Case("page_dereference", "crashed"), Case("scribbles", "crashed"), Case("stack_overflow", "crashed"),
        Case("constructor_segv", "crashed"), Case("throws", "crashed"),
        Case("longjmp_out", "ok", "crashed"),
        // It never comes back.
        Case("loop", "timed-out", options: soon), Case("ignore_sigterm", "timed-out", options: soon),
        Case("catches_segv", "timed-out", options: soon), Case("changes_group", "timed-out", options: soon),
        // It takes more than it may.
        Case("malloc_10g", "plugin-error"),
        Case("eats_memory", "exceeded", options: ["--memory-limit", "512M"]), Case("fills_disk", "exceeded"),
        Case("many_files", "exceeded"), Case("starts_threads", "exceeded"),
        // It leaves, or disturbs what the host and its worker say to each other.
        Case("exit_0", "protocol-violation"), Case("_exit_0", "protocol-violation"),
        Case("exit_3", "protocol-violation"), Case("constructor_exit", "protocol-violation"),
        Case("closes_descriptors", "protocol-violation"), Case("writes_everywhere", "protocol-violation"),
        Case("forges_frames", "protocol-violation"), Case("forges_flight", "protocol-violation"),
        Case("forges_crash", "protocol-violation"),
        Case("forges_failure", "protocol-violation"), Case("forges_phase", "protocol-violation"),
        Case("constructor_fails", "refused"), Case("forges_result", "protocol-violation"),
        Case("floods_log", "protocol-violation"), Case("floods_phase", "protocol-violation"),
        Case("floods_trace", "protocol-violation"),
        // It ends its own process as if somebody else had.
        Case("kills_itself", "crashed", "ok"), Case("terminates_itself", "crashed", "ok"),
        // It breaks a rule of the header.
        Case("thread_after_return", "protocol-violation"), Case("thread_at_once", "protocol-violation"),
        Case("wrong_context", "protocol-violation"), Case("no_context", "protocol-violation"),
        Case("double_release", "protocol-violation"), Case("use_after_release", "protocol-violation"),
        Case("releases_foreign_pages", "protocol-violation"), Case("wrong_count", "protocol-violation"),
        Case("stale_set", "protocol-violation"), Case("unaligned_request", "protocol-violation"),
        Case("never_reads_answers", "protocol-violation"), Case("leaks_everything", "protocol-violation"),
        // It says that it failed.
        Case("returns_enomem", "plugin-error"),
        // What it tried was refused, or is its own business.
        Case("fork_bomb", "ok"), Case("execs_shell", "ok"), Case("runs_shell", "ok"),
        Case("opens_socket", "ok"),
        Case("ptraces_parent", "ok"), Case("kills_parent", "ok"), Case("writes_outside", "ok"),
        Case("constructor_writes", "ok"), Case("unlinks_binary", "ok"), Case("negative_sizes", "ok"),
        Case("wrong_struct_size", "ok"), Case("closes_stdout", "ok"), Case("changes_locale", "ok"),
        Case("catches_segv_once", "ok"), Case("destructor_crash", "ok"),
        Case("types_into_terminal", "ok"), Case("truncates_outside", "ok"), Case("writes_scratch", "ok"),
        Case("kills_by_owner", "ok"), Case("takes_memory", "ok"), Case("takes_turns", "ok"),
        Case("changes_attributes", "ok"), Case("makes_devices", "ok"), Case("changes_mounts", "ok"),
        Case("changes_user", "ok"), Case("holds_files", "ok"), Case("walks_system_calls", "ok"),
        Case("non_deterministic", "ok"), Case("entry_takes_more", "ok"), Case("sleeps_for_ever", "ok"),
        Case("opens_terminal", "ok"), Case("shrinks_recorder", "ok"), Case("deep_scratch", "ok"),
        Case("scribbles_mappings", "ok"), Case("sleeps_then_allocates", "ok"),
    ]

    /// Exit codes that an outcome can have; a device that got too little is no fault of the plugin.
    private static let statuses: [String: Set<Int32>] = ["ok": [0, 1]]

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: cases)
    func `a hostile plugin has the outcome that belongs to it`(test: Case) throws {
        let (outside, binary) = (scratch.path("outside"), scratch.path("binary"))
        try scratch.write("stand-in", to: "binary")
        try FileManager.default.createDirectory(
            atPath: scratch.path("tmp"), withIntermediateDirectories: false)
        let run = try Devemu.run(
            ["run", try Zoo.build(test.plugin, in: scratch), "--format", "json", "--timeout", "30"]
                + test.options,
            environment: [
                "FIXTURE_OUTSIDE": outside, "FIXTURE_BINARY": binary, "TMPDIR": scratch.path("tmp"),
            ])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("tmp")) == [])
        let record = try run.json()
        #expect(record["schema"] as? String == "devemu.run/1")
        let outcome = try #require(record["outcome"] as? [String: Any])
        let name = try #require(outcome["name"] as? String)
        #expect(test.outcomes.contains(name), "\(outcome)")
        #expect((Self.statuses[name] ?? [2]).contains(run.status), "\(run.standardError)")
        #expect(!scratch.contains("outside"))
        #expect(try String(contentsOfFile: binary, encoding: .utf8) == "stand-in")
    }

    @Test(arguments: [
        "resolver_runs", "future_abi", "entry_missing", "entry_is_data", "entry_hidden", "two_notes",
        "huge_note",
    ])
    func `a plugin that lies about itself is refused`(plugin: String) throws {
        let run = try Devemu.run("run", try Zoo.build(plugin, in: scratch), "--format", "json")
        #expect(run.status == 69)
        #expect(run.standardOutput.isEmpty)
        #expect(run.complaints.count == 1)
    }

    @Test func `every plugin of the zoo has its place in the tables`() throws {
        let zoo = try FileManager.default.contentsOfDirectory(
            atPath: Devemu.root + "/Tests/HostilePlugins/Zoo")
        let text = try String(contentsOfFile: #filePath, encoding: .utf8)
        for file in zoo { #expect(text.contains("\"\(file.prefix { $0 != "." })\""), "\(file)") }
    }
}
