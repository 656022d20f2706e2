import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct PagesBulkTests {
    @Test func `a pinned page costs its chunk and not the pageblock`() throws {
        let driver = try Driver("pages-bulk", pages: 2048)
        driver.putPin(at: 517)
        #expect(driver.gather(128) == chunks(in: 0..<512) + chunks(in: 528..<2048))
        #expect(driver.calls.count == 1)
        #expect(driver.findings == [])
    }

    @Test func `each call begins behind the pageblock where the last one ended, and goes round`() throws {
        let driver = try Driver("pages-bulk", pages: 1024)
        #expect(driver.gather(4) == [0, 16, 32, 48])
        #expect(driver.gather(2) == [512, 528])
        #expect(driver.gather(1) == [64])
        #expect(driver.gather(33) == chunks(in: 544..<1024) + [80, 96, 112])
        #expect(driver.calls.count == 4)
    }

    @Test func `a batch that will not move is passed over`() throws {
        let driver = try Driver("pages-bulk", pages: 512)
        driver.putFile(at: 5)
        driver.memory.pin(driver.pfn(5))
        for page in 100..<200 { driver.area[page] = .movable }
        #expect(driver.gather(32) == chunks(in: 16..<512))
        #expect(driver.calls[0].pagesMigrated == 100)
        #expect(driver.calls[0].migrateFailed == 5)
        #expect(driver.findings == [])
    }

    @Test func `its effort is that of a normal call, in each pageblock`() throws {
        let driver = try Driver("pages-bulk", pages: 1024)
        driver.putWriteback(at: 5, for: 20 * millisecond)
        driver.putOnPerCPUList(600..<610)
        let steps = driver.count(.drainWindow) { #expect(driver.gather(64).count == 64) }
        #expect(steps == 2)
        #expect(driver.now > 20 * millisecond)
    }

    @Test func `chunks larger than a pageblock are taken wherever the start has rotated to`() throws {
        let driver = try Driver("pages-bulk", pages: 4096)
        for _ in 0..<5 { #expect(driver.gather(1).count == 1) }
        #expect(driver.gather(4, of: 1024) == [3072])
        #expect(try Driver("pages-bulk", pages: 4096).gather(3, of: 700, align: 9) == [0, 1024, 2048])
    }

    @Test func `an area that begins in the middle of a larger block is gone over by frame numbers`() throws {
        let driver = try Driver("pages-bulk", pages: 2048, base: 65_536 + 512)
        #expect(driver.gather(4, of: 1024) == [512])
    }

    @Test func `an area that ends with the machine's memory, within a pageblock, is harvested`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 8192, pages: 768))
        let driver = try Driver("pages-bulk", on: MachineMemory(pages: 8192 + 768, areas: [geometry]))
        for page in 512..<700 { driver.area[page] = .movable }
        #expect(driver.gather(100) == chunks(in: 0..<768))
        #expect(driver.findings == [])
    }
}
