import Foundation
import TestSupport
import Testing

/// Files that are no plugin for this host: exit code 69, one line that says why, and no code run.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// The reason, after the file's name.
        var reason: String
        /// Writes the offending file, `plugin.so`.
        var make: @Sendable (Scratch) throws -> Void
        var testDescription: String { name }
    }

    /// The marker plugin with bytes changed.
    private static func patched(_ change: (inout [UInt8]) -> Void, in scratch: Scratch) throws {
        _ = try Fixture.build("marker", in: scratch, output: "plugin.so")
        var bytes = try scratch.bytes(of: "plugin.so")
        change(&bytes)
        try scratch.write(bytes, to: "plugin.so")
    }

    private static func built(_ flags: [String], in scratch: Scratch) throws {
        _ = try Fixture.build("marker", in: scratch, flags: flags, output: "plugin.so")
    }

    static let cases = [
        Case(name: "32-bit class", reason: "is not a 64-bit ELF file; build the plugin for a 64-bit machine")
        {
            try patched({ $0[4] = 1 }, in: $0)
        },
        Case(name: "big-endian", reason: "is not a little-endian ELF file; build the plugin for ") {
            try patched({ $0[5] = 2 }, in: $0)
        },
        Case(name: "another machine", reason: "is built for riscv, this host is ") {
            try patched({ $0.replaceSubrange(18..<20, with: [243, 0]) }, in: $0)
        },
        Case(name: "cut in the ELF header", reason: "") {
            try patched({ $0 = Array($0.prefix(40)) }, in: $0)
        },
        Case(name: "cut after 600 bytes", reason: "") { try patched({ $0 = Array($0.prefix(600)) }, in: $0) },
        Case(name: "cut after 3000 bytes", reason: "") {
            try patched({ $0 = Array($0.prefix(3000)) }, in: $0)
        },
        Case(name: "cut in half", reason: "") {
            try patched({ $0 = Array($0.prefix($0.count / 2)) }, in: $0)
        },
        Case(
            name: "no note",
            reason: "was built without DEVEMU_PLUGIN_NOTE; include devemu/plugin.h and describe the plugin"
        ) { try built(["-shared", "-DNOTE="], in: $0) },
        Case(
            name: "a future ABI",
            reason:
                "needs a host of ABI 7 to 9, this host has 1 to 2; build the plugin against the devemu/plugin.h"
        ) {
            try built(
                ["-shared", #"-DNOTE=DEVEMU_PLUGIN_NOTE_ABI("7","9",FIXTURE_TEXT("of the future"))"#], in: $0)
        },
        Case(
            name: "promised entry missing",
            reason: "promises run but does not export it; mark the function DEVEMU_EXPORT or correct the note"
        ) { try built(["-shared", "-DENTRY=walk"], in: $0) },
        Case(
            name: "executable",
            reason: "is a position-independent executable, not a shared object; link it with -shared"
        ) { try built(["-pie", "-nostartfiles", "-Wl,-e,run"], in: $0) },
        Case(
            name: "object file",
            reason: "is an object file, not a shared object; link it with -shared"
        ) {
            try built(["-c"], in: $0)
        },
        Case(
            name: "a library that is not here",
            reason:
                "needs libnowhere.so.7, which the dynamic linker does not find; install it, or name its folder"
        ) {
            try $0.write("int help(void) { return 1; }\n", to: "helper.c")
            try $0.run(
                try #require(Fixture.cCompiler), "-shared", "-fPIC", "-Wl,-soname,libnowhere.so.7", "-o",
                $0.path("helper.so"), $0.path("helper.c"))
            try built(["-shared", "-Wl,--no-as-needed", $0.path("helper.so")], in: $0)
        },
        Case(
            name: "a C library newer than this host's",
            reason: "needs GLIBC_9.9"
        ) { scratch in
            try built(["-shared"], in: scratch)
            var bytes = try scratch.bytes(of: "plugin.so")
            let version = try #require(bytes.firstRange(of: "GLIBC_2.".utf8))
            let end = try #require(bytes[version.lowerBound...].firstIndex(of: 0))
            bytes.replaceSubrange(
                version.lowerBound..<end,
                with: "GLIBC_9.9999999".utf8.prefix(end - version.lowerBound))
            try scratch.write(bytes, to: "plugin.so")
        },
        Case(name: "text file", reason: "is not an ELF file; give the path of a shared object") {
            try $0.write("#!/bin/sh\necho no\n", to: "plugin.so")
        },
        Case(name: "empty file", reason: "is empty; build or copy the file again") {
            try $0.write("", to: "plugin.so")
        },
        Case(name: "folder", reason: "is not a regular file; give the path of a shared object") {
            try FileManager.default.createDirectory(
                atPath: $0.path("plugin.so"), withIntermediateDirectories: false)
        },
    ]

    private let scratch: Scratch
    private var plugin: String { scratch.path("plugin.so") }
    private var marker: String { scratch.path("marker") }

    init() throws { scratch = try Scratch() }

    @Test(arguments: cases)
    func `is refused in one line, by run as by inspect, and none of its code runs`(file: Case) throws {
        try file.make(scratch)
        for arguments in [["run", plugin], ["run", plugin, "--in-process"], ["plugin", "inspect", plugin]] {
            let outcome = try Devemu.run(arguments, environment: ["FIXTURE_MARKER": marker])
            #expect(outcome.status == 69)
            #expect(outcome.standardOutput.isEmpty)
            #expect(outcome.complaints.count == 1)
            #expect(outcome.standardError.hasPrefix("devemu: \(plugin): \(file.reason)"))
            #expect(outcome.standardError.count > "devemu: \(plugin): ".count + 20)
        }
        #expect(!scratch.contains("marker"))
    }

    @Test func `what the dynamic loader cannot link is refused before a constructor runs`() throws {
        try Self.built(["-shared", "-DUNRESOLVED"], in: scratch)
        let outcome = try Devemu.run("run", plugin, environment: ["FIXTURE_MARKER": marker])
        #expect(outcome.status == 69)
        #expect(
            outcome.standardError
                == "devemu: \(plugin): the dynamic loader refuses it: undefined symbol: nobody_defines_this\n"
        )
        #expect(!scratch.contains("marker"))
    }

    @Test func `the unharmed file runs, and then its constructor does`() throws {
        _ = try Fixture.build("marker", in: scratch, output: "plugin.so")
        let inspected = try Devemu.run("plugin", "inspect", plugin, environment: ["FIXTURE_MARKER": marker])
        #expect(inspected.status == 0)
        #expect(!scratch.contains("marker"))
        let run = try Devemu.run(
            "run", plugin, "--sandbox", "off", environment: ["FIXTURE_MARKER": marker])
        #expect(run.status == 0)
        #expect(scratch.contains("marker"))
    }

    @Test func `a missing file is 66, and a bare name says where it was looked for`() throws {
        for command in [["run"], ["plugin", "inspect"]] {
            let path = try Devemu.run(command + [scratch.path("absent.so")])
            #expect(path.status == 66)
            #expect(path.standardError == "devemu: \(scratch.path("absent.so")): no such file\n")
            let name = try Devemu.run(
                command + ["absent.so"], environment: ["DEVEMU_PLUGIN_PATH": "/first:/second"])
            #expect(name.status == 66)
            #expect(name.complaints.count == 1)
            #expect(
                name.standardError.hasPrefix(
                    "devemu: absent.so: no such plugin here, nor in /first, /second, "))
            let short = try Devemu.run(command + ["camera"])
            #expect(short.status == 66)
            #expect(short.standardError.hasSuffix("; did you mean camera.so?\n"))
            let typo = try Devemu.run(command + ["camra.so"])
            #expect(typo.status == 66)
            #expect(typo.standardError.hasSuffix("; did you mean camera.so?\n"))
        }
    }
}
