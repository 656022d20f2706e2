import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct AndroidTests {
    /// Frees a page under writeback as soon as another one has moved.
    private final class Accomplice: PageObserver {
        let memory: MachineMemory
        let victim: Int

        init(memory: MachineMemory, victim: Int) {
            self.memory = memory
            self.victim = victim
        }

        func pageMoved(from source: Int, to target: Int) {
            memory.setWriteback(victim, false)
            memory.freePage(victim, cpu: 0)
        }
    }

    @Test(arguments: [("android", 2), ("noretry", 1)])
    func `-EBUSY of the migrate stage is final, though the window is free in the end`(
        name: String, calls: Int
    ) throws {
        let driver = try Driver(name, pages: 16)
        for page in [3, 9] { driver.area[page] = .movable }
        driver.memory.setWriteback(driver.pfn(9), true)
        driver.memory.observe(Accomplice(memory: driver.memory, victim: driver.pfn(9)))
        #expect(driver.gather(1) == [0])
        #expect(driver.calls.count == calls)
        #expect(driver.calls[0].migrateFailed == 1)
    }

    @Test func `only the second call of a chunk sleeps, five times 100 ms`() throws {
        let driver = try Driver("android", pages: 512)
        driver.putPin(at: 100)
        #expect(driver.gather(1, of: 512) == [])
        #expect(driver.calls.map(\.busyRetries) == [1, 6])
        #expect(driver.calls.map { $0.durationNanoseconds / (100 * millisecond) } == [0, 5])
    }

    @Test func `each chunk begins without waiting`() throws {
        let driver = try Driver("android", pages: 32)
        for page in [3, 19] { driver.putWriteback(at: page, for: 20 * millisecond) }
        #expect(driver.gather(2) == [0, 16])
        // The first chunk waits in its second call, and the second finds writeback ended.
        #expect(driver.calls.map { $0.errno == nil } == [false, true, true])
        #expect(driver.calls[2].migrateFailed == 0)
        #expect(driver.calls[0].durationNanoseconds < 20 * millisecond)
    }

    @Test func `what was had before a failure is kept`() throws {
        let driver = try Driver("android", pages: 48)
        driver.putPin(at: 20)
        #expect(driver.gather(3) == [0, 32])
        #expect(driver.held.count == 32)
    }
}
