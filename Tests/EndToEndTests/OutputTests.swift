import Foundation
import TestSupport
import Testing

/// Where results go: files whole or not at all, and everything that is not a regular file as it is.
@Suite struct OutputTests {
    private let scratch: Scratch
    private static let run = [
        "run", "camera.so", "--memory", "64M", "--area", "16M@32M", "--pins", "0", "--format", "json",
    ]

    init() throws { scratch = try Scratch() }

    /// A command that writes a result to a name.
    struct Writer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the result begins with.
        var beginning: String
        var arguments: @Sendable (_ output: String, _ scratch: Scratch) throws -> [String]
    }

    private static let writers = [
        Writer(testDescription: "run -o", beginning: "{") { output, _ in run + ["-o", output] },
        Writer(testDescription: "run --trace", beginning: "# tracer") { output, _ in
            run + ["--trace", output]
        },
        Writer(testDescription: "run --trace-calls", beginning: "{") { output, _ in
            run + ["--trace-calls", output]
        },
        Writer(testDescription: "map -o", beginning: "<svg") { output, scratch in
            let state = try Fixture.recording("order6-normal", in: scratch)
            return ["map", state, "-o", output]
        },
        Writer(testDescription: "calibrate -o", beginning: "#") { output, scratch in
            ["calibrate", try Fixture.recording("order6-normal", in: scratch), "-o", output]
        },
        Writer(testDescription: "report -o", beginning: "<!") { output, scratch in
            let result = scratch.path("result.json")
            try #require(try Devemu.run(run + ["-o", result]).status == 0)
            return ["report", result, "-o", output]
        },
    ]

    private func text(_ name: String) throws -> String {
        String(decoding: try scratch.bytes(of: name), as: UTF8.self)
    }

    private func kind(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func isRecord(_ text: String) -> Bool { text.hasPrefix("{") && text.contains("devemu.run/1") }

    @Test(arguments: writers)
    func `a FIFO is written to and stays one`(writer: Writer) throws {
        let suffix = writer.testDescription == "map -o" ? ".svg" : ""
        let fifo = scratch.path("fifo" + suffix)
        #expect(mkfifo(fifo, 0o600) == 0)
        let arguments = try writer.arguments(fifo, scratch)
        let reader = try Devemu.start(
            ["cat", fifo], in: "/", environment: [:], output: scratch.path("read"),
            error: scratch.path("err"))
        let outcome = try Devemu.run(arguments)
        if outcome.status != 0 { kill(reader, SIGKILL) }
        _ = try Devemu.wait(for: reader)
        #expect(outcome.status == 0, "\(outcome.standardError)")
        #expect(kind(fifo) == S_IFIFO)
        #expect(try text("read").hasPrefix(writer.beginning))
    }

    @Test(arguments: writers)
    func `a link is followed: its target is replaced and the link stays`(writer: Writer) throws {
        let suffix = writer.testDescription == "map -o" ? ".svg" : ""
        try FileManager.default.createDirectory(
            atPath: scratch.path("folder"), withIntermediateDirectories: false)
        try scratch.write("old", to: "folder/target")
        #expect(symlink("target", scratch.path("folder/second")) == 0)
        #expect(symlink("folder/second", scratch.path("first" + suffix)) == 0)
        let outcome = try Devemu.run(try writer.arguments(scratch.path("first" + suffix), scratch))
        #expect(outcome.status == 0, "\(outcome.standardError)")
        #expect(kind(scratch.path("first" + suffix)) == S_IFLNK)
        #expect(kind(scratch.path("folder/second")) == S_IFLNK)
        #expect(kind(scratch.path("folder/target")) == S_IFREG)
        #expect(try text("folder/target").hasPrefix(writer.beginning))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path("folder")).sorted()
                == ["second", "target"])
    }

    @Test func `the target of a dangling link is made, and links that go round are refused`() throws {
        #expect(symlink("new.json", scratch.path("link")) == 0)
        #expect(try Devemu.run(Self.run + ["-o", scratch.path("link")]).status == 0)
        #expect(kind(scratch.path("link")) == S_IFLNK)
        #expect(isRecord(try text("new.json")))
        #expect(symlink("round", scratch.path("round")) == 0)
        let round = try Devemu.run(Self.run + ["-o", scratch.path("round")])
        #expect(round.status == 73)
        #expect(
            round.standardError
                == "devemu: \(scratch.path("round")): Too many levels of symbolic links\n")
    }

    @Test func `a device is written to and stays one, also behind a link`() throws {
        #expect(symlink("/dev/null", scratch.path("link")) == 0)
        for option in ["-o", "--trace", "--trace-calls"] {
            let outcome = try Devemu.run(Self.run + [option, scratch.path("link")])
            #expect(outcome.status == 0, "\(outcome.standardError)")
            #expect(kind(scratch.path("link")) == S_IFLNK)
            #expect(kind("/dev/null") == S_IFCHR)
        }
        let full = try Devemu.run(Self.run + ["-o", "/dev/full"])
        #expect(full.status == 73)
        #expect(full.standardError == "devemu: /dev/full: No space left on device\n")
        #expect(kind("/dev/full") == S_IFCHR)
        // A node that root made is what root's /dev/null is.
        let node = scratch.path("null")
        guard mknod(node, S_IFCHR | 0o666, makedev(1, 3)) == 0 else { return }
        for option in ["-o", "--trace", "--trace-calls"] {
            _ = try Devemu.run(Self.run + [option, node])
            #expect(kind(node) == S_IFCHR, "\(option)")
        }
    }

    private func makedev(_ major: UInt64, _ minor: UInt64) -> dev_t { dev_t(major << 8 | minor) }

    @Test func `standard output has names too, and what a file held before them stays`() throws {
        for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            let outcome = try Devemu.run(Self.run + ["-o", name])
            #expect(outcome.status == 0, "\(outcome.standardError)")
            #expect(isRecord(outcome.text), "\(name)")
        }
        try scratch.write("before\n", to: "log")
        try scratch.run(
            ["sh", "-c", "\"$@\" -o /dev/stdout >>log", "sh", Devemu.binary] + Self.run, output: "none")
        #expect(try text("log").hasPrefix("before\n{"))
        let piped = try Devemu.run(Self.run + ["-o", "/dev/fd/77"])
        #expect(piped.status == 73)
        #expect(piped.standardError == "devemu: /dev/fd/77: Bad file descriptor\n")
    }

    @Test(.enabled(if: Fixture.tool(["bash"]) != nil))
    func `a process substitution gets the result`() throws {
        try scratch.run(
            [
                "bash", "-c",
                "mkfifo done; \"$@\" -o >(cat >got; echo >done); read <done", "bash", Devemu.binary,
            ] + Self.run)
        #expect(isRecord(try text("got")))
    }

    @Test func `a reader that goes away is not a failure`() throws {
        try scratch.run(
            ["sh", "-c", "{ \"$@\" -o /dev/stdout; echo $? >status; } | true", "sh", Devemu.binary] + Self.run
        )
        #expect(try text("status") == "0\n")
    }

    @Test func `a regular file keeps its mode and its other names, and a new one has the usual mode`() throws
    {
        for (name, bits) in [("private", mode_t(0o600)), ("shared", 0o664), ("both", 0o640)] {
            try scratch.write("old", to: name)
            #expect(chmod(scratch.path(name), bits) == 0)
            if name == "both" { #expect(link(scratch.path(name), scratch.path("other")) == 0) }
            #expect(try Devemu.run(Self.run + ["-o", scratch.path(name)]).status == 0)
            #expect(mode(scratch.path(name)) == bits, "\(name)")
            #expect(isRecord(try text(name)))
        }
        #expect(isRecord(try text("other")))
        try scratch.run(
            ["sh", "-c", "umask 022; \"$@\" -o new", "sh", Devemu.binary] + Self.run)
        #expect(mode(scratch.path("new")) == 0o644)
        let long = String(repeating: "n", count: 255)
        #expect(try Devemu.run(Self.run + ["-o", scratch.path(long)]).status == 0)
        #expect(isRecord(try text(long)))
    }

    @Test func `an owner stays, and a file in a read-only folder is written in place`() throws {
        guard geteuid() == 0, Fixture.tool(["setpriv"]) != nil, chmod(scratch.folder, 0o755) == 0 else {
            return
        }
        func asUser(_ arguments: [String]) throws -> Int32 {
            let program = try Devemu.start(
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Devemu.binary] + arguments,
                in: "/", environment: ["TMPDIR": "/tmp"], output: scratch.path("out"),
                error: scratch.path("err"))
            return try Devemu.wait(for: program)
        }
        guard try asUser(["--version"]) == 0 else { return }
        for name in ["mine", "anyone's", "theirs"] {
            try scratch.write("old", to: name)
            #expect(chown(scratch.path(name), name == "mine" ? 65534 : 7, 65534) == 0)
            #expect(chmod(scratch.path(name), name == "theirs" ? 0o644 : 0o666) == 0)
        }
        // The folder is root's: nothing new can be made in it.
        #expect(try asUser(Self.run + ["-o", scratch.path("mine")]) == 0)
        #expect(isRecord(try text("mine")))
        #expect(try asUser(Self.run + ["-o", scratch.path("theirs")]) == 73)
        #expect(try text("theirs") == "old")
        #expect(try text("err") == "devemu: \(scratch.path("theirs")): Permission denied\n")
        #expect(try asUser(Self.run + ["-o", scratch.path("new")]) == 73)
        #expect(!scratch.contains("new"))
        // Anyone can make files in it, and only owners can replace theirs.
        #expect(chmod(scratch.folder, 0o1777) == 0)
        #expect(try asUser(Self.run + ["-o", scratch.path("anyone's")]) == 0)
        #expect(isRecord(try text("anyone's")))
        var status = stat()
        #expect(stat(scratch.path("anyone's"), &status) == 0)
        #expect(status.st_uid == 7)
        // Root gives a file back to whoever had it.
        #expect(try Devemu.run(Self.run + ["-o", scratch.path("theirs")]).status == 0)
        #expect(stat(scratch.path("theirs"), &status) == 0)
        #expect((status.st_uid, status.st_gid) == (7, 65534))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.folder).allSatisfy {
                !$0.contains(".part-")
            })
    }

    @Test func `what cannot be written is refused before anything runs`() throws {
        let folder = try Devemu.run(Self.run + ["-o", scratch.folder])
        #expect(folder.status == 73)
        #expect(folder.standardError == "devemu: \(scratch.folder): is a folder; name a file in it\n")
        let absent = try Devemu.run(Self.run + ["-o", "/nowhere/result.json"])
        #expect(absent.status == 73)
        #expect(absent.standardError == "devemu: /nowhere/result.json: No such file or directory\n")
        let path = scratch.path("socket")
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        let outcome = try Devemu.run(Self.run + ["-o", path])
        #expect(outcome.status == 73)
        #expect(
            outcome.standardError
                == "devemu: \(path): is a socket, which cannot be opened; name a file or a FIFO\n")
        #expect(kind(path) == S_IFSOCK)
    }

    @Test func `two outputs have two files, and a device serves both`() throws {
        try scratch.write("old", to: "there")
        #expect(symlink("there", scratch.path("link")) == 0)
        for (first, second) in [("one", "./one"), ("there", "link")] {
            let outcome = try Devemu.run(
                Self.run + ["-o", scratch.path(first), "--trace", scratch.path(second)])
            #expect(outcome.status == 64)
            #expect(
                outcome.standardError
                    == "devemu: --trace \(scratch.path(second)): is the file of -o too; name two files\n")
        }
        #expect(try text("there") == "old")
        #expect(!scratch.contains("one"))
        let both = try Devemu.run(Self.run + ["-o", "/dev/null", "--trace", "/dev/null"])
        #expect(both.status == 0, "\(both.standardError)")
    }

    @Test func `an input is never the output`() throws {
        let state = try Fixture.recording("order6-normal", in: scratch)
        let before = try text("order6-normal.txt")
        #expect(symlink(state, scratch.path("link")) == 0)
        let result = scratch.path("result.json")
        #expect(try Devemu.run("run", "camera.so", "--format", "json", "-o", result).status == 0)
        for (arguments, output) in [
            (["map", state], state), (["map", state], scratch.path("link")), (["calibrate", state], state),
            (["import", state], state), (["run", "camera.so", "--state", state], state),
            (["report", result], result), (["areas", state], state),
        ] {
            let input = arguments.contains(result) ? result : state
            let outcome = try Devemu.run(arguments + ["-o", output])
            #expect(outcome.status == 64, "\(arguments)")
            #expect(
                outcome.standardError
                    == "devemu: -o \(output): would replace the input \(input); name another file\n")
        }
        #expect(try text("order6-normal.txt") == before)
    }
}
