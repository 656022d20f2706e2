import AllocationStrategies
import Testing

@testable import PhysicalMemory

/// The strategies that differ in nothing but the mode of their calls.
@Suite struct ChunkByChunkTests {
    @Test(arguments: [("normal", [1, 1, 1]), ("noretry", [1, 1, 1]), ("cached", [1, 0, 0])])
    func `a busy window is tried once by cached, and again at every call by others`(
        name: String, retries: [Int]
    ) throws {
        let driver = try Driver(name, pages: 128)
        driver.putPin(at: 3)
        #expect(driver.gather(3) == [16, 32, 48])
        #expect(driver.calls.map(\.busyRetries) == retries)
    }

    @Test(arguments: [("normal", false), ("cached", false), ("noretry", true), ("fail-fast", true)])
    func `only asynchronous modes leave a window under writeback alone`(name: String, isHasty: Bool) throws {
        let driver = try Driver(name, pages: 128)
        driver.putWriteback(at: 3, for: 20 * millisecond)
        #expect(driver.gather(1) == [isHasty ? 16 : 0])
        #expect((driver.now < 20 * millisecond) == isHasty)
    }

    @Test(arguments: [("normal", 0), ("noretry", 0), ("fail-fast", 16), ("gfp-nowait", 16)])
    func `pages on per-CPU lists and in LRU batches are had by modes that drain`(name: String, first: Int)
        throws
    {
        let driver = try Driver(name, pages: 128)
        driver.putOnPerCPUList(0..<8)
        driver.area[9] = .movable
        driver.area.putInLRUBatch(9)
        #expect(driver.gather(1) == [first])
        #expect((driver.calls[0].drains > 0) == (first == 0))
    }

    @Test func `fail-fast ends with the first call that fails`() throws {
        let driver = try Driver("fail-fast", pages: 64)
        for window in [32, 48] { driver.putWriteback(at: window, for: 20 * millisecond) }
        #expect(driver.gather(4) == [0, 16])
        #expect(driver.calls.count == 3)
        #expect(driver.held.count == 32)
    }

    @Test func `fail-fast-then-normal goes on where fail-fast fails, and begins fail-fast again`() throws {
        let driver = try Driver("fail-fast-then-normal", pages: 64)
        for window in [32, 48] { driver.putWriteback(at: window, for: 20 * millisecond) }
        #expect(driver.gather(4) == [0, 16, 32, 48])
        // Two that succeed and one that fails without a drain, then two with drains.
        #expect(driver.calls.map { $0.drains > 0 } == [false, false, false, true, true])
        driver.release(0)
        driver.area.memory.zone.drain(cpu: 0)
        #expect(driver.gather(1) == [0])
        #expect(driver.calls.last?.drains == 0)
    }

    @Test func `gfp-nowait takes no window with a movable page, and moves nothing`() throws {
        let nowait = try Driver("gfp-nowait", pages: 48)
        let failFast = try Driver("fail-fast", pages: 48)
        for driver in [nowait, failFast] {
            driver.area[3] = .movable
            driver.putFile(at: 21)
        }
        #expect(nowait.gather(3) == [32])
        #expect(failFast.gather(3) == [0, 16, 32])
        #expect(nowait.calls.allSatisfy { $0.pagesMigrated == 0 && $0.pagesDropped == 0 && $0.drains == 0 })
        #expect(nowait.memory.work[.migrateWindow] == 0)
        #expect(nowait.area[3] == .movable && nowait.area[21] == .movable)
    }

    @Test func `sleep-retry sleeps 100 ms five times within the call, then gives up`() throws {
        let driver = try Driver("sleep-retry", pages: 512)
        driver.putPin(at: 100)
        #expect(driver.gather(1, of: 512) == [])
        #expect(driver.calls.map(\.busyRetries) == [6])
        #expect(driver.now / (100 * millisecond) == 5)
    }

    @Test func `it succeeds after the sleep in which the pin goes`() throws {
        let driver = try Driver("sleep-retry", pages: 512)
        driver.putPin(at: 100, for: 250 * millisecond)
        #expect(driver.gather(1, of: 512) == [0])
        #expect(driver.calls.map(\.busyRetries) == [3])
        #expect(driver.now / (100 * millisecond) == 3)
    }

    @Test func `it does not sleep where every page is allocated`() throws {
        let driver = try Driver("sleep-retry", pages: 512)
        #expect(driver.gather(2, of: 512) == [0])
        #expect(driver.calls.map(\.errno) == [nil, .noMemory])
        #expect(driver.now < 100 * millisecond)
    }

    /// Pages on the lists of CPU 0 whenever a page moves.
    private final class ListWatch: PageObserver {
        let memory: MachineMemory
        private(set) var counts: [Int] = []

        init(_ memory: MachineMemory) { self.memory = memory }

        func pageMoved(from source: Int, to target: Int) { counts.append(memory.zone.cpus[0].count) }
    }

    @Test(arguments: ["hard", "normal"])
    func `hard keeps the per-CPU lists empty while it runs, normal fills them`(name: String) throws {
        let driver = try Driver(name, pages: 128)
        let watch = ListWatch(driver.memory)
        driver.memory.observe(watch)
        driver.putOnPerCPUList(0..<4)
        for page in 32..<40 { driver.area[page] = .movable }
        #expect(driver.gather(1, of: 64) == [0])
        #expect(watch.counts.count == 8)
        #expect(watch.counts.allSatisfy { ($0 == 0) == (name == "hard") })
        // Switched on again, they take what is released.
        driver.release(0, of: 64)
        #expect(driver.memory.zone.cpus[0].count >= 64)
        #expect(driver.findings == [])
    }

    @Test(arguments: [("hard", 10), ("normal", 5), ("noretry", 1)])
    func `a batch gets ten tries from hard`(name: String, tries: Int) throws {
        let driver = try Driver(name, pages: 128)
        driver.putFile(at: 3)
        driver.memory.pin(driver.pfn(3))
        #expect(driver.gather(1) == [16])
        #expect(driver.calls.map(\.migrateFailed) == [tries])
    }

    @Test(arguments: [("skip-block", 1024), ("normal", 16)])
    func `skip-block leaves the rest of 4 MiB behind a busy window`(name: String, first: Int) throws {
        let driver = try Driver(name, pages: 4096)
        driver.putPin(at: 5)
        #expect(driver.gather(1) == [first])
    }
}
