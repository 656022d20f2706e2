import PhysicalMemory
import Testing

/// The machine as a whole: how it begins and ends.
@Suite struct MachineMemoryTests {
    @Test func `a machine that has ended is gone with its areas, observers and coming events`() throws {
        final class Observer: PageObserver {
            let memory: MachineMemory
            init(_ memory: MachineMemory) { self.memory = memory }
            func pageMoved(from old: Int, to new: Int) {}
            func pageDropped(_ pfn: Int) {}
        }
        weak var left: MachineMemory?
        do {
            let geometry = try #require(AreaGeometry(basePFN: 2560, pages: 512))
            let memory = try MachineMemory(pages: 4096, areas: [geometry])
            memory.observe(Observer(memory))
            memory.timeline.schedule(after: 1_000_000) { memory.unpin(2560) }
            left = memory
            memory.end()
        }
        #expect(left == nil)
    }
}
