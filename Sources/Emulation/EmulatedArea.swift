import AllocationStrategies
import Measurement
import PhysicalMemory

/// One contiguous area of the machine: who holds its pages, and the strategies at work in it.
final class EmulatedArea {
    let name: String
    let area: ContiguousArea
    let owners: PageOwners
    private let start: PageCounts
    private var strip: [PageCounts]
    private var left: RemainderRecord
    /// One instance of each strategy in use, by name.
    private var strategies: [String: any GatheringStrategy] = [:]

    init(name: String, area: ContiguousArea) {
        self.name = name
        self.area = area
        owners = PageOwners(pages: area.geometry.pages)
        strip = Self.strip(of: area)
        start = strip.reduce(into: PageCounts()) { $0.add($1) }
        left = area.remainder
    }

    /// Offset of a frame in the area; nil for one outside it.
    func offset(of pfn: Int) -> Int? {
        let base = area.geometry.basePFN
        return (base..<base + area.geometry.pages).contains(pfn) ? pfn - base : nil
    }

    /// The area's instance of a strategy; `make` gives it when this is its first use here.
    func strategy(named name: String, make: () -> any GatheringStrategy) -> any GatheringStrategy {
        if let strategy = strategies[name] { return strategy }
        let strategy = make()
        strategies[name] = strategy
        strategy.prepare(through: stockAccess)
        return strategy
    }

    /// The area as a strategy reaches it for its own stock.
    private var stockAccess: AreaAccess {
        AreaAccess(
            area: area, device: nil, cpu: { 0 }, onCall: { _ in },
            onTake: { [owners] in owners.give(offset: $0.lowerBound, count: $0.count, to: PageOwners.stock) },
            onGiveBack: { [owners] in owners.takeBack(offset: $0.lowerBound, count: $0.count) })
    }

    /// Notes how the area looks now, for the picture in the record.
    func takePicture() {
        strip = Self.strip(of: area)
        left = area.remainder
    }

    var record: AreaRecord {
        let geometry = area.geometry
        return AreaRecord(
            name: name, basePFN: geometry.basePFN, pages: geometry.pages, orderPerBit: geometry.orderPerBit,
            start: start, strip: strip, left: left)
    }

    /// The area cut into at most 64 equal stretches.
    private static func strip(of area: ContiguousArea) -> [PageCounts] {
        let pages = area.geometry.pages
        let cells = min(64, pages)
        return (0..<cells).map { cell in
            let counts = area.counts(in: pages * cell / cells..<pages * (cell + 1) / cells)
            var cell = PageCounts()
            cell.free = counts.free
            cell.movable = counts.movable
            cell.pinned = counts.pinned
            cell.held = counts.held
            return cell
        }
    }
}

extension ContiguousArea {
    /// What contiguous allocations could still have of the area: pages that are free, or in use and
    /// movable.
    var remainder: RemainderRecord {
        let pages = geometry.pages
        var record = RemainderRecord(orders: BlockSizes.orders)
        var run = 0
        for page in 0..<pages {
            let state = self[page]
            let isUsable = state == .free || state == .movable
            if state == .free { record.freePages += 1 }
            run = isUsable ? run + 1 : 0
            record.largestRunPages = max(record.largestRunPages, run)
            guard run > 0 else { continue }
            let next = geometry.basePFN + page + 1
            for order in 0..<BlockSizes.orders where run >= 1 << order && next & (1 << order - 1) == 0 {
                record.usableChunks[order] += 1
            }
        }
        return record
    }
}

/// Orders that the buddy allocator of Linux 6.1 knows.
enum BlockSizes {
    static let orders = 11
}
