import Foundation
import TestSupport
import Testing

/// Entry points that take and return records.
@Suite struct RecordTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `records of the command line arrive by value`() throws {
        let plugin = try Fixture.build("records", in: scratch)
        func line(_ more: String...) throws -> String? {
            try Devemu.run(["run", plugin, "--format", "json"] + more).story().first
        }
        #expect(try line() == "0: 640x480 0.50 -3 1.25 18446744073709551615")
        #expect(
            try line("--set", "size=1280,720", "--set", "mixed=-1e3,127,0.25,7")
                == "0: 1280x720 -1000.00 127 0.25 7")
        let wrong = try Devemu.run("run", plugin, "--set", "size=1280")
        #expect(wrong.status == 64)
        #expect(
            wrong.standardError
                == "devemu: --set size: '1280' is no {u32,u32}; write 2 numbers with commas between\n")
        #expect(
            try Devemu.run("plugin", "inspect", plugin).text.contains("  size=640,480 ")
        )
    }

    @Test func `so do those of a scene`() throws {
        _ = try Fixture.build("records", in: scratch)
        let scene = """
            summary: records
            devices: [{name: it, plugin: records.so, params: {size: "16,9"}}]
            events: [{t: 1ms, device: it, op: show}, {t: 2ms, device: it, op: show, with: {size: "4,3"}}]

            """
        let file = try scratch.write(scene, to: "scene.yaml")
        #expect(
            try Devemu.run("run", file, "--format", "json").story() == [
                "1: it: 16x9 0.50 -3 1.25 18446744073709551615",
                "2: it: 4x3 0.50 -3 1.25 18446744073709551615",
            ])
    }
}
