import AllocationStrategies
import Testing

@testable import PhysicalMemory

@Suite struct RangeTrackingTests {
    private func make(pages: Int) throws -> Driver { try Driver("range-tracking", pages: pages) }

    @Test func `a look isolates nothing, and a window with a pin is never isolated`() throws {
        let driver = try make(pages: 128)
        for window in 0..<7 { driver.putPin(at: window * 16 + 3) }
        let steps = driver.count(.isolateWindow) { #expect(driver.gather(1) == [112]) }
        #expect(steps == 1)
        #expect(driver.calls.map(\.busyRetries) == [0])
        #expect(driver.memory.work[.isolateStep] > 7)
    }

    @Test func `windows side by side where nothing is seen are emptied in one call`() throws {
        let driver = try make(pages: 64)
        for page in 0..<40 { driver.area[page] = .movable }
        #expect(driver.gather(4) == [0, 16, 32, 48])
        #expect(driver.calls.map(\.pagesMigrated) == [40])
        #expect(driver.calls.allSatisfy { $0.drains == 0 })
        #expect(driver.takes == [0..<64])
    }

    @Test func `a run is 16 windows of one pageblock at most, and ends at what is seen`() throws {
        let driver = try make(pages: 1024)
        driver.putPin(at: 610)
        driver.area.hold(offset: 480, count: 16)
        #expect(driver.gather(42).count == 42)
        #expect(driver.takes == [0..<256, 256..<480, 496..<512, 512..<608, 624..<704])
    }

    /// Pins a page as soon as another one has moved.
    private final class Pinner: PageObserver {
        let memory: MachineMemory
        let victim: Int

        init(memory: MachineMemory, victim: Int) {
            self.memory = memory
            self.victim = victim
        }

        func pageMoved(from source: Int, to target: Int) { memory.pin(victim) }
    }

    @Test func `of a run that fails each window is tried by itself`() throws {
        let driver = try make(pages: 64)
        for page in [3, 20] { driver.area[page] = .movable }
        driver.memory.observe(Pinner(memory: driver.memory, victim: driver.pfn(3)))
        #expect(driver.gather(3) == [16, 32, 48])
        #expect(driver.calls.map(\.busyRetries) == [2, 0])
        #expect(driver.takes == [16..<32, 32..<48, 48..<64])
    }

    @Test func `every request looks from the start, so that what was emptied is used again`() throws {
        let driver = try make(pages: 64)
        for page in 0..<64 { driver.area[page] = .movable }
        #expect(driver.gather(1) == [0])
        driver.release(0)
        driver.memory.zone.drain(cpu: 0)
        #expect(driver.gather(1) == [0])
        #expect(driver.calls.map(\.pagesMigrated) == [16, 0])
    }

    @Test func `a window is had as soon as its writeback has ended`() throws {
        let driver = try make(pages: 32)
        driver.putPin(at: 3)
        driver.putWriteback(at: 20, for: 5 * millisecond)
        let steps = driver.count(.isolateWindow) { #expect(driver.gather(1) == [16]) }
        #expect(steps == 1)
        // Looks after 1, 3 and 7 ms.
        #expect(driver.now / millisecond == 7)
        #expect(driver.calls.map { $0.errno == nil } == [false, false, false, true])
    }

    @Test func `it waits for a page lock too, without isolating meanwhile`() throws {
        let driver = try make(pages: 16)
        driver.area[3] = .movable
        let memory = driver.memory
        memory.setLocked(driver.pfn(3), true)
        memory.timeline.schedule(after: 2 * millisecond) { memory.setLocked(driver.pfn(3), false) }
        let steps = driver.count(.isolateWindow) { #expect(driver.gather(1) == [0]) }
        #expect(steps == 1)
        #expect(driver.now / millisecond == 3)
    }

    @Test func `pages on lists and in batches get one drain for the whole request`() throws {
        let driver = try make(pages: 64)
        for window in [0, 16] { driver.putOnPerCPUList(window..<window + 4) }
        driver.area[40] = .movable
        driver.area.putInLRUBatch(40)
        let steps = driver.count(.drainWindow) { #expect(driver.gather(4) == [48, 0, 16, 32]) }
        #expect(steps == 1)
    }

    @Test func `it does not drain when there is enough without`() throws {
        let driver = try make(pages: 64)
        driver.putOnPerCPUList(0..<4)
        let steps = driver.count(.drainWindow) { #expect(driver.gather(3) == [16, 32, 48]) }
        #expect(steps == 0)
    }

    @Test func `what comes to a list behind the one drain is not drained again`() throws {
        let driver = try make(pages: 32)
        driver.putOnPerCPUList(0..<4)
        driver.putWriteback(at: 20, for: 5 * millisecond)
        driver.onTake = { [unowned driver] pages in
            if pages == 0..<16 { driver.putOnPerCPUList(24..<28) }
        }
        let steps = driver.count(.drainWindow) { #expect(driver.gather(2) == [0]) }
        #expect(steps == 1)
    }

    @Test func `a drain still comes when the page on a list is seen only behind a writeback`() throws {
        let driver = try make(pages: 16)
        driver.putOnPerCPUList(0..<4)
        driver.putWriteback(at: 8, for: 5 * millisecond)
        let steps = driver.count(.drainWindow) { #expect(driver.gather(1) == [0]) }
        #expect(steps == 1)
    }

    @Test func `a short pin is waited for`() throws {
        let driver = try make(pages: 16)
        driver.putPin(at: 3, for: 20 * millisecond)
        #expect(driver.gather(1) == [0])
        #expect(driver.now / millisecond == 31)
    }

    @Test func `a pin seen for longer than 50 ms is not waited for, nor in the next request`() throws {
        let driver = try make(pages: 16)
        driver.putPin(at: 3)
        #expect(driver.gather(1) == [])
        #expect((50...80).contains(driver.now / millisecond))
        let before = driver.now
        #expect(driver.gather(1) == [])
        #expect(driver.now - before < millisecond)
        // Seen without the pin, it is a window like any other, and a new pin is a new one.
        driver.memory.unpin(driver.pfn(3))
        #expect(driver.gather(1) == [0])
        driver.release(0)
        driver.memory.zone.drain(cpu: 0)
        driver.putPin(at: 3, for: 20 * millisecond)
        #expect(driver.gather(1) == [0])
    }

    @Test func `a pinned huge page is seen at its tails`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 1024, pages: 2048))
        let memory = try MachineMemory(pages: 4096, kernelPages: 1024, areas: [geometry])
        let driver = try Driver("range-tracking", on: memory)
        let head = try #require(memory.allocateHugePage(cpu: 0)) - geometry.basePFN
        try #require((0..<2048).contains(head))
        memory.zone.flushLRUBatch(cpu: 0)
        memory.pin(driver.pfn(head))
        driver.area.hold(offset: 0, count: head)
        if head + 512 < 2048 { driver.area.hold(offset: head + 512, count: 2048 - head - 512) }
        let steps = driver.count(.isolateWindow) { #expect(driver.gather(1) == []) }
        #expect(steps == 0)
    }

    @Test func `500 ms without a chunk end the request, which keeps what it got`() throws {
        let driver = try make(pages: 32)
        driver.putWriteback(at: 20, for: nil)
        #expect(driver.gather(2) == [0])
        #expect((500...520).contains(driver.now / millisecond))
        #expect(driver.held.count == 16)
    }

    @Test func `a chunk had while waiting starts the 500 ms anew`() throws {
        let driver = try make(pages: 32)
        driver.putWriteback(at: 4, for: 300 * millisecond)
        driver.putWriteback(at: 20, for: 700 * millisecond)
        #expect(driver.gather(2) == [0, 16])
        #expect((700...720).contains(driver.now / millisecond))
    }

    @Test func `a window that somebody else got meanwhile is not waited for`() throws {
        let driver = try make(pages: 16)
        driver.putWriteback(at: 3, for: 5 * millisecond)
        driver.memory.timeline.schedule(after: 6 * millisecond) {
            driver.area.hold(offset: 0, count: 16)
        }
        #expect(driver.gather(1) == [])
        #expect(driver.now < 10 * millisecond)
    }

    @Test func `a full area is -ENOMEM at once`() throws {
        let driver = try make(pages: 16)
        #expect(driver.gather(2) == [0])
        #expect(driver.calls.map(\.errno) == [nil, .noMemory])
        #expect(driver.now < millisecond)
    }
}
