import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct GFPRetryMayFailTests {
    /// One window, with a page that cannot move and `movable` that can.
    private func stuck(_ strategy: String, movable: Range<Int>) throws -> Driver {
        let driver = try Driver(strategy, pages: 16)
        driver.putPin(at: 3)
        for page in movable { driver.area[page] = .movable }
        return driver
    }

    @Test(arguments: [
        ("gfp-retry-mayfail", 8..<12, 2), ("gfp-retry-mayfail", 8..<8, 1), ("normal", 8..<12, 1),
    ])
    func `a call is made again only after one that moved something`(
        name: String, movable: Range<Int>, calls: Int
    ) throws {
        let driver = try stuck(name, movable: movable)
        #expect(driver.gather(1) == [])
        #expect(driver.calls.count == calls)
        #expect(driver.calls[0].pagesMigrated == movable.count)
    }

    @Test func `a dropped page is progress too`() throws {
        let driver = try stuck("gfp-retry-mayfail", movable: 8..<8)
        driver.putFile(at: 9)
        #expect(driver.gather(1) == [])
        #expect(driver.calls.map(\.pagesDropped) == [1, 0])
    }

    @Test func `it ends after sixteen calls even if there is progress every time`() throws {
        let driver = try stuck("gfp-retry-mayfail", movable: 8..<9)
        driver.onCall = { [unowned driver] _ in driver.area[8] = .movable }
        #expect(driver.gather(1) == [])
        #expect(driver.calls.count == 16)
    }

    @Test func `it goes on to success when the obstacle goes meanwhile`() throws {
        let driver = try stuck("gfp-retry-mayfail", movable: 8..<9)
        driver.onCall = { [unowned driver] _ in driver.memory.unpin(driver.pfn(3)) }
        #expect(driver.gather(1) == [0])
        #expect(driver.calls.count == 2)
    }

    @Test func `what was had before a failure is kept`() throws {
        let driver = try Driver("gfp-retry-mayfail", pages: 48)
        driver.putPin(at: 20)
        #expect(driver.gather(3) == [0, 32])
        #expect(driver.held.count == 32)
    }
}
