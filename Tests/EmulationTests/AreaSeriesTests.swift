import Measurement
import PhysicalMemory
import Testing

@testable import Emulation

@Suite struct AreaSeriesTests {
    private func sample(_ instant: UInt64) -> AreaSample {
        AreaSample(nanoseconds: instant, heldPages: 0, left: RemainderRecord(orders: 1))
    }

    @Test func `ends of gatherings are all of interest at first, other moments a millisecond apart`() {
        var series = AreaSeries()
        #expect(series.wants(at: 5, isClosing: false))
        series.add(sample(5))
        #expect(series.wants(at: 5, isClosing: true))
        #expect(!series.wants(at: 1_000_004, isClosing: false))
        #expect(series.wants(at: 1_000_005, isClosing: false))
        series.add(sample(5))
        #expect(series.samples.count == 1)
    }

    @Test func `a full series keeps every second moment and takes fewer from then on`() {
        var series = AreaSeries()
        for instant in 0..<UInt64(AreaSeries.limit) { series.add(sample(instant)) }
        #expect(series.samples.map(\.nanoseconds) == (0..<256).map { UInt64(2 * $0) })
        #expect(!series.wants(at: 510 + AreaSeries.leastDistance - 1, isClosing: true))
        #expect(series.wants(at: 510 + AreaSeries.leastDistance, isClosing: true))
    }

    @Test func `the longest run has a bounded series that reaches its end`() {
        var series = AreaSeries()
        for step in 0..<100_000 as Range<UInt64> where series.wants(at: step * 700_000, isClosing: true) {
            series.add(sample(step * 700_000))
        }
        #expect((256..<512).contains(series.samples.count))
        let distances = zip(series.samples, series.samples.dropFirst()).map {
            $1.nanoseconds - $0.nanoseconds
        }
        #expect(series.samples[0].nanoseconds == 0)
        #expect(series.samples[series.samples.count - 1].nanoseconds > 69_000_000_000)
        #expect(distances.max().map { $0 < 1_000_000_000 } == true)
    }

    // MARK: In a machine

    @Test func `an area is looked at when a set closes, when pages come back, and when there are none`()
        throws
    {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let before = try #require(machine.allocate(8, device: isp))
        #expect(machine.release(pfn: before, count: 8, device: isp))
        #expect(machine.runRecord.areas[0].series == [])
        let (_, pfns) = try machine.gather(buffers: 4, pages: 64, device: isp)
        let closed = try #require(machine.runRecord.areas[0].series.first)
        #expect(closed.nanoseconds == machine.clock.now)
        #expect(closed.heldPages == 256 && closed.freePages == 256 && closed.largestRunPages == 256)
        #expect(closed.usableChunks[8] == 1 && closed.usableChunks[9] == 0 && closed.usableChunks[0] == 256)
        #expect(machine.release(pfn: pfns[0], count: 64, device: isp))
        #expect(machine.runRecord.areas[0].series.count == 1)
        machine.sleep(nanoseconds: 5_000_000)
        #expect(machine.release(pfn: pfns[1], count: 64, device: isp))
        machine.sleep(nanoseconds: 5_000_000)
        #expect(machine.allocate(400, device: isp) == nil)
        let series = machine.runRecord.areas[0].series
        #expect(series.map(\.heldPages) == [256, 128, 128])
        #expect(series.map(\.freePages) == [256, 384, 384])
        #expect(series.map(\.by) == [256, 128, 128].map { [.init(device: "isp", pages: $0)] })
    }

    @Test(arguments: [(1, 0), (512, 0.5), (1000, 0.9), (2048, 0.3), (4096, 1)])
    func `a survey counts what every page is`(pages: Int, fill: Double) throws {
        let machine = try makeMachine(pages: pages, fill: fill, pins: pages / 20, seed: 3)
        let isp = try #require(machine.registerDevice(named: "isp"))
        for count in [1, 3, 40, 64] { _ = machine.allocate(count, .failFast, device: isp) }
        let area = machine.area
        let survey = AreaSurvey(of: area)
        let counts = area.counts(in: 0..<pages)
        #expect(survey.total.free == counts.free && survey.total.movable == counts.movable)
        #expect(survey.total.pinned == counts.pinned && survey.total.held == counts.held)
        #expect(survey.left.freePages == counts.free)
        for (cell, seen) in survey.strip.enumerated() {
            let cells = survey.strip.count
            let expected = area.counts(in: pages * cell / cells..<pages * (cell + 1) / cells)
            #expect(seen.held == expected.held && seen.free == expected.free, "\(cell)")
            #expect(seen.pinned == expected.pinned && seen.movable == expected.movable, "\(cell)")
        }
        let isUsable = (0..<pages).map { area[$0] == .free || area[$0] == .movable }
        var longest = 0
        var run = 0
        for page in isUsable {
            run = page ? run + 1 : 0
            longest = max(longest, run)
        }
        #expect(survey.left.largestRunPages == longest)
        for order in 0..<11 {
            let size = 1 << order
            let blocks = stride(from: 0, through: pages - size, by: size).filter { first in
                isUsable[first..<first + size].allSatisfy { $0 }
            }
            #expect(survey.left.usableChunks[order] == blocks.count, "order \(order)")
        }
    }
}
