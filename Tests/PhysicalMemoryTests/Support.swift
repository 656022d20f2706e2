import Testing

@testable import PhysicalMemory

/// An area of free pages that writes down its busy windows, in a machine that has three times as
/// much memory outside it, so that what is moved out of it stays out.
func makeArea(
    pages: Int, base: Int = 1 << 16, orderPerBit: Int = 0, geometry division: PageGeometry = .standard
) throws -> ContiguousArea {
    let geometry = try #require(AreaGeometry(basePFN: base, pages: pages, orderPerBit: orderPerBit))
    let memory = try MachineMemory(
        pages: base + 4 * pages + 8192, areas: [geometry], geometry: division)
    let area = try #require(memory.areas.first)
    area.recordsBusyWindows = true
    return area
}

extension ContiguousArea {
    @discardableResult
    func allocate(_ count: Int, align: Int = 0, _ mode: AllocationMode = .normal) -> AllocationOutcome {
        allocate(AllocationRequest(count: count, align: align), mode: mode)
    }

    /// Empties the per-CPU lists and LRU batches, so that modes which do not drain find them empty.
    func drain() {
        for cpu in 0..<memory.cpuCount {
            memory.zone.flushLRUBatch(cpu: cpu)
            memory.zone.drain(cpu: cpu)
        }
    }

    /// Frame number of a page.
    func pfn(_ offset: Int) -> Int { geometry.basePFN + offset }

    /// Makes a page one of the page cache, on the LRU.
    @discardableResult
    func putFile(at offset: Int, dirty: Bool = false) -> Int {
        let zone = memory.zone
        zone.makeUnused(pfn(offset))
        zone.set(pfn(offset), .file, flags: dirty ? [.lru, .dirty] : .lru)
        zone.fileLRU.insertFirst(pfn(offset), zone.frames)
        return pfn(offset)
    }

    /// What is wrong with the machine and this area; empty when all is well.
    var findings: [String] { memory.zone.checkInvariants() + checkInvariants() }

    /// Puts every page of `range` in one state.
    func set(_ range: Range<Int>, to state: PageState) {
        for page in range { self[page] = state }
    }

    var states: [PageState] { (0..<geometry.pages).map { self[$0] } }
}

/// The search of bitmap_find_next_zero_area_off() in its four steps; nil where it finds nothing.
func fourStepSearch(_ map: [Bool], start: Int, bits: Int, mask: Int, offset: Int) -> Int? {
    var start = start
    while true {
        var first = min(start, map.count)
        while first < map.count, map[first] { first += 1 }
        let unit = mask + 1
        let aligned = (first + offset + unit - 1) / unit * unit - offset
        let end = aligned + bits
        if end > map.count { return nil }
        guard let blocker = map[aligned..<end].firstIndex(of: true) else { return aligned }
        start = blocker + 1
    }
}

/// The same by trying every position.
func exhaustiveSearch(_ map: [Bool], start: Int, bits: Int, mask: Int, offset: Int) -> Int? {
    var position = start
    while position + bits <= map.count {
        if (position + offset) % (mask + 1) == 0, !map[position..<position + bits].contains(true) {
            return position
        }
        position += 1
    }
    return nil
}

/// Sizes around the boundaries of one, two and three levels of 64-bit words.
let boundarySizes = [1, 63, 64, 65, 4095, 4096, 4097, 300_000]

extension SeededGenerator {
    /// A range inside 0 ..< limit: often short, now and then up to all of it.
    mutating func range(within limit: Int) -> Range<Int> {
        let longest = below(8) == 0 ? limit : min(limit, 1 + below(200))
        let length = below(longest + 1)
        let start = below(limit - length + 1)
        return start..<start + length
    }
}

/// Writes down what happens to pages, and may act on it.
final class PageDiary: PageObserver {
    private(set) var moves: [(from: Int, to: Int)] = []
    private(set) var drops: [Int] = []
    private let onMove: (Int) -> Void

    init(onMove: @escaping (Int) -> Void = { _ in }) { self.onMove = onMove }

    func pageMoved(from source: Int, to target: Int) {
        moves.append((source, target))
        onMove(source)
    }

    func pageDropped(_ pfn: Int) { drops.append(pfn) }
}
