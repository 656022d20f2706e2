import Foundation
import TestSupport
import Testing

/// `devemu plugin inspect`: what a plugin's file says, without loading it.
@Suite struct InspectTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `the camera's card names its entry and every parameter with default and range`() throws {
        let outcome = try Devemu.run("plugin", "inspect", "camera.so")
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        #expect(outcome.text.hasPrefix("org.devemu.camera 1.0\n  does      capture device "))
        #expect(outcome.text.contains("\n  licence   Apache-2.0\n"))
        #expect(outcome.text.contains("\n  entry     camera_run: i32(ptr host, "))
        #expect(outcome.text.contains(/\n  order=4 +a chunk is 2\^order pages \(u32, 0\.\.10\)\n/))
    }

    @Test func `JSON has schema devemu.plugin/1 and the note's fields`() throws {
        let plugin = try Fixture.build("parameters", in: scratch)
        let card = try Devemu.run("plugin", "inspect", plugin, "--format", "json").json()
        #expect(card["schema"] as? String == "devemu.plugin/1")
        #expect(card["file"] as? String == plugin)
        #expect(card["id"] as? String == "org.example.parameters")
        #expect(card["version"] as? String == "2.5")
        #expect(card["license"] as? String == "MIT")
        #expect(card["abi"] as? Int == 2)
        #expect(card["abi_min"] as? Int == 2)
        let entries = try #require(card["entries"] as? [[String: String]])
        #expect(
            entries == [
                ["symbol": "show", "signature": "i32(f64 ratio, ptr host, i8 shift, cstr name, u64 big)"]
            ])
        let parameters = try #require(card["parameters"] as? [[String: String]])
        #expect(parameters.map { $0["name"] } == ["ratio", "shift", "name", "big"])
        #expect(parameters[1]["range"] == "-8..7")
        #expect(parameters[2]["default"] == "nobody")
    }

    @Test func `a strategy is said to be one, and what it is for`() throws {
        let plugin = try Fixture.build("strategy_first_fit", in: scratch)
        #expect(
            try Devemu.run("plugin", "inspect", plugin).text.contains(
                "\n  kind      strategy, for --strategy\n"))
        #expect(
            try Devemu.run("plugin", "inspect", plugin, "--format", "json").json()["kind"] as? String
                == "strategy")
    }

    @Test func `a plugin with constructors is said to have them`() throws {
        let text = try Devemu.run("plugin", "inspect", try Fixture.build("marker", in: scratch)).text
        #expect(text.contains("  on load   runs code of its own: 1 constructor, 0 destructors\n"))
    }

    @Test func `the libraries and versions that a plugin is linked to are named with their files`() throws {
        let plugin = try Fixture.build("marker", in: scratch)
        let card = try Devemu.run("plugin", "inspect", plugin, "--format", "json").json()
        let libraries = try #require(card["libraries"] as? [[String: Any]])
        let library = try #require(libraries.first { $0["name"] as? String == "libc.so.6" })
        #expect((library["path"] as? String)?.hasPrefix("/") == true)
        let versions = try #require(library["versions"] as? [String])
        #expect(versions.allSatisfy { $0.hasPrefix("GLIBC_") } && !versions.isEmpty)
        #expect(card["constructors"] as? Int == 1)
        #expect(card["destructors"] as? Int == 0)
        let text = try Devemu.run("plugin", "inspect", plugin).text
        #expect(text.contains(/\n  needs     .*libc\.so\.6 \(GLIBC_[0-9.]+\)/))
    }

    @Test func `what a plugin should not ask of the dynamic linker is a line each, with what to do`() throws {
        let plain = try Fixture.build(
            "parameters", in: scratch, flags: ["-shared", "-Wl,-z,noexecstack,-z,relro"], output: "plain.so")
        #expect(!(try Devemu.run("plugin", "inspect", plain).text.contains("  careful ")))
        let plugin = try Fixture.build(
            "parameters", in: scratch,
            flags: ["-shared", "-Wl,-z,execstack,-z,norelro", "-ftls-model=initial-exec"])
        let outcome = try Devemu.run("plugin", "inspect", plugin)
        #expect(outcome.status == 0)
        #expect(
            outcome.text.split(separator: "\n").filter { $0.hasPrefix("  careful ") } == [
                "  careful   makes stacks executable; link it with -z noexecstack",
                "  careful   leaves its tables writable; link it with -z relro",
                "  careful   its thread-local data takes static space; do not compile it with "
                    + "-ftls-model=initial-exec",
            ])
        let card = try Devemu.run("plugin", "inspect", plugin, "--format", "json").json()
        #expect(card["executable_stack"] as? Bool == true)
        #expect(card["text_relocations"] as? Bool == false)
        #expect(card["relro"] as? String == "none")
        #expect(card["static_tls"] as? Bool == true)
        #expect((card["exports"] as? [String: Any])?["count"] as? Int == 0)
    }

    @Test(arguments: ["camera.so", "codec.so", "display.so", "secure-heap.so"])
    func `a plugin built by plain make is the same`(name: String) throws {
        let (c, cxx) = (try #require(Fixture.cCompiler), try #require(Fixture.cxxCompiler))
        try scratch.run("cp", "-r", Devemu.root + "/Plugins", scratch.path("Plugins"))
        try scratch.run(
            "make", "-C", scratch.path("Plugins"), "-B", name, "CC=\(c)", "CXX=\(cxx)",
            "HEADERS=\(Fixture.headers)")
        let plain = scratch.path("Plugins/" + name)
        var cards = try [plain, name].map {
            try Devemu.run("plugin", "inspect", $0, "--format", "json").json()
        }
        let ofTheLinker = [
            "file", "bytes", "content_hash", "build_id", "needs", "libraries", "has_constructors",
            "constructors", "destructors", "exports", "relro",
        ]
        for key in ofTheLinker {
            for card in cards.indices { cards[card][key] = nil }
        }
        #expect(NSDictionary(dictionary: cards[0]) == NSDictionary(dictionary: cards[1]))
        #expect(try Devemu.run("run", plain).text == Devemu.run("run", name).text)
    }
}
