import Testing

@testable import PhysicalMemory

/// Areas of several ranges, as Linux 7.3 has them.
@Suite struct SplitAreaTests {
    /// A free area of these ranges, in a machine with three times as much memory outside of it.
    static func makeArea(_ ranges: [Range<Int>], orderPerBit: Int = 0, kernel: Kernel = .linux7_3) throws
        -> ContiguousArea
    {
        let geometry = try #require(AreaGeometry(ranges: ranges, orderPerBit: orderPerBit))
        let memory = try MachineMemory(
            pages: geometry.endPFN + 4 * geometry.pages + 8192, areas: [geometry], kernel: kernel)
        let area = try #require(memory.areas.first)
        area.recordsBusyWindows = true
        return area
    }

    // MARK: Geometry

    @Test func `offsets count the pages of range 0, then those of range 1, and lead back from each page`()
        throws
    {
        let ranges = [9000..<9010, 4000..<4030, 9010..<9011]
        let geometry = try #require(AreaGeometry(ranges: ranges))
        #expect(geometry.basePFN == 9000)
        #expect(geometry.pages == 41)
        #expect(geometry.endPFN == 9011)
        #expect(geometry.offsets == [0..<10, 10..<40, 40..<41])
        let pfns = ranges.flatMap(Array.init)
        for (offset, pfn) in pfns.enumerated() {
            #expect(geometry.pfn(at: offset) == pfn)
            #expect(geometry.offset(ofPFN: pfn) == offset)
        }
        for pfn in [3999, 4030, 8999, 9011] { #expect(geometry.offset(ofPFN: pfn) == nil) }
        #expect(AreaGeometry.pfn(at: 41, in: ranges) == nil)
        #expect(AreaGeometry.pfn(at: -1, in: ranges) == nil)
    }

    @Test(
        arguments: [
            ([], 0), ([0..<4, 3..<8], 0), ([8..<16, 0..<6], 2), ([0..<4, 4..<4], 0),
            ([0..<4, (1 << 40)..<(1 << 40) + 4], 0), ((0..<9).map { $0 * 8..<$0 * 8 + 8 }, 0),
        ] as [([Range<Int>], Int)])
    func `ranges that overlap, are empty, half a bit or too many are refused`(
        ranges: [Range<Int>], order: Int
    ) {
        #expect(AreaGeometry(ranges: ranges, orderPerBit: order) == nil)
    }

    @Test func `a machine of a kernel that knows one range refuses an area of two`() throws {
        let error = #expect(throws: MemoryLayoutError.self) {
            try Self.makeArea([8192..<8704, 9216..<9728], kernel: .linux6_12)
        }
        #expect(error?.description == "an area has 2 ranges; on linux-6.12 it has at most 1")
    }

