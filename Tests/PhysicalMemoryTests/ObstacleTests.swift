import Testing

@testable import PhysicalMemory

/// What a look at a window tells without touching it.
@Suite struct ObstacleTests {
    /// Puts an obstacle of a kind at a page.
    private func put(_ kind: ContiguousArea.Obstacle, at page: Int, of area: ContiguousArea) {
        let memory = area.memory
        switch kind {
        case .perCPU:
            area.hold(offset: page, count: 1)
            area.release(offset: page, count: 1)
        case .batched:
            area[page] = .movable
            area.putInLRUBatch(page)
        case .locked:
            area[page] = .movable
            memory.setLocked(area.pfn(page), true)
        case .writeback: memory.setWriteback(area.putFile(at: page), true)
        case .pinned: area[page] = .pinned
        }
    }

    private static let kinds: [ContiguousArea.Obstacle] = [.perCPU, .batched, .locked, .writeback, .pinned]

    @Test(arguments: kinds)
    func `each obstacle is seen where it is`(kind: ContiguousArea.Obstacle) throws {
        let area = try makeArea(pages: 64)
        put(kind, at: 21, of: area)
        let seen = try #require(area.obstacle(in: 16..<32))
        #expect(seen == (kind, 21))
        #expect(area.obstacle(in: 0..<21) == nil)
        #expect(area.obstacle(in: 22..<64) == nil)
    }

    @Test func `the worst of several is told, the first of its kind`() throws {
        let area = try makeArea(pages: 64)
        for (index, kind) in Self.kinds.enumerated() {
            put(kind, at: index * 2, of: area)
            put(kind, at: 40 - index * 2, of: area)
            let seen = try #require(area.obstacle(in: 0..<64))
            #expect(seen == (kind, index * 2))
        }
    }

    @Test func `pages that move or are dropped are no obstacle`() throws {
        let area = try makeArea(pages: 64)
        area[3] = .movable
        area.putFile(at: 4)
        area.putFile(at: 5, dirty: true)
        #expect(area.obstacle(in: 0..<64) == nil)
    }

    @Test func `pages of the kernel, of an allocation and of a pinned huge page stay`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 1024, pages: 2048))
        let memory = try MachineMemory(pages: 4096, kernelPages: 1024, areas: [geometry])
        let area = memory.areas[0]
        let head = try #require(memory.allocateHugePage(cpu: 0)) - geometry.basePFN
        try #require(head >= 0)
        memory.zone.flushLRUBatch(cpu: 0)
        #expect(area.obstacle(in: head + 100..<head + 116) == nil)
        memory.pin(area.pfn(head))
        #expect(area.obstacle(in: head + 100..<head + 116)?.kind == .pinned)
        let free = (head + 512) % 2048
        area.hold(offset: free, count: 1)
        #expect(area.obstacle(in: free..<free + 1)?.kind == .pinned)
        memory.zone.makeUnused(area.pfn(free + 1))
        memory.zone.set(area.pfn(free + 1), .kernel)
        #expect(area.obstacle(in: free + 1..<free + 2)?.kind == .pinned)
    }

    @Test func `a look costs a step for each page in use and each free stretch, up to a pin`() throws {
        let area = try makeArea(pages: 64)
        for page in 16..<20 { area[page] = .movable }
        let work = area.memory.work
        #expect(area.obstacle(in: 0..<64) == nil)
        #expect(area.memory.work.since(work)[.isolateStep] == 1 + 4 + 1)
        area[17] = .pinned
        let again = area.memory.work
        #expect(area.obstacle(in: 0..<64)?.page == 17)
        #expect(area.memory.work.since(again)[.isolateStep] == 1 + 2)
        #expect(area.memory.work[.isolateWindow] == 0)
    }

    @Test func `a look that is no part of a call moves the clock`() throws {
        let area = try makeArea(pages: 64)
        for page in 0..<64 { area[page] = .movable }
        #expect(area.look(in: 0..<64) == nil)
        #expect(area.memory.timeline.now > 0)
    }

    @Test(arguments: [-5..<0, -5..<2, 62..<70, 70..<80, 3..<3])
    func `of a window that leaves the area only what is inside is looked at`(window: Range<Int>) throws {
        let area = try makeArea(pages: 64)
        for page in [1, 63] { area[page] = .pinned }
        let inside = window.clamped(to: 0..<64)
        #expect(area.obstacle(in: window)?.page == [1, 63].first { inside.contains($0) })
    }
}
