import PhysicalMemory
import Testing

@Suite struct ReleaseTests {
    @Test func `a released allocation is free for the next one`() throws {
        let area = try makeArea(pages: 64)
        #expect(area.allocate(64).offset == 0)
        #expect(area.release(offset: 0, count: 64))
        #expect(area.allocatedPages == 0)
        #expect(area.counts(in: 0..<64).free == 64)
        #expect(area.allocate(64).offset == 0)
    }

    @Test func `part of an allocation can be released and taken again`() throws {
        let area = try makeArea(pages: 64)
        area.allocate(64)
        #expect(area.release(offset: 20, count: 8))
        #expect(area.allocatedPages == 56)
        #expect(area.counts(in: 20..<28).free == 8)
        #expect(area.allocate(9).errno == .noMemory)
        #expect(area.allocate(8).offset == 20)
    }

    @Test func `two neighbouring allocations can be released in one`() throws {
        let area = try makeArea(pages: 64)
        area.allocate(10)
        area.allocate(20)
        #expect(area.release(offset: 5, count: 20))
        #expect(area.counts(in: 0..<64).held == 10)
    }

    @Test(arguments: [
        (40, 4), (0, 1), (8, 9), (7, 2), (7, 9), (63, 1), (63, 2), (64, 1), (-1, 4), (.min, 1), (8, 0),
        (8, -1), (8, .max), (.max, 1), (.max, .max), (10, .min),
    ])
    func `a range that is not held whole is refused with nothing changed`(offset: Int, count: Int) throws {
        let area = try makeArea(pages: 64)
        area.hold(offset: 8, count: 8)
        area.set(40..<44, to: .movable)
        area[7] = .pinned
        let states = area.states
        let now = area.memory.timeline.now
        #expect(!area.release(offset: offset, count: count))
        #expect(area.states == states)
        #expect(area.allocatedPages == 8)
        #expect(area.memory.timeline.now == now)
    }

    @Test func `a second release is refused`() throws {
        let area = try makeArea(pages: 64)
        area.allocate(16)
        #expect(area.release(offset: 0, count: 16))
        #expect(!area.release(offset: 0, count: 16))
        #expect(!area.release(offset: 15, count: 1))
    }

    @Test func `with several pages to a bit a release clears whole bits`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        area.allocate(10)
        #expect(area.allocatedPages == 12)
        #expect(area.release(offset: 0, count: 10))
        #expect(area.allocatedPages == 0)
        #expect(area.allocate(64).offset == 0)
    }

    @Test func `with several pages to a bit a page left in a cleared bit makes its window busy`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        area.allocate(8)
        #expect(area.release(offset: 0, count: 3))
        #expect(area.counts(in: 0..<8).held == 5)
        #expect(area.allocate(4).offset == 8)
        #expect(area.busyWindows == [0])
    }

    @Test func `held pages of a start state can be released like any other`() throws {
        let area = try makeArea(pages: 64)
        area.set(0..<32, to: .movable)
        area[12] = .pinned
        area.hold(offset: 8, count: 8)
        #expect(area.counts(in: 8..<16) == (free: 0, movable: 0, pinned: 0, held: 8))
        #expect(area.allocatedPages == 8)
        #expect(area.release(offset: 8, count: 8))
        #expect(area.counts(in: 8..<16).free == 8)
    }

    @Test(arguments: [PageState.free, .movable, .pinned, .held])
    func `a page has the state it was last given`(state: PageState) throws {
        let area = try makeArea(pages: 70)
        for before in [PageState.free, .movable, .pinned, .held] {
            area[66] = before
            area[66] = state
            #expect(area[66] == state)
            #expect(area.states.filter { $0 != .free }.count == (state == .free ? 0 : 1))
        }
        #expect(area.allocatedPages == 0)
    }
}
