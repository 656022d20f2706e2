import PhysicalMemory

/// The window of a request's size and alignment that has the fewest pages in its way.
///
/// Where a contiguous allocation failed, this is what stood between it and success.
struct NearestWindow {
    /// First page, from the area's base.
    let first: Int
    /// Pages in its way, and the stretches that they are, cut to the window.
    let blockingPages: Int
    let blockers: [(pages: Range<Int>, obstacle: ContiguousArea.PageObstacle)]

    /// Nil when the area has no window of that size and alignment at all. Of several the first.
    ///
    /// Both ends of the window only ever go forward, and so do two places in the list of obstacles: the
    /// whole search is one walk.
    init?(
        pages: Int, align: Int, in geometry: AreaGeometry,
        among obstacles: [(pages: Range<Int>, obstacle: ContiguousArea.PageObstacle)]
    ) {
        guard pages > 0, pages <= geometry.pages, (0...40).contains(align) else { return nil }
        // A window begins where a bit does, and where the alignment allows it.
        let step = max(1 << align, 1 << geometry.orderPerBit)
        var behindStart = ObstacleCount(obstacles)
        var behindEnd = ObstacleCount(obstacles)
        var best: (first: Int, pages: Int)?
        ranges: for (range, offsets) in zip(geometry.ranges, geometry.offsets) {
            let base = range.lowerBound & ~(1 << geometry.orderPerBit - 1)
            var first = offsets.lowerBound + (base + (1 << align) - 1) & ~((1 << align) - 1) - base
            while first + pages <= offsets.upperBound {
                let inTheWay = behindEnd.pages(before: first + pages) - behindStart.pages(before: first)
                if best.map({ inTheWay < $0.pages }) ?? true { best = (first, inTheWay) }
                if inTheWay == 0 { break ranges }
                first += step
            }
        }
        guard let best else { return nil }
        self.first = best.first
        blockingPages = best.pages
        let window = best.first..<best.first + pages
        blockers = obstacles.compactMap { stretch in
            let cut = stretch.pages.clamped(to: window)
            return cut.isEmpty ? nil : (cut, stretch.obstacle)
        }
    }

    /// How many pages of the obstacles lie before a place that only goes forward.
    private struct ObstacleCount {
        let obstacles: [(pages: Range<Int>, obstacle: ContiguousArea.PageObstacle)]
        var index = 0
        var passed = 0

        init(_ obstacles: [(pages: Range<Int>, obstacle: ContiguousArea.PageObstacle)]) {
            self.obstacles = obstacles
        }

        mutating func pages(before place: Int) -> Int {
            while index < obstacles.count, obstacles[index].pages.upperBound <= place {
                passed += obstacles[index].pages.count
                index += 1
            }
            guard index < obstacles.count, obstacles[index].pages.lowerBound < place else { return passed }
            return passed + place - obstacles[index].pages.lowerBound
        }
    }
}
