import Foundation
import TestSupport
import Testing

/// The display's operations.
@Suite struct DisplayTests {
    private func display(_ events: String..., area: String = "160M", parameters: String = "frames: 6")
        -> PluginScene
    {
        PluginScene(plugin: "display", area: area, parameters: parameters, events: events)
    }

    @Test(arguments: [2, 3])
    func `a mode set shows every picture, without an underrun`(buffers: Int) throws {
        let run = try display(
            "t: 0s, op: modeset, with: {buffers: \(buffers)}", "t: 1s, op: off"
        ).run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["primary \(buffers)"])
        #expect(run.peakPages == buffers * 2025)
        // The first picture and six more, each drawn and then scanned out.
        #expect(device.framesDelivered == 2 * 7)
        #expect(device.framesDropped == 0)
        #expect(device.underruns == 0)
        // The last one is shown until the end.
        #expect(device.framesRepeated > 40)
        run.expectCleanDevices()
    }

    @Test func `a single buffer is drawn once and scanned out`() throws {
        let run = try display("t: 0s, op: modeset, with: {buffers: 1}", "t: 1s, op: off").run()
        #expect(run.devices.first?.framesDelivered == 2)
        #expect(run.devices.first?.underruns == 0)
    }

    @Test(arguments: [("modeset", 3 * 8100), ("hotplug", 2 * 2025 + 3 * 8100)])
    func `another monitor has its buffers allocated while the old ones are scanned out, a mode set has not`(
        operation: String, pages: Int
    ) throws {
        let run = try display(
            "t: 0s, op: modeset", "t: 1s, op: \(operation), with: {mode: uhd, buffers: 3}", "t: 2s, op: off"
        ).run()
        #expect(run.devices.first?.gathered == ["primary 2", "primary 3"])
        #expect(run.peakPages == pages)
        #expect(run.devices.first?.underruns == 0)
        run.expectCleanDevices()
    }

    @Test func `without memory for the new monitor the old picture stays`() throws {
        let run = try display(
            "t: 0s, op: modeset", "t: 1s, op: hotplug, with: {mode: uhd, buffers: 3}", area: "64M"
        ).run(status: 2)
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["primary 2", "primary 1"])
        // It is still on, which is a leak.
        #expect(device.pagesHeldAtExit == 2 * 2025)
        #expect(run.log.map(\.text) == ["primary: 1 of 3 buffers of 8100 pages: error -12"])
    }

    @Test func `a storm of monitors leaves nothing behind`() throws {
        let run = try display("t: 0s, op: storm, with: {cycles: 2, frames: 2}", "t: 9s, op: off").run()
        let device = try #require(run.devices.first)
        #expect(
            device.gathered
                == Array(repeating: ["primary 2", "cursor 1", "object 1"], count: 8).flatMap { $0 })
        // UHD beside 1080p, two cursors while one replaces the other, objects of 16, 32 and 48 pages.
        #expect(run.peakPages >= 2 * 8100 + 2 * 2025)
        #expect(device.underruns == 0)
        run.expectCleanDevices()
    }

    @Test func `an overlay is scanned out beside the primary plane`() throws {
        let run = try display(
            "t: 0s, op: modeset", "t: 500ms, op: overlay", "t: 1s, op: off"
        ).run()
        #expect(run.devices.first?.gathered == ["primary 2", "overlay 3"])
        #expect(run.peakPages == 2 * 2025 + 3 * 760)
        run.expectCleanDevices()
    }

    @Test(arguments: [("linear", 8100), ("afbc", 8227), ("afbc-tiled", 8288)])
    func `compression costs memory`(compression: String, pages: Int) throws {
        let run = try display(
            "t: 0s, op: modeset, with: {mode: uhd, buffers: 3, compression: \(compression)}", "t: 1s, op: off"
        ).run()
        #expect(run.peakPages == 3 * pages)
    }

    @Test func `the note in the repository is the one that its text makes`() throws {
        let scratch = try Scratch()
        let folder = Devemu.root + "/Plugins/display"
        try scratch.run(
            "sh", "-c",
            "sh \(folder)/generate-note.sh \(Fixture.headers)/devemu/plugin.h <\(folder)/note.txt >Note.swift"
        )
        let made = String(decoding: try scratch.bytes(of: "Note.swift"), as: UTF8.self)
        let kept = try String(contentsOfFile: folder + "/Note.swift", encoding: .utf8)
        #expect(made == kept)
    }
}
