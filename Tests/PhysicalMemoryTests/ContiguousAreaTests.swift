import PhysicalMemory
import Testing

@Suite struct ContiguousAreaTests {
    // MARK: Where a request lands

    @Test func `an empty area hands out its first pages, one request behind the other`() throws {
        let area = try makeArea(pages: 64)
        #expect(area.allocate(16).offset == 0)
        #expect(area.allocate(3).offset == 16)
        #expect(area.allocate(16).offset == 19)
    }

    @Test func `the lowest gap that is large enough is taken`() throws {
        let area = try makeArea(pages: 64)
        area.hold(offset: 0, count: 4)
        area.hold(offset: 7, count: 3)
        area.hold(offset: 18, count: 2)
        #expect(area.allocate(8).offset == 10)
        #expect(area.allocate(3).offset == 4)
        #expect(area.allocate(1).offset == 20)
    }

    @Test func `alignment is that of the page frame number, not of the offset in the area`() throws {
        let area = try makeArea(pages: 1024, base: 0x10200)
        #expect(area.allocate(16, align: 10).offset == 512)
        #expect(area.allocate(16, align: 9).offset == 0)
    }

    @Test func `an alignment above 2^8 pages is honoured, not clamped`() throws {
        let area = try makeArea(pages: 4096)
        area.hold(offset: 0, count: 1)
        #expect(area.allocate(1, align: 11).offset == 2048)
    }

