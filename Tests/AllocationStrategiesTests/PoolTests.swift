import AllocationStrategies
import Testing

@testable import PhysicalMemory

/// An area of 2048 pages has a pool of 16 chunks.
@Suite struct PoolTests {
    private func make() throws -> Driver { try Driver("pool", pages: 2048) }

    @Test func `an eighth of the area is taken before anybody asks`() throws {
        let driver = try make()
        #expect(driver.held == Set(0..<256))
        #expect(driver.area.allocatedPages == 256)
        #expect(driver.calls.isEmpty)
    }

    @Test func `chunks of 64 KiB are served without a call, in no time`() throws {
        let driver = try make()
        let before = driver.now
        #expect(driver.gather(4) == [0, 16, 32, 48])
        #expect(driver.calls.isEmpty)
        #expect(driver.now == before)
        #expect(driver.gather(2, of: 16, align: 0) == [64, 80])
        #expect(driver.calls.isEmpty)
    }

    @Test func `what the pool has not is gathered fail-fast and then normal`() throws {
        let driver = try make()
        driver.area.hold(offset: 288, count: 2048 - 288)
        driver.putWriteback(at: 275, for: 20 * millisecond)
        #expect(driver.gather(18) == chunks(in: 0..<272) + [272])
        #expect(driver.calls.map { $0.drains > 0 } == [false, false, true])
    }

    @Test(arguments: [(32, 5), (8, 3), (12, 2), (16, 6)])
    func `other sizes and greater alignments pass by it`(chunkPages: Int, align: Int) throws {
        let driver = try make()
        #expect(driver.gather(2, of: chunkPages, align: align).allSatisfy { $0 >= 256 })
        #expect(driver.calls.count == 2)
        #expect(driver.gather(1) == [0])
    }

    @Test func `below half it is refilled by another CPU, which costs the driver nothing`() throws {
        let driver = try make()
        #expect(driver.gather(9).count == 9)
        #expect(driver.area.allocatedPages == 256)
        driver.memory.timeline.advance(by: 100 * millisecond)
        let now = driver.now
        #expect(driver.area.allocatedPages == 256 + 9 * 16)
        #expect(driver.calls.isEmpty)
        #expect(driver.gather(16).count == 16)
        #expect(driver.now == now)
    }

    @Test func `at half it is not`() throws {
        let driver = try make()
        #expect(driver.gather(8).count == 8)
        driver.memory.timeline.advance(by: 100 * millisecond)
        #expect(driver.area.allocatedPages == 256)
    }

    @Test func `the refill pauses 10 ms after a call that fails`() throws {
        let driver = try make()
        driver.area.hold(offset: 272, count: 2048 - 272)
        driver.putPin(at: 260, for: 25 * millisecond)
        #expect(driver.gather(9).count == 9)
        let tries = driver.count(.call) { driver.memory.timeline.advance(by: 29 * millisecond) }
        #expect(tries == 3)
        #expect(driver.area.allocatedPages == 2032)
        driver.memory.timeline.advance(by: 3 * millisecond)
        #expect(driver.area.allocatedPages == 2048)
    }

    @Test func `the refill leaves the callers' last-failed cache alone`() throws {
        let driver = try make()
        driver.putPin(at: 260)
        // A call of the driver that leaves the cache behind the first window.
        #expect(driver.gather(1, of: 32) == [288])
        #expect(driver.gather(9).count == 9)
        driver.memory.timeline.advance(by: millisecond)
        #expect(driver.held.contains(272))
        let before = driver.calls.count
        #expect(driver.gather(1, of: 32, align: 4).count == 1)
        #expect(driver.calls[before...].map(\.busyRetries) == [0])
    }

    @Test func `chunks that come back fill it up to its size, the rest goes to the area`() throws {
        let driver = try make()
        let got = driver.gather(20)
        #expect(got.count == 20)
        let before = driver.area.allocatedPages
        driver.release(got[0])
        #expect(driver.area.allocatedPages == before)
        for chunk in got.dropFirst() { driver.release(chunk) }
        #expect(driver.area.allocatedPages == 256)
        driver.memory.timeline.advance(by: 100 * millisecond)
        #expect(driver.area.allocatedPages == 256)
        #expect(driver.findings == [])
    }

    @Test(arguments: [288..<304, 0..<16])
    func `a full pool takes nothing back`(chunk: Range<Int>) throws {
        let driver = try make()
        #expect(!driver.strategy.takeBack(chunk))
    }

    @Test(arguments: [0..<8, 0..<32, 8..<24])
    func `it takes back only whole chunks of its own size`(range: Range<Int>) throws {
        let driver = try make()
        #expect(driver.gather(2).count == 2)
        #expect(!driver.strategy.takeBack(range))
        #expect(driver.strategy.takeBack(0..<16))
        #expect(driver.gather(1) == [0])
    }
}
