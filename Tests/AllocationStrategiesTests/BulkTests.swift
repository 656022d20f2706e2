import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct BulkTests {
    @Test(arguments: ["bulk", "bulk-fast"])
    func `one pinned page loses a whole pageblock, in a single call`(name: String) throws {
        let driver = try Driver(name, pages: 2048)
        driver.putPin(at: 517)
        #expect(driver.gather(128) == chunks(in: 0..<512) + chunks(in: 1024..<2048))
        #expect(driver.calls.count == 1)
        #expect(driver.calls[0].busyRetries == 1)
        #expect(driver.held.count == 1536)
    }

    @Test func `stretches are pageblocks, the last one of what is missing, aligned as chunks are`() throws {
        let driver = try Driver("bulk", pages: 2048)
        #expect(driver.gather(1) == [0])
        #expect(driver.gather(40) == chunks(in: 16..<656))
        #expect(driver.takes == [0..<16, 16..<528, 528..<656])
    }

    @Test(arguments: [("bulk", 5), ("bulk-fast", 1)])
    func `page lists are drained once by the call, and by each stretch only with normal effort`(
        name: String, drains: Int
    ) throws {
        let driver = try Driver(name, pages: 2048)
        let steps = driver.count(.drainWindow) { _ = driver.gather(128) }
        #expect(steps == drains)
        // Only the first flush of LRU batches in a call is the expensive one.
        #expect(driver.memory.work[.disableLRUFirst] == 1)
    }

    @Test(arguments: [("bulk", true), ("bulk-fast", false)])
    func `bulk-fast has pages on per-CPU lists thanks to its one drain, but not those freed later`(
        name: String, hasLater: Bool
    ) throws {
        let driver = try Driver(name, pages: 1536)
        driver.putOnPerCPUList(0..<16)
        driver.area.hold(offset: 1024, count: 16)
        driver.onTake = { [unowned driver] pages in
            if pages == 0..<512 { driver.area.release(offset: 1024, count: 16) }
        }
        let got = driver.gather(96)
        #expect(got.contains(0))
        #expect(got.contains(1024) == hasLater)
    }

    @Test(arguments: ["bulk", "bulk-fast"])
    func `even the fast form waits for writeback`(name: String) throws {
        let driver = try Driver(name, pages: 512)
        driver.putWriteback(at: 5, for: 20 * millisecond)
        #expect(driver.gather(32) == chunks(in: 0..<512))
        #expect(driver.now > 20 * millisecond)
    }

    @Test(arguments: [("bulk", 5), ("bulk-fast", 1)])
    func `a batch gets five tries or one`(name: String, tries: Int) throws {
        let driver = try Driver(name, pages: 512)
        driver.putFile(at: 3)
        driver.memory.pin(driver.pfn(3))
        #expect(driver.gather(32) == [])
        #expect(driver.calls.map(\.migrateFailed) == [tries])
    }

    @Test func `the error is that of the last stretch, or -EBUSY for what is missing`() throws {
        let driver = try Driver("bulk", pages: 1024)
        #expect(driver.gather(64).count == 64)
        #expect(driver.gather(1) == [])
        #expect(driver.calls.map(\.errno) == [nil, .busy])
    }

    @Test func `chunks of an odd size are asked for one by one`() throws {
        let driver = try Driver("bulk", pages: 64)
        driver.putPin(at: 5)
        #expect(driver.gather(4, of: 12, align: 2) == [12, 24, 36, 48])
        #expect(driver.calls.count == 1)
    }

    @Test func `the heap makes four fast calls, then a slow one, and gives everything back`() throws {
        let driver = try Driver("bulk-heap", pages: 1024)
        driver.putPin(at: 517)
        // Fast calls: a drain each. The slow one: a drain, and one for the stretch that is left.
        let steps = driver.count(.drainWindow) { #expect(driver.gather(64) == []) }
        #expect(steps == 4 + 2)
        #expect(driver.calls.count == 5)
        #expect(driver.takes == [0..<512])
        #expect(driver.held.isEmpty)
        #expect(driver.area.allocatedPages == 0)
    }

    @Test func `a fast call that gets all is the only one`() throws {
        let driver = try Driver("bulk-heap", pages: 1024)
        #expect(driver.gather(64) == chunks(in: 0..<1024))
        #expect(driver.calls.count == 1)
    }

    @Test func `a later call of the heap has what an earlier one left`() throws {
        let driver = try Driver("bulk-heap", pages: 1024)
        driver.area.hold(offset: 512, count: 16)
        driver.onTake = { [unowned driver] pages in
            if pages == 0..<512 { driver.area.release(offset: 512, count: 16) }
        }
        // Nothing behind 528 has room for 32 chunks; what was freed is on a list until the next drain.
        #expect(driver.gather(64) == chunks(in: 0..<1024))
        #expect(driver.calls.count == 2)
    }
}
