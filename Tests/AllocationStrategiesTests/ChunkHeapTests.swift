import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct ChunkHeapTests {
    private static let both = ["chunk-heap", "chunk-heap-halving"]

    @Test(arguments: both)
    func `blocks are pageblocks, halved only where less is missing`(name: String) throws {
        let driver = try Driver(name, pages: 2048)
        #expect(driver.gather(75) == chunks(in: 0..<1200))
        #expect(driver.takes.map(\.count) == [512, 512, 128, 32, 16])
    }

    @Test(arguments: both)
    func `each block is aligned to itself, a single chunk too`(name: String) throws {
        let driver = try Driver(name, pages: 2048)
        #expect(driver.gather(1, of: 1) == [0])
        #expect(driver.gather(33, align: 0).sorted() == [16] + chunks(in: 512..<1024))
    }

    @Test(arguments: both)
    func `chunks larger than a pageblock are blocks themselves, odd ones are asked for as they are`(
        name: String
    ) throws {
        let driver = try Driver(name, pages: 4096)
        #expect(driver.gather(2, of: 1024) == [0, 1024])
        #expect(driver.gather(2, of: 12, align: 3) == [2048, 2064])
    }

    @Test(arguments: both)
    func `the first failure makes the rest of the request wait`(name: String) throws {
        let driver = try Driver(name, pages: 2048)
        for page in [517, 1029] { driver.putWriteback(at: page, for: 20 * millisecond) }
        driver.area.hold(offset: 1536, count: 512)
        #expect(driver.gather(96) == chunks(in: 0..<1536))
        // One asynchronous success and failure; then both blocks at the first attempt.
        #expect(driver.calls.map { $0.errno == nil } == [true, false, true, true])
    }

    @Test(arguments: both)
    func `the next request begins without waiting again`(name: String) throws {
        let driver = try Driver(name, pages: 1024)
        driver.putWriteback(at: 5, for: 20 * millisecond)
        driver.area.hold(offset: 512, count: 512)
        #expect(driver.gather(32).count == 32)
        for chunk in chunks(in: 0..<512) { driver.release(chunk) }
        driver.putWriteback(at: 5, for: 20 * millisecond)
        #expect(driver.gather(32).count == 32)
        #expect(driver.calls.map { $0.errno == nil } == [false, true, false, true])
    }

    @Test func `the second failure gives everything back, however many chunks are free`() throws {
        let driver = try Driver("chunk-heap", pages: 1024)
        driver.putPin(at: 517)
        #expect(driver.gather(64) == [])
        #expect(driver.takes == [0..<512])
        #expect(driver.calls.map { $0.errno == nil } == [true, false, false])
        #expect(driver.area.allocatedPages == 0)
    }

    @Test func `the shipped heap halves the block after a blocking failure, and sorts its chunks`() throws {
        let driver = try Driver("chunk-heap-halving", pages: 1536)
        let other = try Driver("chunk-heap", pages: 1536)
        for page in [517, 1029] {
            driver.putPin(at: page)
            other.putPin(at: page)
        }
        #expect(
            driver.gather(94)
                == chunks(in: 0..<512) + chunks(in: 528..<1024) + chunks(in: 1040..<1536))
        #expect(
            driver.takes == [
                0..<512, 768..<1024, 1280..<1536, 640..<768, 1152..<1280, 576..<640, 1088..<1152, 544..<576,
                1056..<1088, 528..<544, 1040..<1056,
            ])
        #expect(other.gather(94) == [])
    }

    @Test func `after halving it does not wait at first`() throws {
        let driver = try Driver("chunk-heap-halving", pages: 1024)
        for page in [5, 517] { driver.putPin(at: page) }
        driver.putWriteback(at: 300, for: 20 * millisecond)
        // For 512 pages both calls fail, and the second waits; for 256 the first leaves writeback alone.
        driver.onCall = { [unowned driver] _ in
            if driver.calls.count == 2 { driver.putWriteback(at: 300, for: 20 * millisecond) }
        }
        #expect(driver.gather(62).count == 62)
        #expect(driver.takes.first == 768..<1024)
        #expect(driver.calls.prefix(3).map { $0.errno == nil } == [false, false, true])
        #expect(driver.calls[2].durationNanoseconds < 20 * millisecond)
    }

    @Test func `below the chunk's own order it gives everything back`() throws {
        let driver = try Driver("chunk-heap-halving", pages: 1024)
        driver.putPin(at: 517)
        #expect(driver.gather(64) == [])
        #expect(driver.area.allocatedPages == 0)
        #expect(driver.held.isEmpty)
    }
}
