import Foundation
import TestSupport
import Testing

/// Options, environment, output files and streams.
@Suite struct CommandLineTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        /// What standard error has to contain.
        var hint: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., hint: String) {
            self.arguments = arguments
            self.hint = hint
        }
    }

    static let mistakes = [
        Mistake(
            "--mode", "quick",
            hint:
                "devemu: --mode 'quick' is none of normal, cached, nodrain, noretry, failfast, nor one with + "
        ),
        Mistake(
            "--area", "x",
            hint: "devemu: --area 'x': the size is not a number with K, M or G above 0; write 64M@256M\n"),
        Mistake("--area", "", hint: "devemu: --area '': the size is not a number"),
        Mistake("--area", "64M@", hint: "devemu: --area '64M@': the start is not a number"),
        Mistake(
            "--area", "64M@257K",
            hint: "devemu: --area '64M@257K': the start is not a multiple of a pageblock (2M)\n"),
        Mistake(
            "--area", "64M@256M-",
            hint: "devemu: --area '64M@256M-': the end lies before the start, or is not a number\n"),
        Mistake(
            "--area", "64M@256M-128M", hint: "devemu: --area '64M@256M-128M': the end lies before the start"),
        Mistake("--area", "64M@0-32M", hint: "devemu: --area '64M@0-32M' does not fit in a machine of "),
        Mistake("--area", "64M@1G", hint: "devemu: --area '64M@1G' does not fit in a machine of "),
        Mistake("--area", "2G", hint: "devemu: --area '2G' does not fit in a machine of "),
        Mistake(
            "--memory", "1X",
            hint:
                "devemu: --memory: '1X' is not a size: the units are K, M, G, T, P and E, also as KiB, MiB and so on; "
                + "write 64M, 512MiB or 1.5G\n"),
        Mistake(
            "--memory", "4096G", hint: "devemu: --memory '4096G' is not a size from 4M to 64G; write 1G\n"),
        Mistake("--seed", "x", hint: "devemu: --seed 'x' is no whole number\n"),
        Mistake("--seed=-1", hint: "devemu: --seed '-1' is no whole number\n"),
        Mistake(
            "--fill", "101",
            hint: "devemu: --fill: '101' is more than 100%; write a share up to 100%, as 93%\n"),
        Mistake("--fill", "half", hint: "devemu: --fill: 'half' is not a share from 0% to 100%; write 93%\n"),
        Mistake("--pins=-1", hint: "devemu: --pins -1 is no number of pages from 0 to the area's 65536\n"),
        Mistake(
            "--pins", "65537", hint: "devemu: --pins 65537 is no number of pages from 0 to the area's 65536\n"
        ),
        Mistake("--timeout", "0", hint: "devemu: --timeout 0.0 is no number of seconds above 0; see "),
        Mistake("--timeout", "nan", hint: "devemu: --timeout nan is no number of seconds above 0; see "),
        Mistake(
            "--timeout", "soon", hint: "devemu: the value 'soon' is invalid for '--timeout <seconds>'; see "),
        Mistake("--format", "xml", hint: "devemu: the value 'xml' is invalid for '--format <format>'; "),
        Mistake("--color", "red", hint: "devemu: the value 'red' is invalid for '--color <color>'; "),
        Mistake(
            "--sed", "3",
            hint: "devemu: unknown option '--sed'; did you mean '--seed'? see 'devemu run --help'\n"),
        Mistake(
            "--set", "widht=3", hint: "devemu: --set widht=3: no parameter 'widht'; did you mean width?\n"),
        Mistake("--set", "width", hint: "devemu: --set 'width' is not name=value\n"),
        Mistake("--set", "=3", hint: "devemu: --set '=3' is not name=value\n"),
        Mistake("--set", "width=8", hint: "devemu: --set width: 8 is out of range 16..16384\n"),
        Mistake(
            "--set", "width=wide", hint: "devemu: --set width: 'wide' is not a whole number; write digits"),
        Mistake("--set", "width=", hint: "devemu: --set width: '' is not a whole number"),
        Mistake(
            "--set", "format=NV21",
            hint:
                "devemu: --set format: 'NV21' is not one of NV12, P010, YUYV, RAW8, RAW10, RAW12, RAW16, RGB888, XRGB8888\n"
        ),
    ]

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: mistakes)
    func `a mistake is exit code 64 and a sentence that helps`(mistake: Mistake) throws {
        let outcome = try Devemu.run(["run", "camera.so"] + mistake.arguments)
        #expect(outcome.status == 64)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains(mistake.hint))
        if mistake.hint.hasPrefix("devemu: ") { #expect(outcome.complaints.count == 1) }
    }

    @Test(arguments: [
        ["--area", "64M"], ["--memory", "1G"], ["--fill", "10"], ["--pins", "1"], ["--cpus", "4"],
    ])
    func `--state contradicts the options that describe memory`(option: [String]) throws {
        let file = try Fixture.recording("order6-normal", in: scratch)
        let outcome = try Devemu.run(["run", "camera.so", "--state", file] + option)
        #expect(outcome.status == 78)
        #expect(
            outcome.standardError
                == "devemu: \(option[0]) and --state both say what the machine is: drop one\n")
    }

    @Test(arguments: [["run"], ["replay"], ["plugin", "inspect"], ["frobnicate"], ["plugin", "frobnicate"]])
    func `an incomplete or unknown command is 64`(arguments: [String]) throws {
        let outcome = try Devemu.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.standardError.hasPrefix("devemu: "))
        #expect(outcome.complaints.count == 1)
    }

    @Test func `help and version are no errors`() throws {
        for arguments in [
            [], ["--help"], ["run", "--help"], ["replay", "--help"], ["plugin", "inspect", "--help"],
        ] {
            let outcome = try Devemu.run(arguments)
            #expect(outcome.status == 0)
            #expect(outcome.text.contains("USAGE: devemu"))
        }
        #expect(try Devemu.run("--version").text.hasPrefix("devemu "))
    }

    @Test func `an option wins over the environment, the environment over the default`() throws {
        let environment = [
            "DEVEMU_SEED": "7", "DEVEMU_AREA": "64M@256M", "DEVEMU_MEMORY": "512M", "DEVEMU_MODE": "normal",
        ]
        let set = try Devemu.run("run", "camera.so", "--format", "json", environment: environment).json()
        #expect(set["seed"] as? Int == 7)
        #expect(set["mode"] as? String == "normal")
        #expect(set["memory_pages"] as? Int == 512 << 8)
        #expect((set["areas"] as? [[String: Any]])?.first?["pages"] as? Int == 64 << 8)
        let won = try Devemu.run(
            "run", "camera.so", "--format", "json", "--seed", "8", environment: environment)
        #expect(try won.json()["seed"] as? Int == 8)
        #expect(try Devemu.run("run", "camera.so", environment: ["DEVEMU_SEED": "x"]).status == 64)
    }

    @Test func `a plugin is found by path, here, on DEVEMU_PLUGIN_PATH, and beside devemu`() throws {
        let plugin = try Fixture.build("parameters", in: scratch)
        #expect(try Devemu.run("run", plugin).status == 0)
        #expect(try Devemu.run("run", "./parameters.so", in: scratch.folder).status == 0)
        #expect(try Devemu.run("run", "parameters.so", in: scratch.folder).status == 0)
        #expect(try Devemu.run("run", "parameters.so").status == 66)
        let path = ["DEVEMU_PLUGIN_PATH": "/nowhere::\(scratch.folder)"]
        #expect(try Devemu.run("run", "parameters.so", environment: path).status == 0)
        #expect(try Devemu.run("run", "camera.so", environment: path).status == 0)
        // The folder that was named comes before the one beside devemu.
        try scratch.run("mv", plugin, scratch.path("libcamera.so"))
        let chosen = try Devemu.run("run", "camera.so", environment: path)
        #expect(chosen.text.hasPrefix("org.example.parameters 2.5\n"))
    }

    @Test func `-o writes the result whole, and - is standard output`() throws {
        let file = scratch.path("result.json")
        let written = try Devemu.run("run", "camera.so", "--format", "json", "-o", file)
        let printed = try Devemu.run("run", "camera.so", "--format", "json", "-o", "-")
        #expect(written.status == 0)
        #expect(written.standardOutput.isEmpty)
        #expect(try scratch.bytes(of: "result.json") == Array(printed.standardOutput))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["result.json"])
    }

    @Test func `a result that cannot be written is 73 and leaves nothing behind`() throws {
        try FileManager.default.createDirectory(
            atPath: scratch.path("folder"), withIntermediateDirectories: false)
        for target in ["absent/result", "folder"] {
            let outcome = try Devemu.run("run", "camera.so", "-o", scratch.path(target))
            #expect(outcome.status == 73)
            #expect(outcome.standardError.hasPrefix("devemu: \(scratch.path(target)): "))
            #expect(outcome.complaints.count == 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["folder"])
        let full = try Devemu.run("run", "camera.so", output: "/dev/full")
        #expect(full.status == 74)
        #expect(full.standardError == "devemu: standard output: No space left on device\n")
    }

    @Test func `colour comes only when it is asked for, or on a terminal that wants it`() throws {
        #expect(!(try Devemu.run("run", "camera.so").text.contains("\u{1b}")))
        #expect(try Devemu.run("run", "camera.so", "--color", "always").text.contains("\u{1b}[32m"))
        #expect(
            !(try Devemu.run("run", "camera.so", "--color", "always", "--format", "json").text.contains(
                "\u{1b}")))
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")),
        arguments: [
            (["TERM": "xterm"], true), (["TERM": "dumb"], false),
            (["TERM": "xterm", "NO_COLOR": "1"], false),
        ])
    func `on a terminal, NO_COLOR and TERM decide`(environment: [String: String], isColored: Bool) throws {
        let process = try Devemu.start(
            ["script", "-qec", "\(Devemu.binary) run camera.so", "/dev/null"], in: "/",
            environment: environment,
            output: scratch.path("out"), error: scratch.path("err"))
        #expect(try Devemu.wait(for: process) == 0)
        let text = String(decoding: try scratch.bytes(of: "out"), as: UTF8.self)
        #expect(text.contains("camera is satisfied"))
        #expect(text.contains("\u{1b}[") == isColored)
    }

    @Test func `a reader that goes away is not complained about, and the exit code stays`() throws {
        let command = "{ \(Devemu.binary) run camera.so --format json; echo $? > status; } | true"
        try scratch.run("sh", "-c", command)
        #expect(try scratch.bytes(of: "tool.err").isEmpty)
        #expect(eventually { (try? scratch.bytes(of: "status")) == Array("0\n".utf8) })
    }
}
