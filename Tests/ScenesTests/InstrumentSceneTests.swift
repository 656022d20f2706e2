import Scenes
import Testing

@Suite struct InstrumentSceneTests {
    private func scene(_ more: String, _ overrides: (String, String)...) throws -> Scene {
        let text = "summary: s\ndevices: [{name: camera, plugin: camera.so}]\n" + more
        return try Scene(parsing: Array(text.utf8), overrides: overrides.map { (path: $0.0, value: $0.1) })
    }

    @Test func `a scene that says nothing about host calls has no instruments`() throws {
        let scene = try scene("")
        #expect(scene.instrument == nil)
        #expect(!scene.configurationLines().contains { $0.path.hasPrefix("instrument") })
    }

    @Test func `rules are taken as they are written, with their places`() throws {
        let scene = try scene("instrument:\n  inject: [fail it, 'delay that']\n")
        let instrument = try #require(scene.instrument)
        #expect(!instrument.hostCalls)
        #expect(instrument.rules.map(\.text) == ["fail it", "delay that"])
        #expect(instrument.rules.map(\.origin) == [.file(line: 4, column: 12), .file(line: 4, column: 21)])
        let lines = scene.configurationLines().filter { $0.path.hasPrefix("instrument") }
        #expect(
            lines.map(\.path) == ["instrument.host_calls", "instrument.inject[0]", "instrument.inject[1]"])
    }

    @Test func `overrides replace what is there`() throws {
        let scene = try scene(
            "instrument: {host_calls: no, inject: [a]}\n", ("instrument.host_calls", "yes"),
            ("instrument.inject[0]", "b"))
        #expect(scene.instrument?.hostCalls == true)
        #expect(scene.instrument?.rules.map(\.text) == ["b"])
        #expect(try scene != self.scene("instrument: {host_calls: yes, inject: [a]}\n"))
    }
}
