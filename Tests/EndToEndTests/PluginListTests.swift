import Foundation
import TestSupport
import Testing

/// `devemu plugin list`: what can be named, and what cannot run.
@Suite struct PluginListTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func list(_ more: String..., path: [String] = []) throws -> Devemu.Outcome {
        try Devemu.run(
            ["plugin", "list"] + more, in: scratch.folder,
            environment: ["DEVEMU_PLUGIN_PATH": path.joined(separator: ":")])
    }

    @Test func `the shipped plugins are a line each, with kind, version and summary`() throws {
        let outcome = try list()
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        let lines = outcome.text.split(separator: "\n")
        #expect(
            lines.map { $0.prefix { $0 != " " } } == [
                "camera.so", "codec.so", "display.so", "secure-heap.so",
            ])
        #expect(
            lines[0]
                == "camera.so       workload  1.0  capture device with preview, stills, bursts and zero shutter lag"
        )
    }

    @Test func `a strategy is one, and a file that is refused says why`() throws {
        _ = try Fixture.build("strategy_first_fit", in: scratch)
        try scratch.write("no", to: "broken.so")
        let lines = try list().text.split(separator: "\n")
        #expect(
            lines[0]
                == "broken.so              refused        is not an ELF file; give the path of a shared object"
        )
        #expect(lines.contains { $0.hasPrefix("strategy_first_fit.so  strategy  ") })
        let json = try list("--format", "json").json()
        #expect(json["schema"] as? String == "devemu.plugins/1")
        let plugins = try #require(json["plugins"] as? [[String: Any]])
        #expect(plugins.map { $0["name"] as? String ?? "" }.sorted() == plugins.map { $0["name"] as? String })
        #expect(plugins[0]["refusal"] as? String == "is not an ELF file; give the path of a shared object")
        #expect(plugins[0]["kind"] == nil)
        #expect(plugins[1]["id"] as? String == "org.devemu.camera")
        let strategy = plugins.first { $0["path"] as? String == "strategy_first_fit.so" }
        #expect(strategy?["kind"] as? String == "strategy")
    }

    @Test func `of two with a name the one that would run is listed`() throws {
        let (first, second) = (scratch.path("first"), scratch.path("second"))
        for folder in [first, second] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        }
        try scratch.write("no", to: "second/libcamera.so")
        _ = try Fixture.build("parameters", in: scratch, output: "first/camera.so")
        let json = try list("--format", "json", path: [first, second]).json()
        let plugins = try #require(json["plugins"] as? [[String: Any]])
        #expect(plugins.count { $0["name"] as? String == "camera.so" } == 1)
        #expect(plugins[0]["path"] as? String == first + "/camera.so")
        #expect(plugins[0]["id"] as? String == "org.example.parameters")
    }

    @Test func `a folder of the path that is not there is no mistake`() throws {
        #expect(try list(path: [scratch.path("absent")]).text == list().text)
    }
}
