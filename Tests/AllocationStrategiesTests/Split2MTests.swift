import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct Split2MTests {
    @Test func `2 MiB are asked for at a time, and at the end what is missing`() throws {
        let driver = try Driver("split-2m", pages: 2048)
        #expect(driver.gather(40) == chunks(in: 0..<640))
        #expect(driver.takes == [0..<512, 512..<640])
    }

    @Test func `a pageblock with a pinned page gives nothing and is met at every call`() throws {
        let driver = try Driver("split-2m", pages: 2048)
        driver.putPin(at: 5)
        #expect(driver.gather(64) == chunks(in: 512..<1536))
        #expect(driver.calls.map(\.busyRetries) == [1, 1])
    }

    @Test func `the first call that fails ends it, and what was had is kept`() throws {
        let driver = try Driver("split-2m", pages: 1024)
        driver.putPin(at: 5)
        #expect(driver.gather(64) == chunks(in: 512..<1024))
        #expect(driver.calls.map { $0.errno == nil } == [true, false])
        #expect(driver.held.count == 512)
    }

    @Test(arguments: [(16, 0), (512, 0)])
    func `every block is aligned to 2 MiB, whatever the chunk wants`(chunkPages: Int, align: Int) throws {
        let driver = try Driver("split-2m", pages: 2048)
        #expect(driver.gather(1, of: 3, align: 0) == [0])
        #expect(driver.gather(1, of: chunkPages, align: align) == [512])
    }

    @Test func `chunks larger than that are asked for as they are`() throws {
        let driver = try Driver("split-2m", pages: 4096)
        #expect(driver.gather(1, of: 1) == [0])
        #expect(driver.gather(1, of: 1024, align: 2) == [4])
    }
}
