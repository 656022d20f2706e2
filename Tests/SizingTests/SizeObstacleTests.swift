import Measurement
import Sizing
import Testing

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
