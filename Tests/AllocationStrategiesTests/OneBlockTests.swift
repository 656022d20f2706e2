import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct OneBlockTests {
    @Test func `one pinned page in the only window means that nothing is had`() throws {
        let driver = try Driver("one-block", pages: 1024)
        driver.putPin(at: 100)
        #expect(driver.gather(64) == [])
        #expect(driver.calls.count == 1)
        #expect(driver.held.isEmpty)
        // Half of it has a window without the page.
        #expect(driver.gather(32) == chunks(in: 256..<768))
    }

    @Test func `all chunks come from one call, side by side`() throws {
        let driver = try Driver("one-block", pages: 1024)
        #expect(driver.gather(64) == chunks(in: 0..<1024))
        #expect(driver.takes == [0..<1024])
    }

    @Test(arguments: [(1, 16), (3, 64), (16, 256), (32, 256)])
    func `the block is aligned to its size, but to 1 MiB at most`(wanted: Int, unit: Int) throws {
        let driver = try Driver("one-block", pages: 2048)
        #expect(driver.gather(1, of: 1) == [0])
        #expect(driver.gather(wanted).first == unit)
    }

    @Test func `an alignment beyond that is kept`() throws {
        let driver = try Driver("one-block", pages: 4096)
        #expect(driver.gather(1, of: 1) == [0])
        #expect(driver.gather(2, of: 16, align: 10) == [1024, 2048])
    }

    @Test func `gaps between chunks that cannot lie side by side are given back`() throws {
        let driver = try Driver("one-block", pages: 64)
        #expect(driver.gather(3, of: 3, align: 2) == [0, 4, 8])
        #expect(driver.takes == [0..<11])
        #expect(driver.held == [0, 1, 2, 4, 5, 6, 8, 9, 10])
        #expect(driver.area.allocatedPages == 9)
        #expect(driver.findings == [])
    }

    @Test func `more than any area has is refused, whatever the numbers`() throws {
        let driver = try Driver("one-block", pages: 64)
        #expect(driver.gather(.max, of: 16) == [])
        #expect(driver.gather(1, of: 16, align: 40) == [])
        #expect(driver.gather(1 << 40, of: 3, align: 40) == [])
    }
}
