import Foundation
import TestSupport
import Testing

/// Runs with several instances for the eye.
@Suite struct SceneTextTests {
    private let fixture: SceneFixture

    init() throws { fixture = try SceneFixture() }

    /// Each line fits a terminal, and labels stand in one column.
    private func checkShape(_ text: String) {
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
            let isLabelled = line.hasPrefix("  ") && !line.hasPrefix("  [")
            if isLabelled {
                #expect(line.dropFirst(11).first == " " && line.dropFirst(12).first != " ", "\(line)")
            }
        }
    }

    @Test func `the header has the scene's name, its summary and the plugins`() throws {
        let text = try fixture.run(["run", "quick.yaml", "--pins", "0"]).text
        checkShape(text)
        #expect(
            text.hasPrefix(
                """
                quick: two recorders and a camera on two areas
                  plugins   2 x org.example.op-recorder 1.0, org.devemu.camera 1.0
                  machine   512 MiB, 2 areas, seed 1

                """))
        #expect(text.contains("\ncamera\n  area      secure\n  strategy  bulk\n  buffers   3 of 3"))
        #expect(text.contains("\nsecure\n  memory    32 MiB at 480 MiB\n  area      "))
        #expect(text.contains("\n  late      recorder.2: 2 of 5 operations, at most 8.00 ms\n"))
        #expect(text.contains("\n  [ 10.0 ms] recorder.1: recorder.1 step 1\n"))
        // Who asked for nothing has no table, only a sentence.
        #expect(!text.contains("\nrecorder.1\n"))
        #expect(text.contains("\nrecorder.1 asked for no buffers.\n"))
        #expect(text.components(separatedBy: "mostly held by devices").count == 2)
    }

    @Test func `a scene after a warm-up says when it began`() throws {
        let text = try fixture.run(["run", "quick.yaml", "--writers", "1", "--warm-up", "2"]).text
        #expect(text.contains("\n  begins    at 2.00 s of the clock\n"))
    }

    @Test func `many devices are a list with one verdict`() throws {
        let scene = """
            summary: a crowd
            machine: {areas: [{name: a, size: 128M}], pins: 0}
            devices:
              - {name: camera, plugin: camera.so, count: 9, params: {width: 320}}
              - {name: greedy, plugin: camera.so, params: {buffers: 32, min_buffers: 32, width: 3840}}
            """
        try fixture.scratch.write(scene, to: "own.yaml")
        let outcome = try fixture.run(["run", "own.yaml"])
        #expect(outcome.status == 1)
        let lines = outcome.text.split(separator: "\n")
        let heading = try #require(lines.firstIndex { $0.hasPrefix("device ") })
        let rows = lines[heading...heading + 10]
        #expect(Set(rows.map(\.count)).count == 1)
        #expect(rows.dropFirst().allSatisfy { $0.hasPrefix("camera.") || $0.hasPrefix("greedy ") })
        #expect(lines.last == "1 of 10 devices are not satisfied: greedy")
        #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("  [") })
    }
}
