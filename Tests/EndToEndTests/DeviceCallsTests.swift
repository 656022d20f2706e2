import Foundation
import TestSupport
import Testing

/// What devices do with their buffers: limits, streams, jobs and the CPU's view. The fixtures themselves
/// check each answer.
@Suite struct DeviceCallsTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// - Parameter broken: whether rules are broken, which is exit code 2 and a line that names the first.
    private func devices(
        _ fixture: String, _ more: String..., broken: Bool = false
    ) throws -> [[String: Any]] {
        let outcome = try Devemu.run(
            ["run", try Fixture.build(fixture, in: scratch), "--format", "json"] + more)
        #expect(outcome.complaints.count == (broken ? 1 : 0))
        #expect(outcome.standardError.contains(" broke ") == broken)
        try #require(outcome.status == (broken ? 2 : 0))
        return try #require(try outcome.json()["devices"] as? [[String: Any]])
    }

    @Test func `pieces and planes make buffers, within what the DMA can address`() throws {
        let device = try #require(try devices("segments", broken: true).first)
        #expect(device["buffers_got"] as? Int == 2)
        #expect(device["size_mismatched_releases"] as? Int == 0)
        let violations = try #require(device["violations"] as? [String])
        #expect(violations.count == 2)
        #expect(violations[0].hasPrefix("pieces: DMA segments: plane 0 has 3, at most 2 are possible, at "))
        #expect(violations[1].hasPrefix("pieces: DMA mask: plane 0, segment 0 ends at 0x"))
        let sets = try #require(device["sets"] as? [[String: Any]])
        #expect(sets.map { $0["name"] as? String } == ["pieces"])
        #expect(sets[0]["got"] as? Int == 2 && sets[0]["wanted"] as? Int == 3)
    }

    /// 20 frames and the one that was under way; the display shows each of its ten.
    @Test(arguments: ["none", "memory"])
    func `frames are delivered at their instants, with bytes and without`(backing: String) throws {
        let more = backing == "memory" ? ["--backing", "memory"] : []
        let outcome = try Devemu.run(
            ["run", try Fixture.build("streams", in: scratch), "--format", "json"] + more)
        #expect(outcome.standardError == "")
        #expect(outcome.status == 0)
        let devices = try #require(try outcome.json()["devices"] as? [[String: Any]])
        #expect(devices.map { $0["name"] as? String } == ["isp", "panel"])
        #expect(devices[0]["frames_delivered"] as? Int == 20)
        #expect(devices[0]["frames_dropped"] as? Int == 0)
        #expect(devices[1]["frames_delivered"] as? Int == 10)
        #expect(devices[1]["underruns"] as? Int == 1)
        for device in devices {
            #expect(device["frames_damaged"] as? Int == 0)
            #expect(device["violation_count"] as? Int == 0)
            #expect(device["pages_held_at_exit"] as? Int == 0)
        }
        let text = try Devemu.run(["run", scratch.path("streams.so")] + more).text
        #expect(text.contains("\n  frames    20 delivered, 0 dropped, 0 underruns\n"))
        #expect(text.contains("\n  worst     64 pages held at "))
        #expect(text.contains(": isp 32, panel 32\n"))
    }

    @Test func `jobs take their time, and move bytes where there are some`() throws {
        let device = try #require(try devices("jobs").first)
        #expect(device["frames_delivered"] as? Int == 10)
        let backed = try #require(try devices("jobs", "--backing", "memory").first)
        #expect(backed["frames_delivered"] as? Int == 11)
        #expect(backed["frames_damaged"] as? Int == 0)
        let log = try Devemu.run("run", scratch.path("jobs.so"), "--backing", "memory").text
        #expect(log.contains("pages have bytes"))
    }

    @Test func `a buffer released under its device, half of it, is told with its name`() throws {
        let device = try #require(try devices("uses_after_release", broken: true).first)
        #expect(device["frames_damaged"] as? Int == 1)
        #expect(device["size_mismatched_releases"] as? Int == 1)
        #expect(device["violation_count"] as? Int == 3)
        let violations = try #require(device["violations"] as? [String])
        #expect(violations[0].contains("which splits the allocation of 16 pages at pfn "))
        #expect(violations[1].hasPrefix("buffers: buffer 0: use after release: "))
        #expect(violations[2].hasPrefix("buffers: buffer 0: used although its pages were released, at "))
        let leaks = try #require(device["leaks"] as? [[String: Any]])
        #expect(leaks.map { $0["pages"] as? Int } == [6])
        #expect(leaks[0]["set"] as? String == "buffers" && leaks[0]["buffer"] as? Int == 0)
        let outcome = try Devemu.run("run", scratch.path("uses_after_release.so"), "--backing", "memory")
        #expect(outcome.status == 2)
        let text = outcome.text
        #expect(text.contains("\n  frames    1 delivered, 3 dropped, 0 underruns, 1 damaged\n"))
        #expect(
            text.contains("\n  leak      6 pages never released\n            6 of them buffer 0 of buffers\n")
        )
        #expect(text.contains("\n  violation buffers: buffer 0: use after release: "))
    }

    @Test func `the record of the worst moment and of the area's course is in every run`() throws {
        let run = try Devemu.run("run", "camera.so", "--format", "json").json()
        let area = try #require((run["areas"] as? [[String: Any]])?.first)
        let peak = try #require(area["peak"] as? [String: Any])
        #expect(peak["held_pages"] as? Int == 192 * 16)
        #expect((peak["by"] as? [[String: Any]])?.count == 1)
        let series = try #require(area["series"] as? [[String: Any]])
        #expect(series.first?["held_pages"] as? Int == 192 * 16)
        #expect(try !Devemu.run("run", "camera.so").text.contains("  worst "))
    }
}