    @Test func `ranges of two areas may lie between each other but not on the same pages`() throws {
        let first = try #require(AreaGeometry(ranges: [18_432..<18_944, 19_456..<19_968]))
        let between = try #require(AreaGeometry(ranges: [18_944..<19_456]))
        let onto = try #require(AreaGeometry(ranges: [20_480..<20_992, 19_456..<19_968]))
        let memory = try MachineMemory(pages: 65_536, areas: [first, between], kernel: .linux7_3)
        #expect(memory.areas[0].frames(at: 500..<520) == [18_932..<18_944, 19_456..<19_464])
        let error = #expect(throws: MemoryLayoutError.self) {
            try MachineMemory(pages: 65_536, areas: [first, onto], kernel: .linux7_3)
        }
        #expect(error?.description == "two areas overlap at page 19456")
    }

    // MARK: Search

    @Test func `ranges are searched by index, each from its own bit 0, and a full one is passed over`() throws
    {
        let area = try Self.makeArea([20_480..<20_544, 16_384..<16_512])
        #expect(area.allocate(64, align: 6).offset == 0)
        #expect(area.allocate(64, align: 6).offset == 64)
        #expect(area.frame(at: 64) == 16_384)
        #expect(area.release(offset: 0, count: 64))
        #expect(area.allocate(65).offset == nil, "no range has 65 pages left")
        #expect(area.allocate(32).offset == 0)
    }

    @Test func `refused windows of an earlier range come first in the list, by offset in the area`() throws {
        let area = try Self.makeArea([20_480..<20_544, 16_384 + 8..<16_384 + 72])
        area[5] = .pinned
        area[40] = .pinned
        area[64 + 9] = .pinned
        #expect(area.allocate(32, align: 5).offset == 64 + 24)
        // The second range begins 8 pages above a multiple of 32: its first aligned page is its 24th.
        #expect(area.busyWindows == [0, 32])
        #expect(area.allocate(16, align: 3).offset == 8)
        #expect(area.busyWindows == [0])
    }

    @Test func `two ranges that touch have no window across their border`() throws {
        let area = try Self.makeArea([20_480..<20_544, 20_544..<20_608])
        #expect(area.allocate(40).offset == 0)
        #expect(area.allocate(40).offset == 64)
        #expect(area.allocate(40).errno == .busy)
        #expect(area.nextWindow(from: 0, for: AllocationRequest(count: 40, align: 0)) == nil)
        var outcome = area.beginCall()
        #expect(!area.tryWindow(50..<70, mode: .normal, into: &outcome))
        area.endCall(&outcome)
        #expect(area.longestUnallocatedRun == 24)
        var stretches: [Range<Int>] = []
        area.forEachStretch { stretch, _ in stretches.append(stretch) }
        #expect(stretches == [0..<40, 40..<64, 64..<104, 104..<128])
    }

    @Test func `a harvest of a stretch over two ranges takes windows of each`() throws {
        let area = try Self.makeArea([20_480..<20_544, 16_384..<16_448])
        area.set(0..<128, to: .movable)
        var outcome = area.beginCall()
        let taken = area.harvest(
            48..<112, for: AllocationRequest(count: 16, align: 4), limit: 3, mode: .normal, into: &outcome)
        area.endCall(&outcome)
        #expect(taken == [48, 64, 80])
        #expect(area.allocatedPages == 48)
        #expect(area.findings == [])
    }

    // MARK: The naive twin

    static let layouts: [[Range<Int>]] = [
        [20_480..<20_610, 16_389..<16_460, 24_576..<24_640],
        [16_384..<16_448, 16_448..<16_512],
        [30_000..<30_008, 20_000..<20_200],
        (0..<8).map { 40_000 - 1000 * $0 + $0..<40_000 - 1000 * $0 + $0 + 20 + 4 * $0 },
    ]

    @Test(arguments: layouts.indices, [UInt64(1), 2])
    func `every decision over several ranges is the naive model's`(layout: Int, seed: UInt64) throws {
        let ranges = Self.layouts[layout]
        let area = try Self.makeArea(ranges)
        var twin = NaiveSplitArea(ranges)
        var generator = SeededGenerator(seed: seed)
        var held: [Range<Int>] = []
        var (succeeded, refused) = (0, 0)
        for step in 0..<6000 {
            switch generator.below(10) {
            case 0..<5:
                let count =
                    generator.below(12) == 0
                    ? 1 + generator.below(area.geometry.pages + 4) : 1 + generator.below(20)
                let align = generator.below(7)
                let mode: AllocationMode = generator.below(3) == 0 ? .cached : .normal
                let outcome = area.allocate(AllocationRequest(count: count, align: align), mode: mode)
                let expected = twin.allocate(count: count, align: align, caching: mode.cachesLastFailure)
                let answer = NaiveArea.Answer(
                    offset: outcome.offset, errno: outcome.errno?.rawValue ?? 0, busy: area.busyWindows,
                    migrated: outcome.pagesMigrated)
                guard answer == expected else {
                    Issue.record(
                        "step \(step), \(count) pages aligned to 2^\(align): \(answer), not \(expected)")
                    return
                }
                if let offset = answer.offset {
                    held.append(offset..<offset + count)
                    succeeded += 1
                } else {
                    refused += 1
                }
            case 5..<8:
                guard !held.isEmpty else { continue }
                let pages = held.remove(at: generator.below(held.count))
                #expect(area.release(offset: pages.lowerBound, count: pages.count))
                twin.release(pages)
            default:
                let state: PageState = [.pinned, .movable, .free][generator.below(3)]
                let first = generator.below(area.geometry.pages)
                for page in first..<min(first + 1 + generator.below(8), area.geometry.pages)
                where area[page] != .held {
                    area[page] = state
                    twin[page] = state
                }
            }
        }
        #expect(area.findings == [])
        #expect(succeeded > 500)
        #expect(refused > 50)
    }
}

/// An area of several ranges as naive areas one after the other.
private struct NaiveSplitArea {
    private var parts: [(area: NaiveArea, first: Int)] = []
    private let pages: Int

    init(_ ranges: [Range<Int>]) {
        var first = 0
        for range in ranges {
            parts.append((NaiveArea(base: range.lowerBound, pages: range.count, order: 0), first))
            first += range.count
        }
        pages = first
    }

    private func part(of page: Int) -> Int { parts.lastIndex { $0.first <= page } ?? 0 }

    subscript(page: Int) -> PageState {
        get { parts[part(of: page)].area.states[page - parts[part(of: page)].first] }
        set { parts[part(of: page)].area.states[page - parts[part(of: page)].first] = newValue }
    }

    mutating func allocate(count: Int, align: Int, caching: Bool) -> NaiveArea.Answer {
        var answer = NaiveArea.Answer(errno: -16)
        guard count <= pages else { return answer }
        for index in parts.indices {
            let unallocated = parts.reduce(0) { $0 + $1.area.bits.count { !$0 } }
            guard count <= parts[index].area.pages else { continue }
            guard count <= unallocated else {
                if caching { parts[index].area.next = 0 }
                continue
            }
            let own = parts[index].area.allocate(count: count, align: align, caching: caching)
            answer.busy += own.busy.map { $0 + parts[index].first }
            answer.migrated += own.migrated
            guard let offset = own.offset else { continue }
            answer.offset = offset + parts[index].first
            answer.errno = 0
            return answer
        }
        return answer
    }

    mutating func release(_ pages: Range<Int>) {
        let index = part(of: pages.lowerBound)
        _ = parts[index].area.release(offset: pages.lowerBound - parts[index].first, count: pages.count)
    }
}
