import Foundation
import TestSupport
import Testing

/// What is neither a regular file nor a pipe, or has no end, is told in one line, whatever command it is given to.
@Suite struct InputFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Commands with a place for a file; each `FILE` is replaced. `SUBMISSION` is a folder whose list of what was
    /// submitted is that file, and `good.db` a store.
    static let commands = [
        "check FILE", "run FILE", "run --scene FILE camera.so", "run camera.so --costs FILE",
        "run camera.so --state FILE", "run camera.so --device-tree FILE", "compare FILE", "size FILE",
        "replay FILE", "explain FILE", "import FILE", "areas FILE", "map FILE", "report FILE -o page.html",
        "sweep plan FILE -o plan.jsonl", "sweep run FILE --store runs.db",
        "sweep run plan.jsonl --store FILE",
        "sweep query --store FILE SELECT", "sweep export --store FILE",
        "sweep merge --into new.db FILE", "sweep merge --into FILE good.db",
        "sweep shard FILE --results results --shard 1/2", "sweep submit FILE --slurm --results results",
        "sweep status SUBMISSION", "sweep resume SUBMISSION", "sweep cancel SUBMISSION",
        "calibrate FILE", "dump FILE -o tree",
    ]

    /// The words of a command, with a link of a fitting name to what stands for the file.
    private func words(of command: String, file: String) throws -> [String] {
        // A scene, a trace and a plugin are told apart by their names.
        let ending = ["check", "run F", "run --scene", "compare", "size"].contains { command.hasPrefix($0) }
        let name = "input" + (ending ? ".yaml" : "")
        try? FileManager.default.removeItem(atPath: scratch.path(name))
        try FileManager.default.createSymbolicLink(atPath: scratch.path(name), withDestinationPath: file)
        if command.contains("SUBMISSION") {
            try FileManager.default.createDirectory(
                atPath: scratch.path("submitted"), withIntermediateDirectories: true)
            let list = scratch.path("submitted/submission.json")
            try? FileManager.default.removeItem(atPath: list)
            try FileManager.default.createSymbolicLink(atPath: list, withDestinationPath: file)
        }
        if command.contains("good.db"), !scratch.contains("good.db") { try makeStore() }
        let places = ["FILE": name, "SUBMISSION": "submitted"]
        return command.split(separator: " ").map { places[String($0)] ?? String($0) }
    }

    /// A store with one run.
    private func makeStore() throws {
        try scratch.write("summary: s\nplugins: [secure-heap.so]\nseeds: 1\n", to: "grid.yaml")
        for words in [
            ["sweep", "plan", "grid.yaml", "-o", "good.jsonl"],
            ["sweep", "run", "good.jsonl", "--store", "good.db"],
        ] {
            let (status, said) = try run(words)
            try #require(status < 2, "\(said)")
        }
    }

    /// Runs with an address space that a reader without a bound would not fit in.
    private func run(_ words: [String]) throws -> (status: Int32, said: String) {
        let process = try Devemu.start(
            ["timeout", "-s", "KILL", "60", Devemu.binary] + words, in: scratch.folder, environment: [:],
            output: scratch.path("out"), error: scratch.path("err"))
        let status = try Devemu.wait(for: process)
        return (status, String(decoding: try scratch.bytes(of: "err"), as: UTF8.self))
    }

    @Test(arguments: commands)
    func `a device, a folder and a socket are refused in a line`(command: String) throws {
        try scratch.write("", to: "plan.jsonl")
        try FileManager.default.createDirectory(
            atPath: scratch.path("folder"), withIntermediateDirectories: false)
        let socket = boundSocket(at: scratch.path("socket"))
        defer { close(socket) }
        var kinds = [
            "/dev/zero": "a device", scratch.path("folder"): "a folder", scratch.path("socket"): "a socket",
        ]
        // A capture is a folder.
        if command.hasPrefix("import") { kinds[scratch.path("folder")] = nil }
        for (file, what) in kinds.sorted(by: { $0.key < $1.key }) {
            let (status, said) = try run(try words(of: command, file: file))
            #expect([64, 65].contains(status), "\(what): \(said)")
            #expect(said.split(separator: "\n").count == 1, "\(what): \(said)")
        }
    }

    /// A socket in the file system.
    private func boundSocket(at path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        return descriptor
    }

    @Test(arguments: commands)
    func `20 GiB of nothing are refused before they are read`(command: String) throws {
        try scratch.write("", to: "plan.jsonl")
        try scratch.write("", to: "sparse")
        #expect(truncate(scratch.path("sparse"), 20 << 30) == 0)
        let (status, said) = try run(try words(of: command, file: scratch.path("sparse")))
        #expect([64, 65].contains(status), "\(said)")
        #expect(said.split(separator: "\n").count == 1, "\(said)")
    }

    @Test(arguments: ["costs", "state", "device_tree", "plugin"])
    func `what a scene names is a regular file`(key: String) throws {
        #expect(mkfifo(scratch.path("fifo"), 0o600) == 0)
        for file in ["/dev/zero", scratch.path("fifo"), scratch.folder] {
            let machine = key == "plugin" ? "" : "machine: {\(key): \"\(file)\"}\n"
            let plugin = key == "plugin" ? file : "camera.so"
            try scratch.write(
                "summary: s\n\(machine)devices: [{name: cam, plugin: \"\(plugin)\"}]\n", to: "scene.yaml")
            for command in ["run", "check", "compare"] {
                let (status, said) = try run([command, "scene.yaml"])
                #expect(status == 65 || key == "plugin" && status == 69, "\(file): \(said)")
            }
        }
    }

    @Test func `a pipe on the command line is read to its end`() throws {
        #expect(mkfifo(scratch.path("scene.yaml"), 0o600) == 0)
        try scratch.write("summary: s\ndevices: [{name: cam, plugin: camera.so}]\n", to: "text")
        let writer = try Devemu.start(
            ["sh", "-c", "cat text > scene.yaml"], in: scratch.folder, environment: [:],
            output: scratch.path("o"), error: scratch.path("e"))
        let (status, said) = try run(["check", "scene.yaml"])
        #expect(status == 0, "\(said)")
        #expect(try Devemu.wait(for: writer) == 0)
    }

    @Test func `a FIFO that no program writes to ends with a line`() throws {
        #expect(mkfifo(scratch.path("scene.yaml"), 0o600) == 0)
        let (status, said) = try run(["check", "scene.yaml"])
        #expect(status == 65)
        #expect(
            said
                == "devemu: scene.yaml: no program writes to this pipe; start that first, or give a file\n")
    }

    @Test func `standard input without an end is refused at its bound`() throws {
        let outcome = try Devemu.run("check", "-", input: "/dev/zero")
        #expect(outcome.status == 65)
        #expect(
            outcome.standardError == "devemu: -: has more than 16777216 bytes; a scene has at most 16777216\n"
        )
    }

    @Test(.enabled(if: Fixture.hasDTC))
    func `a device tree source that includes an endless file is refused`() throws {
        try scratch.write("/dts-v1/;\n/ { data = /incbin/(\"/dev/zero\"); };\n", to: "board.dts")
        let (status, said) = try run(["areas", "board.dts"])
        #expect(status == 65, "\(said)")
        #expect(said.split(separator: "\n").count == 1, "\(said)")
    }
}
