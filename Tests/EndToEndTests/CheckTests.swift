import Foundation
import TestSupport
import Testing

/// `devemu check`: every problem of a scene, without running it.
@Suite struct CheckTests {
    private let fixture: SceneFixture

    init() throws { fixture = try SceneFixture() }

    private func check(_ scene: String, _ more: String...) throws -> Devemu.Outcome {
        try fixture.scratch.write(scene, to: "own.yaml")
        return try fixture.run(["check", "own.yaml"] + more)
    }

    @Test func `a good scene is ok, with what is in it`() throws {
        let outcome = try fixture.run(["check", "quick.yaml"])
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        #expect(outcome.text == "quick.yaml: ok, 3 devices, 2 plugins, 11 operations, 2 areas\n")
    }

    @Test func `each problem is a line, all of them, once`() throws {
        let outcome = try check(
            """
            summary: wrong in many ways
            devices:
              - {name: recorder, plugin: recorder.so, count: 3, params: {mz: 1, ms: -1}}
              - {name: absent, plugin: absent.so}
              - {name: camera, plugin: camera.so, strategy: norml}
            events:
              - {t: 1s, device: recorder, op: stepp, every: 1s, times: 5}
              - {t: 1s, device: recorder, op: step, with: {word: x}}
            """)
        #expect(outcome.status == 65)
        #expect(outcome.text == "")
        let lines = outcome.standardError.split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines[0].hasPrefix("devemu: own.yaml:4:28: absent.so: no such plugin here, nor in "))
        #expect(
            lines.dropFirst().map { $0.dropFirst("devemu: ".count) } == [
                "own.yaml:5:49: no strategy 'norml'; did you mean normal?",
                "own.yaml:3:66: no parameter 'mz'; did you mean ms?",
                "own.yaml:3:73: ms: -1 does not fit u32, which holds 0..4294967295",
                "own.yaml:7:35: no operation 'stepp'; did you mean step?",
                "own.yaml:8:54: operation 'step' takes no word; it takes ms, result, quiet, pages",
            ])
    }

    @Test func `wrong keys, wrong values and what is wrong with plugins are told together`() throws {
        let outcome = try check(
            """
            sumary: every kind of mistake
            machine: {cpu: 2, pins: many, fill: 101%}
            background: {writers: 65}
            devices:
              - {name: camera, plugin: camera.so, params: {widht: 3}, prority: 1}
              - {name: Screen, plugin: camera.so}
            events:
              - {t: soon, device: camera, op: capture}
              - {t: 1s, device: Screen, op: capture}
              - {t: 1s, device: camra, op: capture}
              - {t: 1s, device: camera, op: none}
            """)
        #expect(outcome.status == 65)
        #expect(outcome.text == "")
        let places = outcome.standardError.split(separator: "\n").map { line in
            line.split(separator: ":").prefix(4).joined(separator: ":")
        }
        #expect(
            places == [
                "devemu: own.yaml:1:1", "devemu: own.yaml:2:11",
                "devemu: own.yaml:2:25",
                "devemu: own.yaml:2:37", "devemu: own.yaml:3:23", "devemu: own.yaml:5:59",
                "devemu: own.yaml:6:12", "devemu: own.yaml:8:9", "devemu: own.yaml:10:21",
                "devemu: own.yaml:5:55", "devemu: own.yaml:11:33",
            ])
    }

    @Test func `plugins that would be refused are 69 when nothing else is wrong`() throws {
        try fixture.scratch.write("no plugin", to: "text.so")
        let scene = "summary: s\ndevices: [{name: a, plugin: text.so, count: 2}]\n"
        let outcome = try check(scene)
        #expect(outcome.status == 69)
        #expect(outcome.standardError.hasPrefix("devemu: own.yaml:2:29: text.so: "))
        #expect(outcome.standardError.split(separator: "\n").count == 1)
        #expect(
            try check(scene.replacingOccurrences(of: "}]", with: "}, {name: b, plugin: b.so}]")).status == 65)
    }

    @Test func `nothing of a plugin runs`() throws {
        _ = try Fixture.build("constructor_exit", in: fixture.scratch)
        let outcome = try check("summary: s\ndevices: [{name: a, plugin: constructor_exit.so}]\n")
        #expect(outcome.status == 0)
        #expect(outcome.text == "own.yaml: ok, 1 device, 1 plugin, 1 operation, 1 area\n")
    }

    @Test func `what is no scene has a place too`() throws {
        let outcome = try check("summary: s\ndevices: [{name: a, plugin: a.so}\n")
        #expect(outcome.status == 65)
        #expect(outcome.standardError.hasPrefix("devemu: own.yaml:"))
        #expect(try fixture.run(["check", "absent.yaml"]).status == 66)
        #expect(try fixture.run(["check", "quick.yaml", "--set", "machine.pinz=1"]).status == 64)
    }
}
