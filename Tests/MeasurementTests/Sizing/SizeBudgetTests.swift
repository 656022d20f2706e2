import Foundation
import Testing

@testable import Measurement

@Suite struct SizeBudgetTests {
    private func budget(_ pages: Int, held: Int, empty: Int?, unpinned: Int?) -> SizeBudget {
        SizeBudget(
            of: pages,
            SizeLimits(heldPages: held, emptyPages: empty, unpinnedPages: unpinned, obstacles: nil))
    }

    @Test func `each search adds what it needs above the one before`() {
        let budget = budget(10_240, held: 7000, empty: 7168, unpinned: 9216)
        #expect(budget.heldPages == 7000)
        #expect(budget.layoutPages == 168)
        #expect(budget.movablePages == 2048)
        #expect(budget.pinnedPages == 1024)
        #expect(budget.needsMoreEmpty == nil)
        #expect(budget.needsMoreUnpinned == nil)
    }

    /// Searches of the three machines may end in any order, or without an answer.
    @Test func `whatever the searches found, the parts add up to the size and none is negative`() {
        let sizes: [Int?] = [nil] + (0...9).map { $0 * 512 }
        for pages in stride(from: 512, through: 4096, by: 512) {
            for held in [0, 1, 511, 512, 2000, 5000] {
                for empty in sizes {
                    for unpinned in sizes {
                        let budget = budget(pages, held: held, empty: empty, unpinned: unpinned)
                        let parts = [
                            budget.heldPages, budget.layoutPages, budget.movablePages, budget.pinnedPages,
                        ]
                        #expect(parts.reduce(0, +) == pages)
                        #expect(parts.allSatisfy { $0 >= 0 })
                        #expect(budget.needsMoreEmpty == empty.flatMap { $0 > pages ? $0 : nil })
                    }
                }
            }
        }
    }

    @Test func `an easier machine that needs more is told`() {
        // 205 MiB held, 3 MiB of layout, 292 MiB without pins, 272 MiB with them: no 84 MiB are left over.
        let budget = budget(272 << 8, held: 205 << 8, empty: 208 << 8, unpinned: 292 << 8)
        #expect(budget.movablePages == 64 << 8)
        #expect(budget.pinnedPages == 0)
        #expect(budget.needsMoreUnpinned == 292 << 8)
    }

    @Test func `a budget is read back as it was written`() throws {
        let written = budget(272 << 8, held: 205 << 8, empty: 208 << 8, unpinned: 292 << 8)
        let read = try JSONDecoder().decode(SizeBudget.self, from: JSONEncoder().encode(written))
        #expect(read == written)
    }
}
