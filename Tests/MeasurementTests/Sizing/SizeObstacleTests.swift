import Testing

@testable import Measurement

@Suite struct SizeObstacleTests {
    /// A run in which a device asked for pieces of 100 pages and was left with so many pages.
    private func record(
        usable: Int, run: Int, retries: Int = 0, got: Int = 1, failures: [OperationFailure] = []
    ) -> RunRecord {
        var device = DeviceRecord(name: "camera")
        device.area = "cma"
        device.chunkPages = 100
        device.busyRetries = retries
        device.satisfied = got >= 2
        device.sets = [
            BufferSetRecord(
                name: "late", wanted: 4, minimum: 2, got: got, openedNanoseconds: 60,
                lastBufferNanoseconds: nil, closedNanoseconds: 70),
            BufferSetRecord(
                name: "raw", wanted: 4, minimum: 2, got: got, openedNanoseconds: 10,
                lastBufferNanoseconds: nil, closedNanoseconds: 50),
        ]
        func sample(_ time: UInt64, _ usable: Int, _ run: Int) -> AreaSample {
            var left = RemainderRecord(orders: 11)
            left.usableChunks[0] = usable
            left.largestRunPages = run
            return AreaSample(nanoseconds: time, heldPages: 0, left: left)
        }
        let area = AreaRecord(
            name: "cma", basePFN: 0, pages: 512, orderPerBit: 0, start: PageCounts(), strip: [],
            left: RemainderRecord(orders: 11), peak: PeakRecord(nanoseconds: 50, heldPages: 321),
            series: [sample(20, 512, 512), sample(50, usable, run), sample(70, 0, 0)])
        return RunRecord(
            seed: 1, mode: "as-asked", costs: "", memoryPages: 1024, areas: [area], plugins: [],
            devices: [device], log: [], elapsedNanoseconds: 100, failures: failures)
    }

    @Test(arguments: [
        (99, 99, 0, SizeObstacle.Cause.space), (400, 99, 0, .fragmentation), (400, 100, 0, .alignment),
        (400, 100, 3, .busy),
    ])
    func `the first set that is short is named, with what was left at that moment`(
        usable: Int, run: Int, retries: Int, cause: SizeObstacle.Cause
    ) {
        let sized = SizedRun(record(usable: usable, run: run, retries: retries), area: 0)
        #expect(!sized.isSuccess)
        #expect(sized.obstacle == SizeObstacle(device: "camera", set: "raw", cause: cause))
        #expect(sized.heldPages == 321)
    }

    @Test func `a run in which every set is large enough meets nothing`() {
        let sized = SizedRun(record(usable: 0, run: 0, got: 2), area: 0)
        #expect(sized.isSuccess)
        #expect(sized.obstacle == nil)
    }

    @Test func `an operation that fails is an obstacle although every set is large enough`() {
        let failure = OperationFailure(
            instance: "decoder", operation: "seek", nanoseconds: 1, code: -12, errno: "ENOMEM")
        let sized = SizedRun(record(usable: 0, run: 0, got: 2, failures: [failure]), area: 0)
        #expect(!sized.isSuccess)
        #expect(sized.obstacle == SizeObstacle(device: "decoder", set: "seek", cause: .operation))
    }

    /// The run above with a display of another area beside the camera.
    private func twoAreas(cameraGot: Int, displayGot: Int, failures: [OperationFailure] = []) -> RunRecord {
        var record = record(usable: 99, run: 99, got: cameraGot, failures: failures)
        var display = DeviceRecord(name: "display")
        display.area = "other"
        display.chunkPages = 10
        display.satisfied = displayGot >= 2
        display.sets = [
            BufferSetRecord(
                name: "primary", wanted: 3, minimum: 2, got: displayGot, openedNanoseconds: 1,
                lastBufferNanoseconds: nil, closedNanoseconds: 2)
        ]
        record.devices.append(display)
        record.areas.append(
            AreaRecord(
                name: "other", basePFN: 4096, pages: 512, orderPerBit: 0, start: PageCounts(), strip: [],
                left: RemainderRecord(orders: 11), peak: PeakRecord(nanoseconds: 2, heldPages: 20), series: []
            ))
        return record
    }

    @Test func `an area is judged by its own devices, those of others are told`() {
        let record = twoAreas(cameraGot: 4, displayGot: 1)
        let own = SizedRun(record, area: 0)
        #expect(own.isSuccess)
        #expect(own.obstacle == nil)
        #expect(own.devices.map(\.name) == ["camera"])
        #expect(own.elsewhere == [.init(name: "display", area: "other", isSatisfied: false)])
        let other = SizedRun(record, area: 1)
        #expect(!other.isSuccess)
        #expect(other.obstacle == SizeObstacle(device: "display", set: "primary", cause: .space))
        #expect(other.elsewhere == [.init(name: "camera", area: "cma", isSatisfied: true)])
        #expect(other.heldPages == 20)
        let reverse = twoAreas(cameraGot: 1, displayGot: 3)
        #expect(!SizedRun(reverse, area: 0).isSuccess)
        #expect(SizedRun(reverse, area: 1).isSuccess)
    }

    @Test func `an operation that fails counts for the area of its instance alone`() {
        let failure = OperationFailure(
            instance: "display", operation: "show", nanoseconds: 1, code: -12, errno: "ENOMEM")
        let record = twoAreas(cameraGot: 4, displayGot: 3, failures: [failure])
        #expect(SizedRun(record, area: 0, instancesElsewhere: ["display"]).isSuccess)
        let display = SizedRun(record, area: 1, instancesElsewhere: ["camera"])
        #expect(!display.isSuccess)
        #expect(display.obstacle == SizeObstacle(device: "display", set: "show", cause: .operation))
    }

    @Test func `one run tells of the fewest buffers and of all`() {
        for (got, fewest, all) in [(1, false, false), (2, true, false), (3, true, false), (4, true, true)] {
            for needsAll in [false, true] {
                let run = SizedRun(
                    twoAreas(cameraGot: got, displayGot: 3), area: 0, needsAllBuffers: needsAll)
                #expect(run.hasFewestBuffers == fewest)
                #expect(run.hasAllBuffers == all)
                #expect(run.isSuccess == (needsAll ? all : fewest))
                #expect((run.obstacle == nil) == run.isSuccess)
                #expect(run.canHaveFewer)
            }
        }
    }

    @Test func `a curve adds up seeds by size and device, and tells what was met below the answer`() throws {
        var curve = SizeCurve()
        for (pages, got) in [(2048, 2), (1024, 1), (2048, 2), (1024, 2), (1024, 1), (512, 1)] {
            curve.add(SizedRun(record(usable: 50, run: 50, got: got), area: 0), pages: pages)
        }
        #expect(curve.points.map(\.pages) == [512, 1024, 2048])
        #expect(curve.points.map(\.successes) == [0, 1, 2])
        #expect(curve.points.map(\.runs) == [1, 3, 2])
        #expect(curve.points[1].devices.map(\.satisfied) == [1])
        #expect(curve.heldPages(at: 2048) == 321)
        let below = try #require(curve.obstacles(below: 2048))
        #expect(below.pages == 1024)
        #expect(below.counts.map(\.runs) == [2])
        #expect(below.counts.map(\.cause) == [.space])
    }
}
