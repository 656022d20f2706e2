import PhysicalMemory
import Testing

@testable import Emulation

/// The window with the fewest pages in the way.
@Suite struct NearestWindowTests {
    private typealias Obstacles = [(pages: Range<Int>, obstacle: ContiguousArea.PageObstacle)]

    /// Every window looked at by itself.
    private func nearest(
        pages: Int, align: Int, _ geometry: AreaGeometry, _ isBlocked: [Bool]
    ) -> (first: Int, blocked: Int)? {
        var best: (first: Int, blocked: Int)?
        for first in 0..<geometry.pages where first + pages <= geometry.pages {
            let isPlace =
                (geometry.basePFN + first) % (1 << align) == 0 && first % (1 << geometry.orderPerBit) == 0
            guard isPlace else { continue }
            let blocked = isBlocked[first..<first + pages].count { $0 }
            if best.map({ blocked < $0.blocked }) ?? true { best = (first, blocked) }
        }
        return best
    }

    @Test func `a walk finds what looking at every window finds`() throws {
        var random = SeededGenerator(seed: 5)
        for round in 0..<400 {
            let order = Int.random(in: 0...2, using: &random)
            let pages = Int.random(in: 1...40, using: &random) << order
            let base = Int.random(in: 0...3, using: &random) == 0 ? 4096 : 4096 + round << order
            let geometry = try #require(AreaGeometry(basePFN: base, pages: pages, orderPerBit: order))
            let share = Int.random(in: 0...9, using: &random)
            let isBlocked = (0..<pages).map { _ in Int.random(in: 0...9, using: &random) < share }
            var obstacles: Obstacles = []
            for page in 0..<pages where isBlocked[page] {
                let kind: ContiguousArea.PageObstacle = page % 3 == 0 ? .held : .seen(.pinned)
                obstacles.append((page..<page + 1, kind))
            }
            let wanted = Int.random(in: 1...max(pages, 2), using: &random)
            let align = Int.random(in: 0...4, using: &random)
            let found = NearestWindow(pages: wanted, align: align, in: geometry, among: obstacles)
            let expected = nearest(pages: wanted, align: align, geometry, isBlocked)
            #expect(found?.first == expected?.first, "round \(round)")
            #expect(found?.blockingPages == expected?.blocked, "round \(round)")
            #expect(found?.blockers.reduce(0) { $0 + $1.pages.count } == expected?.blocked, "round \(round)")
        }
    }

    @Test func `stretches are cut to the window`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 64, pages: 64))
        let obstacles: Obstacles = [(0..<30, .held), (34..<64, .kernel)]
        let found = try #require(NearestWindow(pages: 8, align: 3, in: geometry, among: obstacles))
        #expect(found.first == 24)
        #expect(found.blockers.map(\.pages) == [24..<30])
    }

    @Test(arguments: [0, 65, -1, Int.max])
    func `a request that no window could serve has none`(pages: Int) throws {
        let geometry = try #require(AreaGeometry(basePFN: 64, pages: 64))
        #expect(NearestWindow(pages: pages, align: 0, in: geometry, among: []) == nil)
    }
}