    @Test func `requests that no memory could meet are refused, however many there are`() throws {
        let area = try makeArea(pages: 64)
        for _ in 0..<3 { #expect(area.allocate(.max).offset == nil) }
        #expect(area.failedPagesInAll == .max)
        #expect(area.allocate(1).offset == 0)
    }

    @Test func `a successful allocation holds exactly its pages`() throws {
        let area = try makeArea(pages: 64)
        area.set(10..<20, to: .movable)
        let outcome = area.allocate(16, align: 3)
        #expect(outcome.offset == 0)
        #expect(outcome.errno == nil)
        #expect(outcome.busyRetries == 0)
        #expect(outcome.pagesMigrated == 6)
        #expect(area.allocatedPages == 16)
        #expect(area.counts(in: 0..<64) == (free: 44, movable: 4, pinned: 0, held: 16))
    }

    // MARK: Busy windows

    @Test func `a pinned page sends the search one alignment unit further`() throws {
        let area = try makeArea(pages: 64)
        area[5] = .pinned
        area[31] = .pinned
        #expect(area.allocate(16, align: 4).offset == 32)
        #expect(area.busyWindows == [0, 16])
    }

    @Test func `a request without alignment is tried page by page`() throws {
        let area = try makeArea(pages: 64)
        area[10] = .pinned
        let outcome = area.allocate(16)
        #expect(outcome.offset == 11)
        #expect(outcome.busyRetries == 11)
        #expect(area.busyWindows == Array(0...10))
    }

    @Test func `windows overlap when the request is larger than its alignment`() throws {
        let area = try makeArea(pages: 128)
        area[40] = .pinned
        #expect(area.allocate(48, align: 4).offset == 48)
        #expect(area.busyWindows == [0, 16, 32])
    }

    @Test func `the retry step counts from the window, not from the allocation that stopped the search`()
        throws
    {
        let area = try makeArea(pages: 64)
        area[0] = .pinned
        area.hold(offset: 16, count: 1)
        #expect(area.allocate(8, align: 3).offset == 8)
        #expect(area.allocate(8, align: 3).offset == 24)
        #expect(area.busyWindows == [0])
    }

    @Test func `one page wanted of an area full of pins is tried once for each page`() throws {
        let area = try makeArea(pages: 300)
        area.set(0..<300, to: .pinned)
        let outcome = area.allocate(1)
        #expect(outcome.offset == nil)
        #expect(outcome.errno == .busy)
        #expect(outcome.busyRetries == 300)
        #expect(area.busyWindows == Array(0..<300))
    }

    @Test func `a window that would cross the end of the area is not tried`() throws {
        let area = try makeArea(pages: 100)
        area.hold(offset: 0, count: 64)
        area.set(64..<100, to: .pinned)
        #expect(area.allocate(16, align: 4).errno == .busy)
        #expect(area.busyWindows == [64, 80])
    }

    @Test func `a held page without its bit in the bitmap makes a window busy`() throws {
        let area = try makeArea(pages: 32)
        area[3] = .held
        #expect(area.allocatedPages == 0)
        #expect(area.allocate(16, align: 4).offset == 16)
        #expect(area.busyWindows == [0])
    }

    @Test func `pages that moved stay moved although the attempt failed`() throws {
        let area = try makeArea(pages: 16)
        area.set(0..<16, to: .movable)
        area[8] = .pinned
        let first = area.allocate(16)
        #expect(first.errno == .busy)
        #expect(first.pagesMigrated == 15)
        #expect(area.counts(in: 0..<16) == (free: 15, movable: 0, pinned: 1, held: 0))
        #expect(area.allocatedPages == 0)
        #expect(area.allocate(16).pagesMigrated == 0)
    }

    @Test func `busy windows are those of the last call only`() throws {
        let area = try makeArea(pages: 32)
        area[0] = .pinned
        area.allocate(4, align: 2)
        #expect(area.busyWindows == [0])
        area[0] = .free
        area.allocate(4, align: 2)
        #expect(area.busyWindows == [])
    }

    @Test func `busy windows are counted but not written down unless asked for`() throws {
        let area = try makeArea(pages: 32)
        area.recordsBusyWindows = false
        area[0] = .pinned
        #expect(area.allocate(4, align: 2).busyRetries == 1)
        #expect(area.busyWindows == [])
    }

    // MARK: No window at all

    @Test func `a full area has no memory, and none of its windows is tried`() throws {
        let area = try makeArea(pages: 64)
        area.hold(offset: 0, count: 64)
        let outcome = area.allocate(1)
        #expect(outcome.offset == nil)
        #expect(outcome.errno == .noMemory)
        #expect(outcome.busyRetries == 0)
    }

    @Test func `the errno values are the kernel's`() {
        #expect(AllocationErrno.noMemory.rawValue == -12)
        #expect(AllocationErrno.busy.rawValue == -16)
    }

    @Test(arguments: [65, 1 << 40, .max])
    func `a request larger than the area has no memory`(count: Int) throws {
        let area = try makeArea(pages: 64)
        #expect(area.allocate(count).errno == .noMemory)
        #expect(area.counts(in: 0..<64).free == 64)
    }

    @Test func `an alignment that no page of the area has leaves no memory`() throws {
        let area = try makeArea(pages: 512, base: 17 * 512)
        #expect(area.allocate(1, align: 13).errno == .noMemory)
        #expect(area.allocate(1, align: 9).offset == 0)
    }

    @Test(arguments: [0, -1, .min])
    func `a request for no pages has no memory`(count: Int) throws {
        let area = try makeArea(pages: 64)
        #expect(area.allocate(count).errno == .noMemory)
        #expect(area.allocatedPages == 0)
    }

    @Test(arguments: [-1, 41, 63, 64, .max, .min])
    func `an alignment order out of range has no memory instead of a trap`(align: Int) throws {
        let area = try makeArea(pages: 64)
        #expect(area.allocate(1, align: align).errno == .noMemory)
    }

    @Test func `the whole area can be one allocation`() throws {
        let area = try makeArea(pages: 300)
        #expect(area.allocate(300).offset == 0)
        #expect(area.allocatedPages == 300)
        #expect(area.allocate(1).errno == .noMemory)
    }

    // MARK: Several pages to a bit

    @Test func `with several pages to a bit a request takes whole bits but holds only its pages`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        #expect(area.allocate(5).offset == 0)
        #expect(area.allocatedPages == 8)
        #expect(area.counts(in: 0..<8) == (free: 3, movable: 0, pinned: 0, held: 5))
        #expect(area.allocate(1).offset == 8)
    }

    @Test func `with several pages to a bit a pin behind the request does not matter`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        area[5] = .pinned
        #expect(area.allocate(5).offset == 0)
        area[13] = .pinned
        #expect(area.allocate(6).offset == 16)
        #expect(area.busyWindows == [8, 12])
    }

    @Test func `with several pages to a bit the retry step is one bit at least`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 3)
        area[0] = .pinned
        area[9] = .pinned
        #expect(area.allocate(3, align: 1).offset == 16)
        #expect(area.busyWindows == [0, 8])
    }

    @Test func `with several pages to a bit an allocation larger by rounding than the area fails`() throws {
        let area = try makeArea(pages: 8, orderPerBit: 2)
        area.hold(offset: 0, count: 1)
        #expect(area.allocate(5).errno == .noMemory)
        #expect(area.allocate(4).offset == 4)
    }
}
