import Foundation
import TestSupport
import Testing

/// The scenes in Workloads: what they ask for, and that they run.
@Suite struct WorkloadTests {
    static let folder = Devemu.root + "/Workloads"

    /// A scene whose demand is known: buffers that live at its worst moment, their pages with each plane
    /// in one piece, the MiB that these span at first fit with their alignment, and the 64 KiB chunks that
    /// they are otherwise.
    struct Demand: Sendable, CustomTestStringConvertible {
        var scene: String
        var devices: [String]
        var buffers: Int
        var pages: Int
        var span: Int
        var chunks: Int
        var testDescription: String { scene }

        /// Runs it with nothing else in memory and two pictures for each operation.
        func run(_ memory: String, areas: [String], options: [String] = []) throws -> RunOutline {
            var settings = ["machine.pins=0", "machine.fill=0%", "background.writers=0"] + areas
            for device in devices { settings += ["\(device).memory=\(memory)", "\(device).frames=2"] }
            return try RunOutline.of(
                ["run", "\(WorkloadTests.folder)/\(scene).yaml"] + settings.flatMap { ["--set", $0] }
                    + options,
                status: nil)
        }

        /// Everything in the first area, so large; the secure area of two scenes is put out of the way.
        func areas(_ mebibytes: Int) -> [String] {
            let first = "machine.areas[0].size=\(mebibytes)M"
            switch scene {
            case "secure-playback-4k":
                return [
                    first, "decoder.area=linux,cma", "machine.areas[1].size=4M", "machine.areas[1].base=900M",
                ]
            case "secure-playback-8k":
                return [
                    first, "decoder.area=linux,cma", "machine.areas[1].size=4M", "machine.areas[1].base=3G",
                ]
            default: return [first]
            }
        }
    }

    static let demands = [
        Demand(
            scene: "videoconference", devices: ["ui", "decoder", "camera", "encoder"], buffers: 36,
            pages: 23_988, span: 102, chunks: 1510),
        Demand(
            scene: "playback-1080p", devices: ["ui", "decoder"], buffers: 16, pages: 12_724, span: 50,
            chunks: 798),
        Demand(
            scene: "playback-uhd", devices: ["ui", "decoder"], buffers: 27, pages: 41_821, span: 165,
            chunks: 2617),
        Demand(
            scene: "secure-playback-4k", devices: ["ui", "decoder"], buffers: 19, pages: 81_023, span: 320,
            chunks: 5069),
        Demand(
            scene: "secure-playback-8k", devices: ["ui", "decoder"], buffers: 17, pages: 275_492, span: 1078,
            chunks: 17_223),
        Demand(
            scene: "zsl-burst", devices: ["ui", "camera"], buffers: 15, pages: 42_882, span: 170, chunks: 2687
        ),
        Demand(
            scene: "record-4k", devices: ["ui", "camera", "encoder"], buffers: 24, pages: 56_482, span: 228,
            chunks: 3538),
        Demand(scene: "hotplug", devices: ["ui"], buffers: 5, pages: 28_350, span: 112, chunks: 1775),
    ]

    /// The next multiple of the 4 MiB that an area is made of.
    private func areaSize(_ mebibytes: Int) -> Int { (mebibytes + 3) / 4 * 4 }

    @Test(arguments: demands)
    func `its buffers have just the pages of the table, and fit where the table says`(demand: Demand) throws {
        let size = areaSize(demand.span)
        let fitting = try demand.run("contiguous", areas: demand.areas(size))
        #expect(fitting.peakPages == demand.pages)
        let tooSmall = try demand.run("contiguous", areas: demand.areas(size - 4))
        #expect(tooSmall.peakPages < demand.pages)
    }

    @Test(arguments: demands)
    func `in chunks it takes just those of the table`(demand: Demand) throws {
        let run = try demand.run("chunks", areas: demand.areas(areaSize(demand.span)))
        #expect(run.peakPages == 16 * demand.chunks)
    }

    @Test(arguments: demands)
    func `as many buffers live at the worst moment as the table counts`(demand: Demand) throws {
        let run = try demand.run(
            "contiguous", areas: demand.areas(areaSize(demand.span)), options: ["--history"])
        let peak = try #require(run.areas.first?.peak)
        let history = try #require(run.history?.areas.first)
        try #require(history.requests.leftOut == 0 && history.releases.leftOut == 0)
        // Each buffer is one allocation. The last one's call is still on its way at that moment, and its set is open:
        // pages are held from the instant at which they are taken.
        let living = history.living(at: peak.tNs)
        #expect(living.allocations == demand.buffers)
        #expect(living.pages == peak.heldPages)
    }

    static let shipped = [
        "chunk4800-pins0", "chunk4800-pins100", "chunk4800-pins500", "hotplug", "playback-1080p",
        "playback-uhd", "quick", "record-4k", "resolution-switch", "secure-playback-4k", "secure-playback-8k",
        "still-churn", "videoconference", "zsl-burst",
    ]

    @Test func `every scene is in the list`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
            .filter { $0 != "sweeps" }
        #expect(files == Self.shipped.map { $0 + ".yaml" })
    }

    /// More pins than the chunks that the area has to spare, so that nobody could satisfy the device.
    static let unsatisfiable: Set = ["chunk4800-pins100", "chunk4800-pins500"]

    @Test(arguments: shipped)
    func `it is checked, runs as it is, leaves nothing behind, and again to the same bytes`(scene: String)
        throws
    {
        let file = "\(Self.folder)/\(scene).yaml"
        #expect(try Devemu.run("check", file).status == 0)
        let outcome = try Devemu.run("run", file, "--format", "json")
        #expect(outcome.status == (Self.unsatisfiable.contains(scene) ? 1 : 0))
        let run = try JSONDecoder().decode(RunOutline.self, from: outcome.standardOutput)
        run.expectCleanDevices()
        #expect(run.failures.isEmpty)
        #expect(run.devices.allSatisfy { $0.framesDropped == 0 && $0.underruns == 0 })
        #expect(try Devemu.run("run", file, "--format", "json").standardOutput == outcome.standardOutput)
    }

    @Test(arguments: [0, 100, 500])
    func `each pin costs the load of the debate one chunk`(pins: Int) throws {
        let run = try RunOutline.of(
            ["run", "\(Self.folder)/chunk4800-pins\(pins).yaml"], status: pins == 0 ? 0 : 1)
        let got = try #require(run.devices.first?.buffersGot)
        #expect(got <= 4800)
        #expect(got >= 4800 - pins)
        #expect((got == 4800) == (pins == 0))
    }

    @Test func `frames hold what was written, whatever the machine moves meanwhile`() throws {
        let run = try RunOutline.of(["run", "\(Self.folder)/quick.yaml", "--backing", "memory"])
        let contents = try #require(run.contents)
        #expect(contents.damaged == 0)
        #expect(contents.moved > 0)
        #expect(run.devices.map(\.name) == ["ui", "camera", "decoder"])
        for device in run.devices { #expect(device.framesDelivered > 0) }
        run.expectCleanDevices()
    }

    @Test(arguments: ["normal", "fail-fast-then-normal", "chunk-heap", "pool"])
    func `the plugins work with whatever strategy is in force`(strategy: String) throws {
        let run = try RunOutline.of(["run", "\(Self.folder)/quick.yaml", "--strategy", strategy])
        #expect(run.devices.allSatisfy { $0.satisfied })
        run.expectCleanDevices()
    }
}
