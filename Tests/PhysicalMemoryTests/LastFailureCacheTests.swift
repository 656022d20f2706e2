import PhysicalMemory
import Testing

/// The last-failed-pfn cache: the area keeps a bit number, at first 0, where the next search begins.
@Suite struct LastFailureCacheTests {
    /// 64 free pages, searched next from page 16: a 16-page window at 0 was busy and the one behind
    /// it was taken and given back.
    private func areaSearchedFrom16() throws -> ContiguousArea {
        let area = try makeArea(pages: 64)
        area[5] = .pinned
        #expect(area.allocate(16, align: 4, .cached).offset == 16)
        #expect(area.busyWindows == [0])
        area.release(offset: 16, count: 16)
        area.drain()
        area[5] = .free
        return area
    }

    @Test(arguments: [AllocationMode.cached, .failFast])
    func `the next call starts behind the last window that failed`(mode: AllocationMode) throws {
        let area = try areaSearchedFrom16()
        #expect(area.allocate(16, align: 4, mode).offset == 16)
    }

    @Test(arguments: [AllocationMode.normal, .noDrain, .noRetry])
    func `a mode without the cache starts at the first page`(mode: AllocationMode) throws {
        let area = try areaSearchedFrom16()
        #expect(area.allocate(16, align: 4, mode).offset == 0)
    }

    @Test(arguments: [AllocationMode.normal, .noDrain, .noRetry])
    func `a mode without the cache leaves it alone, failing or not`(mode: AllocationMode) throws {
        let area = try areaSearchedFrom16()
        area.set(0..<64, to: .pinned)
        #expect(area.allocate(16, align: 4, mode).errno == .busy)
        area.set(0..<64, to: .free)
        #expect(area.allocate(16, align: 4, .cached).offset == 16)
    }

    @Test func `success leaves the cache where it is`() throws {
        let area = try areaSearchedFrom16()
        #expect(area.allocate(16, align: 4, .cached).offset == 16)
        area.release(offset: 16, count: 16)
        #expect(area.allocate(16, align: 4, .cached).offset == 16)
        #expect(area.allocate(16, align: 4, .cached).offset == 32)
        #expect(area.allocate(16, align: 4, .cached).offset == 48)
    }

    @Test func `a search that finds nothing up to the end goes on from the first page`() throws {
        let area = try areaSearchedFrom16()
        area.hold(offset: 16, count: 48)
        let outcome = area.allocate(16, align: 4, .cached)
        #expect(outcome.offset == 0)
        #expect(outcome.busyRetries == 0)
    }

    @Test func `the second lap ends at candidates below where the first began`() throws {
        let area = try areaSearchedFrom16()
        for page in [5, 20, 40, 60] { area[page] = .pinned }
        let outcome = area.allocate(16, align: 4, .cached)
        #expect(outcome.errno == .busy)
        #expect(area.busyWindows == [16, 32, 48, 0])
        #expect(outcome.busyRetries == 4)
    }

    @Test func `a candidate of the second lap may reach over where the first began`() throws {
        let area = try makeArea(pages: 64)
        area[3] = .pinned
        #expect(area.allocate(4, .cached).offset == 4)
        area.release(offset: 4, count: 4)
        area[3] = .free
        area[7] = .pinned
        area.hold(offset: 0, count: 1)
        area.hold(offset: 8, count: 56)
        // The first lap begins at page 4; only [1, 5) is free.
        area.hold(offset: 5, count: 1)
        #expect(area.allocate(4, .cached).offset == 1)
        #expect(area.busyWindows == [])
    }

    @Test func `a search that began at the first page has no second lap`() throws {
        let area = try makeArea(pages: 64)
        area.set(0..<64, to: .pinned)
        area.allocate(16, align: 4, .cached)
        #expect(area.busyWindows == [0, 16, 32, 48])
    }

    @Test func `a failed call resets the cache`() throws {
        let area = try areaSearchedFrom16()
        for page in [5, 20, 40, 60] { area[page] = .pinned }
        #expect(area.allocate(16, align: 4, .cached).errno == .busy)
        area[5] = .free
        area[20] = .free
        #expect(area.allocate(16, align: 4, .cached).offset == 0)
        #expect(area.busyWindows == [])
    }

    @Test func `a call that fails without a window resets the cache too`() throws {
        let area = try areaSearchedFrom16()
        area.hold(offset: 0, count: 64)
        #expect(area.allocate(16, align: 4, .cached).errno == .noMemory)
        area.release(offset: 0, count: 64)
        #expect(area.allocate(16, align: 4, .cached).offset == 0)
    }

    @Test func `the cache moves with every busy window, in the second lap as well`() throws {
        let area = try areaSearchedFrom16()
        area[2] = .pinned
        area.hold(offset: 16, count: 48)
        // Second lap: busy at 0, taken at 8.
        #expect(area.allocate(8, align: 3, .cached).offset == 8)
        #expect(area.busyWindows == [0])
        area.release(offset: 8, count: 8)
        area[2] = .free
        #expect(area.allocate(8, align: 3, .cached).offset == 8)
    }

    @Test func `a request that would not fit from the cached page starts at the first`() throws {
        let area = try makeArea(pages: 64)
        area.hold(offset: 0, count: 32)
        area[40] = .pinned
        #expect(area.allocate(16, align: 4, .cached).offset == 48)
        area.release(offset: 48, count: 16)
        area.release(offset: 0, count: 32)
        area[40] = .free
        // The cache says 48: 16 pages fit from there, 17 do not.
        #expect(area.allocate(17, .cached).offset == 0)
        area.release(offset: 0, count: 17)
        #expect(area.allocate(16, .cached).offset == 48)
    }

    @Test func `the cache is one for all modes that use it`() throws {
        let area = try makeArea(pages: 64)
        area[5] = .pinned
        #expect(area.allocate(16, align: 4, .failFast).offset == 16)
        area[5] = .free
        #expect(area.allocate(16, align: 4, .cached).offset == 32)
    }

    @Test func `two areas do not share a cache`() throws {
        _ = try areaSearchedFrom16()
        let other = try makeArea(pages: 64)
        #expect(other.allocate(16, align: 4, .cached).offset == 0)
    }

    @Test func `the cache counts in bits, not in pages`() throws {
        let area = try makeArea(pages: 64, orderPerBit: 2)
        area[5] = .pinned
        #expect(area.allocate(16, align: 4, .cached).offset == 16)
        area.release(offset: 16, count: 16)
        area[5] = .free
        #expect(area.allocate(4, .cached).offset == 16)
        #expect(area.allocate(48, .cached).errno == .noMemory)
    }
}
