/// Every run of one search, by size.
public struct SizeCurve: Sendable {
    private struct Entry {
        var point: SizePoint
        var heldPages = 0
        var obstacles: [SizeObstacle] = []
    }

    /// Ascending by size.
    private var entries: [Entry] = []

    /// Whether a buffer set works with fewer buffers than it wants, in any run.
    public private(set) var canHaveFewer = false

    public init() {}

    /// Takes down a run; the order of the runs of a size is that of its seeds.
    public mutating func add(_ run: SizedRun, pages: Int) {
        let index = entries.firstIndex { $0.point.pages >= pages } ?? entries.endIndex
        if index == entries.endIndex || entries[index].point.pages != pages {
            entries.insert(Entry(point: SizePoint(pages: pages)), at: index)
        }
        entries[index].point.add(run)
        canHaveFewer = canHaveFewer || run.canHaveFewer
        entries[index].heldPages = max(entries[index].heldPages, run.heldPages)
        if let obstacle = run.obstacle { entries[index].obstacles.append(obstacle) }
    }

    /// Ascending by size.
    public var points: [SizePoint] { entries.map(\.point) }

    /// The most that devices held at one moment of any run of that size, pages.
    public func heldPages(at pages: Int) -> Int {
        entries.first { $0.point.pages == pages }?.heldPages ?? 0
    }

    /// What runs of the largest size below `pages` that was tried met with; of the largest of all without
    /// `pages`.
    public func obstacles(below pages: Int?) -> (pages: Int, counts: [SizeObstacleCount])? {
        entries.last { $0.point.pages < pages ?? .max }
            .map { ($0.point.pages, SizeObstacleCount.count($0.obstacles)) }
    }
}
