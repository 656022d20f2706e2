import Foundation
import TestSupport
import Testing

/// `make install` into a folder of the test's own, with the build that is there.
@Suite struct InstallTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.path("man"), withIntermediateDirectories: false)
        try scratch.write(".Dt DEVEMU 1\n", to: "man/devemu.1")
    }

    private func make(_ target: String, prefix: String, stage: String = "") throws {
        try scratch.run(
            "make", "-C", Devemu.root, target, "BUILT=" + Devemu.products, "MAN=" + scratch.path("man"),
            "PREFIX=" + prefix, "DESTDIR=" + stage)
    }

    private func files(in folder: String) throws -> Set<String> {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return Set(
            paths.filter { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            })
    }

    /// A shell command in the scratch folder, with the installed devemu and its pkg-config file.
    private func shell(_ command: String, prefix: String) throws -> Devemu.Outcome {
        let path = "\(prefix)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let process = try Devemu.start(
            ["sh", "-c", command], in: scratch.folder,
            environment: ["PATH": path, "PKG_CONFIG_PATH": prefix + "/share/pkgconfig"],
            output: scratch.path("out"), error: scratch.path("err"))
        return Devemu.Outcome(
            status: try Devemu.wait(for: process), standardOutput: Data(try scratch.bytes(of: "out")),
            standardError: String(decoding: try scratch.bytes(of: "err"), as: UTF8.self))
    }

    @Test(.enabled(if: Fixture.tool(["pkg-config"]) != nil, "no pkg-config here"))
    func `a C file far from the sources builds with pkg-config and runs with the installed devemu`() throws {
        let prefix = scratch.path("usr")
        try make("install", prefix: prefix)
        try scratch.write(
            """
            #include <devemu/plugin.h>
            #include <devemu/video_queue.h>
            DEVEMU_PLUGIN_NOTE("id=org.example.far\\0" "version=3\\0" "license=MIT\\0" "summary=is far\\0"
                               "entry=far_run:i32(ptr host)\\0")
            DEVEMU_EXPORT int32_t far_run(const struct devemu_host *host) { return devemu_attach(host); }

            """, to: "far.c")
        let compiler = try #require(Fixture.cCompiler)
        let built = try shell(
            "\(compiler) -Wall -Werror $(pkg-config --cflags devemu) -shared -fPIC -o far.so far.c",
            prefix: prefix)
        #expect(built.status == 0)
        #expect(built.standardError == "")
        let ran = try shell("devemu run far.so", prefix: prefix)
        #expect(ran.status == 0)
        #expect(ran.text.hasPrefix("org.example.far 3\n"))
        #expect(
            try shell("pkg-config --modversion devemu && devemu --version", prefix: prefix).text
                .split(separator: "\n").map { $0.split(separator: " ").last } == ["0.1.0", "0.1.0"])
    }

    @Test func `the installed devemu finds its plugins, and runs its scenes, without the sources`() throws {
        let prefix = scratch.path("usr")
        try make("install", prefix: prefix)
        let list = try shell("devemu plugin list", prefix: prefix)
        #expect(
            list.text.split(separator: "\n").map { $0.prefix { $0 != " " } }
                == ["camera.so", "codec.so", "display.so", "secure-heap.so"])
        let scene = try shell("devemu check \(prefix)/share/devemu/Workloads/quick.yaml", prefix: prefix)
        #expect(scene.status == 0)
        let place = try shell("devemu plugin inspect camera.so | grep file", prefix: prefix)
        #expect(place.text == "  file      \(prefix)/lib/devemu/camera.so\n")
    }

    @Test func `a staged installation has everything in its place and knows where it will be`() throws {
        let stage = scratch.path("stage")
        try make("install", prefix: "/opt/devemu", stage: stage)
        let files = try files(in: stage + "/opt/devemu")
        for file in [
            "bin/devemu", "lib/devemu/camera.so", "include/devemu/plugin.h", "include/devemu/video_queue.h",
            "share/pkgconfig/devemu.pc", "share/man/man1/devemu.1", "share/man/man5/devemu-scene.5",
            "share/devemu/Templates/c-workload/workload.c", "share/devemu/Templates/swift/generate-note.sh",
            "share/devemu/Workloads/quick.yaml", "share/bash-completion/completions/devemu",
            "share/zsh/site-functions/_devemu", "share/fish/vendor_completions.d/devemu.fish",
        ] {
            #expect(files.contains(file), "\(file)")
        }
        let description = String(
            decoding: try scratch.bytes(of: "stage/opt/devemu/share/pkgconfig/devemu.pc"), as: UTF8.self)
        #expect(description.hasPrefix("prefix=/opt/devemu\n"))
    }

    @Test func `uninstall takes everything that install put there, and nothing else`() throws {
        let prefix = scratch.path("usr")
        try make("install", prefix: prefix)
        try scratch.write("mine", to: "usr/bin/other")
        try scratch.write("mine", to: "usr/share/man/man1/other.1")
        try make("uninstall", prefix: prefix)
        #expect(try files(in: prefix) == ["bin/other", "share/man/man1/other.1"])
    }
}
