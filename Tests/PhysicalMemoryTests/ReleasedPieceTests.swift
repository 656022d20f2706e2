import Testing

@testable import PhysicalMemory

/// Linux 7.3 gives a released run back in naturally aligned pieces.
@Suite struct ReleasedPieceTests {
    private func pieces(_ run: Range<Int>) -> [Int] {
        var pieces: [Int] = []
        var pfn = run.lowerBound
        while pfn < run.upperBound {
            let order = Zone.pieceOrder(at: pfn, of: run, atMost: 10)
            pieces.append(1 << order)
            pfn += 1 << order
        }
        return pieces
    }

    @Test(arguments: [
        // first page, pages, pieces
        (1024 + 4, 21, [4, 8, 8, 1]), (1024, 100, [64, 32, 4]), (1024, 16, [16]),
        (2048, 2025, [1024, 512, 256, 128, 64, 32, 8, 1]), (1023, 2, [1, 1]),
        (4096, 4096, [1024, 1024, 1024, 1024]),
    ])
    func `a run is cut by the alignment of each piece and by what is left`(
        first: Int, count: Int, sizes: [Int]
    ) {
        #expect(pieces(first..<first + count) == sizes)
    }

    @Test func `pieces cover their run, each is aligned, and none could be twice as large`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let first = 1 + generator.below(5000)
            let run = first..<first + 1 + generator.below(4000)
            var pfn = run.lowerBound
            for size in pieces(run) {
                #expect(pfn % size == 0)
                let next = 2 * size
                #expect(size == 1024 || pfn % next != 0 || pfn + next > run.upperBound)
                pfn += size
            }
            #expect(pfn == run.upperBound)
        }
    }

    @Test func `an aligned chunk is free at once on 7.3, and lies on the CPU's lists before`() throws {
        for (kernel, isFree) in [(Kernel.linux6_1, false), (.linux6_12, false), (.linux7_3, true)] {
            let area = try SplitAreaTests.makeArea([20_480..<20_992], kernel: kernel)
            #expect(area.allocate(16, align: 4).offset == 0)
            area.drain()
            #expect(area.release(offset: 0, count: 16))
            #expect(area.memory.perCPUPages == [isFree ? 0 : 16])
            #expect((area.allocate(16, align: 4, .noDrain).offset == 0) == isFree)
            #expect(area.findings == [])
        }
    }

    @Test func `of an odd size the small pieces stay on the lists`() throws {
        let area = try SplitAreaTests.makeArea([20_480..<24_576])
        #expect(area.allocate(2025, align: 11).offset == 0)
        area.drain()
        #expect(area.release(offset: 0, count: 2025))
        #expect(area.memory.perCPUPages == [9])
        area.drain()
        #expect(area.counts(in: 0..<4096).free == 4096)
        #expect(area.findings == [])
    }

    @Test func `a run over pageblocks of two types of the same area merges as freed blocks do`() throws {
        let area = try SplitAreaTests.makeArea([20_480..<24_576])
        #expect(area.allocate(4096, align: 10).offset == 0)
        #expect(area.release(offset: 0, count: 4096))
        #expect(area.memory.perCPUPages == [0])
        #expect(area.memory.freeBlocks(of: .cma)[10] == 4)
        #expect(area.findings == [])
    }
}
