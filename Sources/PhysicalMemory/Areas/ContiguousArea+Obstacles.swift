/// What stands in the way of contiguous allocations, seen from outside: looking costs the emulated machine
/// nothing.
extension ContiguousArea {
    /// Why a page would not be had right now.
    public enum PageObstacle: Sendable, Hashable {
        /// A contiguous allocation holds it.
        case held
        /// The kernel's own: nothing can move it.
        case kernel
        /// Something else, as a strategy's look finds it.
        case seen(Obstacle)
    }

    /// The page that most likely refused a window which was just tried, as an offset from the base: the
    /// first one that nothing can move, else the first that could not be had right now. Nil when there is
    /// none left.
    public func refusal(in window: Range<Int>) -> (page: Int, obstacle: PageObstacle)? {
        var first: (page: Int, obstacle: PageObstacle)?
        for (range, pages) in parts(of: window) {
            let frames = range.frames(at: pages)
            var pfn = frames.lowerBound
            while pfn < frames.upperBound {
                let used = memory.zone.freeMap.nextClear(from: pfn)
                if used > pfn {
                    pfn = used
                    continue
                }
                if let obstacle = pageObstacle(at: pfn) {
                    let found = (page: range.offset(of: pfn), obstacle: obstacle)
                    switch obstacle {
                    case .held, .kernel, .seen(.pinned): return found
                    case .seen: first = first ?? found
                    }
                }
                pfn += 1
            }
        }
        return first
    }

    /// Every longest stretch of pages that migration cannot move right now, and why, from the first to
    /// the last; offsets from the base, and no stretch of two ranges. Pages on the lists and batches of CPUs are none.
    public func obstacleStretches() -> [(pages: Range<Int>, obstacle: PageObstacle)] {
        var stretches: [(pages: Range<Int>, obstacle: PageObstacle)] = []
        for range in ranges {
            var pfn = range.frames.lowerBound
            while pfn < range.frames.upperBound {
                let used = memory.zone.freeMap.nextClear(from: pfn)
                if used > pfn {
                    pfn = used
                    continue
                }
                let page = range.offset(of: pfn)
                pfn += 1
                guard let obstacle = pageObstacle(at: pfn - 1) else { continue }
                if case .seen(let kind) = obstacle, kind < .locked { continue }
                if let last = stretches.last, last.pages.upperBound == page, last.obstacle == obstacle,
                    page > range.offsets.lowerBound
                {
                    stretches[stretches.count - 1].pages = last.pages.lowerBound..<page + 1
                } else {
                    stretches.append((page..<page + 1, obstacle))
                }
            }
        }
        return stretches
    }

    private func pageObstacle(at pfn: Int) -> PageObstacle? {
        let frame = memory.zone.frames[memory.zone.headOfPage(pfn)]
        switch frame.kind {
        case .contiguous: return .held
        case .kernel: return .kernel
        default: return obstacle(at: pfn).map { .seen($0) }
        }
    }
}
