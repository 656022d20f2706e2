import Measurement
import PhysicalMemory

/// An area looked at once from end to end.
struct AreaSurvey {
    /// The area cut into at most 64 equal stretches.
    private(set) var strip: [PageCounts]
    private(set) var total = PageCounts()
    /// What contiguous allocations could still have of it: pages that are free, or in use and movable.
    private(set) var left = RemainderRecord(orders: BlockSizes.orders)

    /// Pages of the longest run of free ones.
    private(set) var largestFreeRun = 0

    private let pages: Int
    private let geometry: AreaGeometry

    init(of area: ContiguousArea) {
        pages = area.geometry.pages
        geometry = area.geometry
        strip = [PageCounts](repeating: PageCounts(), count: min(64, pages))
        var usable = 0..<0
        var cell = 0
        let begins = Set(geometry.offsets.map(\.lowerBound))
        area.forEachStretch { stretch, state in
            // No allocation has pages of two ranges.
            if begins.contains(stretch.lowerBound) {
                add(usable)
                usable = 0..<0
            }
            count(stretch, state, from: &cell)
            if state == .free { largestFreeRun = max(largestFreeRun, stretch.count) }
            if state == .free || state == .movable {
                usable = usable.isEmpty ? stretch : usable.lowerBound..<stretch.upperBound
            } else {
                add(usable)
                usable = 0..<0
            }
        }
        add(usable)
        for cell in strip { total.add(cell) }
        left.freePages = total.free
    }

    private func end(of cell: Int) -> Int { pages * (cell + 1) / strip.count }

    /// Puts a stretch into the cells that it touches, the first of which is at `cell` or behind it.
    private mutating func count(_ stretch: Range<Int>, _ state: PageState, from cell: inout Int) {
        var first = stretch.lowerBound
        while first < stretch.upperBound {
            while end(of: cell) <= first { cell += 1 }
            let last = min(stretch.upperBound, end(of: cell))
            switch state {
            case .free: strip[cell].free += last - first
            case .movable: strip[cell].movable += last - first
            case .pinned: strip[cell].pinned += last - first
            case .held: strip[cell].held += last - first
            }
            first = last
        }
    }

    /// A longest run of usable pages.
    private mutating func add(_ run: Range<Int>) {
        left.largestRunPages = max(left.largestRunPages, run.count)
        guard !run.isEmpty else { return }
        let first = geometry.pfn(at: run.lowerBound)
        let end = first + run.count
        for order in 0..<BlockSizes.orders where run.count >= 1 << order {
            left.usableChunks[order] += max(end >> order - (first + 1 << order - 1) >> order, 0)
        }
    }
}

/// Orders that the buddy allocator of Linux 6.1 knows.
enum BlockSizes {
    static let orders = 11
}
