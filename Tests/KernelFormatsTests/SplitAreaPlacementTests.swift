import Testing

@testable import KernelFormats

/// Ranges of areas that Linux 7.3 split, as booted machines had them.
@Suite struct SplitAreaPlacementTests {
    private static let mib: UInt64 = 1 << 20

    private func ranges(
        of size: UInt64, in pieces: [(base: UInt64, size: UInt64)], mostRanges: Int = 8
    ) -> [[UInt64]]? {
        let free = pieces.map { $0.base * Self.mib..<($0.base + $0.size) * Self.mib }
        let ranges = SplitArea.ranges(
            of: size * Self.mib, in: free, alignment: 2 * Self.mib, mostRanges: mostRanges)
        return ranges?.map { [$0.lowerBound / Self.mib, ($0.upperBound - $0.lowerBound) / Self.mib] }
    }

    /// Free pieces of the machine of multi61, multi62 and multibig64.
    private static let threePieces: [(base: UInt64, size: UInt64)] = [(4096, 256), (4354, 254), (4610, 250)]
    /// Of the machine of multidesc67 and multifull68.
    private static let sixPieces: [(base: UInt64, size: UInt64)] = [
        (4096, 60), (4158, 80), (4240, 100), (4342, 120), (4464, 140), (4606, 204),
    ]

    @Test func `the recorded areas of 448 and 384 MiB lie in the second and the third piece`() {
        #expect(ranges(of: 448, in: Self.threePieces) == [[4354, 254], [4610, 194]])
        #expect(ranges(of: 384, in: Self.threePieces) == [[4354, 254], [4610, 130]])
    }

    @Test func `the recorded area of 420 MiB descends by address`() {
        #expect(
            ranges(of: 420, in: Self.sixPieces) == [[4464, 140], [4342, 120], [4240, 100], [4158, 60]])
    }

    @Test func `pieces below 4 GiB are not used, and all together must be large enough`() {
        #expect(ranges(of: 100, in: [(1024, 512), (4096, 60), (4200, 60)]) == [[4096, 60], [4200, 40]])
        #expect(ranges(of: 121, in: [(1024, 512), (4096, 60), (4200, 60)]) == nil)
        #expect(ranges(of: 1, in: []) == nil)
    }

    @Test func `a new largest piece comes last but one`() {
        // Held are 10, then 20 10, then 20 30 10; taken are 20, then 30 20, then 30 10 20.
        #expect(
            ranges(of: 60, in: [(4096, 10), (4200, 20), (4300, 30)]) == [
                [4300, 30], [4096, 10], [4200, 20],
            ])
    }

    @Test
    func `where as many are held as an area has ranges, a smaller piece is dropped and a larger one taken`() {
        let pieces: [(base: UInt64, size: UInt64)] = [(4096, 20), (4200, 10), (4300, 6), (4400, 40)]
        #expect(ranges(of: 56, in: pieces, mostRanges: 3) == [[4400, 40], [4200, 10], [4300, 6]])
        #expect(ranges(of: 57, in: pieces, mostRanges: 3) == nil)
        #expect(ranges(of: 50, in: pieces, mostRanges: 2) == [[4200, 10], [4400, 40]])
    }

    @Test func `an area of gigantic pages that has no place as a whole is split on 7.3 alone`() throws {
        func layout(_ rules: BootLayout.Rules) throws -> BootLayout {
            let tree = TreeFixture.tree(
                memory: [(0, 2 << 30), (5 << 30, 2 << 30), (8 << 30, 2 << 30)], [])
            return try BootLayout(
                tree: tree, commandLine: KernelCommandLine(parsing: "hugetlb_cma=3G"), rules: rules,
                kernelBytes: { _ in 32 * Self.mib })
        }
        let whole = try layout(.init(mostRanges: 1, hugePageAlignment: 1 << 30))
        #expect(whole.areas.first?.refusal?.errno == .noMemory)
        let split = try #require(try layout(.init(mostRanges: 8, hugePageAlignment: 1 << 30)).areas.first)
        #expect(split.refusal == nil)
        #expect(split.size == 3 << 30)
        #expect(split.base == split.ranges.first?.lowerBound)
        #expect(split.ranges == [(5 << 30)..<(7 << 30), (8 << 30)..<(9 << 30)])
    }
}
