import KernelFormats

/// Allocations of a trace, each from its call until the release of its last page.
struct AllocationSpans {
    struct Span {
        let id: Int
        /// The task that made it.
        let name: String
        let pfn: Int
        let pages: Int
        let began: UInt64
        let area: Int
        /// Pages that were not released yet.
        var left: Int
    }

    /// The allocations of one area, and which of them each page frame belongs to.
    private struct Area {
        let name: String
        var spanOfPage: [Int: Int] = [:]
        var pages = 0
    }

    private var areas: [Area] = []
    private var spans: [Span] = []

    private mutating func index(of area: String) -> Int {
        if let index = areas.firstIndex(where: { $0.name == area }) { return index }
        areas.append(Area(name: area))
        return areas.count - 1
    }

    /// Pages of an area that are allocated.
    func pages(of area: String) -> Int { areas.first { $0.name == area }?.pages ?? 0 }

    mutating func begin(_ event: FTrace.Event, pfn: Int) -> Span {
        let area = index(of: event.area)
        let span = Span(
            id: spans.count + 1, name: event.task, pfn: pfn, pages: event.count, began: event.nanoseconds,
            area: area, left: event.count)
        spans.append(span)
        for page in pfn..<pfn + event.count { areas[area].spanOfPage[page] = spans.count - 1 }
        areas[area].pages += event.count
        return span
    }

    /// Releases pages.
    /// - Returns: the allocations that are released as a whole by this, in the order of their pages.
    mutating func release(_ frames: Range<Int>, of name: String) -> [Span] {
        let area = index(of: name)
        var ended: [Span] = []
        for page in frames {
            guard let span = areas[area].spanOfPage.removeValue(forKey: page) else { continue }
            areas[area].pages -= 1
            spans[span].left -= 1
            if spans[span].left == 0 { ended.append(spans[span]) }
        }
        return ended
    }

    /// Allocations that were never released as a whole, in the order of their calls.
    var open: [(area: String, span: Span)] {
        spans.filter { $0.left > 0 }.map { (areas[$0.area].name, $0) }
    }
}
