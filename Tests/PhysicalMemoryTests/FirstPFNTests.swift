import Testing

@testable import PhysicalMemory

/// Memory that does not begin at page frame number 0, and memory with holes.
@Suite struct FirstPFNTests {
    private static let pages = 1 << 16

    /// 256 MiB from `first` on, with an area of 16 MiB at 128 MiB of it, partly in use.
    private func machine(first: Int, absent: [Range<Int>] = []) throws -> MachineMemory {
        let base = first + Self.pages / 2
        return try MachineMemory(
            firstPFN: first, pages: Self.pages,
            absent: absent.map { $0.lowerBound + first..<$0.upperBound + first },
            areas: [try #require(AreaGeometry(basePFN: base, pages: 4096))],
            inUse: [base + 100..<base + 900, base + 2000..<base + 2600])
    }

    @Test(arguments: [1 << 10, 1 << 18, 0x8_8000_0 << 4, (1 << 36) - (1 << 24)])
    func `every call ends as on memory that begins at page 0`(first: Int) throws {
        let (moved, plain) = (try machine(first: first), try machine(first: 0))
        let (area, other) = (moved.areas[0], plain.areas[0])
        var generator = SeededGenerator(seed: 7)
        for offset in [150, 2300, 2301] { (area[offset], other[offset]) = (.pinned, .pinned) }
        var held: [(Int, Int)] = []
        for _ in 0..<300 {
            if !held.isEmpty, generator.below(3) == 0 {
                let (offset, count) = held.remove(at: generator.below(held.count))
                #expect(area.release(offset: offset, count: count))
                #expect(other.release(offset: offset, count: count))
                continue
            }
            let request = AllocationRequest(count: generator.below(64) + 1, align: generator.below(9))
            let mode: AllocationMode = generator.below(2) == 0 ? .normal : .failFast
            let (got, expected) = (area.allocate(request, mode: mode), other.allocate(request, mode: mode))
            #expect(got.offset == expected.offset)
            #expect(got.busyRetries == expected.busyRetries)
            #expect(got.durationNanoseconds == expected.durationNanoseconds)
            if let offset = got.offset { held.append((offset, request.count)) }
        }
        #expect(area.states == other.states)
        #expect(moved.freePages == plain.freePages)
        #expect(area.findings.isEmpty)
        #expect(area.geometry.basePFN == first + Self.pages / 2)
    }

    @Test func `an alignment beyond that of memory's beginning is that of the page frame number`() throws {
        // Memory begins 4 MiB below a multiple of 8 MiB, the area 2 MiB above one.
        let first = 1024 * 1001
        let base = first + Self.pages / 2 + 1024 + 512
        let memory = try MachineMemory(
            firstPFN: first, pages: Self.pages,
            areas: [try #require(AreaGeometry(basePFN: base, pages: 8192))])
        let area = memory.areas[0]
        let offset = try #require(area.allocate(8, align: 11).offset)
        #expect((base + offset) % 2048 == 0)
        #expect(area.findings.isEmpty)
    }

    @Test func `what is absent is never free and never handed out`() throws {
        let hole = 40_000..<45_000
        let memory = try machine(first: 1 << 18, absent: [hole])
        let whole = try machine(first: 1 << 18)
        #expect(memory.managedPages < whole.managedPages)
        var taken: [Int] = []
        while let frame = memory.allocatePage(for: .kernel, cpu: 0) { taken.append(frame) }
        #expect(taken.count > 1000)
        #expect(taken.allSatisfy { !hole.contains($0) })
        #expect(memory.zone.checkInvariants().isEmpty)
        #expect(hole.allSatisfy { memory.use(of: $0) == .kernel })
    }

    private static let refused: [(Int, Int, Range<Int>?, String)] = [
        (512, 32_768, nil, "not at page 512"), (-1024, 32_768, nil, "not at page -1024"),
        (1 << 36, 32_768, nil, "below 256 TiB"), (1 << 18, -1024, nil, "memory at page 262144"),
        (1 << 18, 65_536, nil, "memory at page 327680"), (1 << 18, 1024, nil, "the kernel's own memory"),
        (1 << 18, 32_768, 33_000..<34_000, "pages 295144 to 296144, which are not memory"),
        (1 << 18, 32_768, 60_000..<70_000, "absent pages must be ascending"),
    ]

    @Test(arguments: refused)
    func `what cannot be laid out is refused with page frame numbers`(
        first: Int, offset: Int, hole: Range<Int>?, words: String
    ) throws {
        let base = max(first + offset, 0)
        let area = try #require(AreaGeometry(basePFN: base, pages: 4096))
        let refusal = #expect(throws: MemoryLayoutError.self) {
            try MachineMemory(
                firstPFN: first, pages: Self.pages,
                absent: hole.map { [$0.lowerBound + first..<$0.upperBound + first] } ?? [], areas: [area])
        }
        #expect(refusal?.description.contains(words) == true, "\(refusal?.description ?? "")")
    }
}
