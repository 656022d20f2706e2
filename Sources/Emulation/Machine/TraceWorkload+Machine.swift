import Measurement
import PhysicalMemory

extension TraceWorkload {
    /// The smallest machine that traces are run on, and the largest whose addresses are kept, pages.
    private static let smallestMachine = 1 << 18
    private static let largestKept = 1 << 22
    /// Pins of the default machine's area and its pages.
    private static let defaultPins = (pins: 300, pages: 65536)

    /// Gives a machine the areas that the trace shows, where they lie in the traced machine if they can, and
    /// says in the record what was assumed.
    ///
    /// - Parameter pins: whether the number of pinned pages was given; else it follows the areas' size.
    public mutating func place(in machine: inout MachineConfiguration, pins isGiven: Bool) {
        guard !areas.isEmpty else {
            record.assumed.append("the default area: the trace names no page frame")
            return
        }
        let total = areas.reduce(0) { $0 + $1.pages }
        let end = areas.map { $0.basePFN + $0.pages }.max() ?? 0
        var needed = max(Self.smallestMachine, 4 * total, end <= Self.largestKept ? (end + 1023) & ~1023 : 0)
        let requests = areas.map { AreaLayout.Request(pages: $0.pages, base: $0.basePFN, orderPerBit: 0) }
        var geometries = kept(requests, in: 0..<needed)
        var first = 0
        if geometries == nil, let memory = memoryAround(total: total, end: end),
            let places = kept(requests, in: memory)
        {
            (first, needed, geometries) = (memory.lowerBound, memory.count, places)
        }
        let moved = geometries == nil
        guard needed <= MachineMemory.pageLimit,
            let placed = geometries
                ?? (try? AreaLayout.place(
                    requests.map { .init(pages: $0.pages, base: nil, orderPerBit: 0) }, memoryPages: needed))
        else {
            record.assumed.append("the default area: those of the trace do not fit in a machine")
            return
        }
        machine.firstPFN = first
        machine.memoryPages = needed
        machine.areas = zip(areas, placed).map { ($0.name.isEmpty ? "reserved" : $0.name, $1) }
        let sizes = areas.map {
            "\($0.name.isEmpty ? "reserved" : $0.name) \(PageGeometry.standard.mebibytes(of: $0.pages)) MiB"
        }
        record.assumed.append("areas as far as the trace shows them: \(sizes.joined(separator: ", "))")
        if first > 0 { record.assumed.append("memory from page \(first) on") }
        if moved { record.assumed.append("areas at other addresses than in the traced machine") }
        guard case .generated(let fill, _) = machine.start, !isGiven else { return }
        let pins = Self.defaultPins.pins * total / Self.defaultPins.pages
        machine.start = .generated(fill: fill, pins: pins)
        record.assumed.append(
            "what else is in the areas: \(Int((fill * 100).rounded())) % movable, \(pins) pages pinned")
    }

    /// Memory that begins on a whole GiB below the areas and reaches to their end; nil where that is more
    /// than can be emulated.
    private func memoryAround(total: Int, end: Int) -> Range<Int>? {
        let lowest = areas.map(\.basePFN).min() ?? 0
        let spare = max(Self.smallestMachine, 2 * total)
        let first = max(lowest - spare, 0) & ~(Self.smallestMachine - 1)
        let pages = max((end - first + 1023) & ~1023, Self.smallestMachine, 4 * total)
        return pages <= MachineMemory.pageLimit && first <= MachineMemory.highestFirstPFN
            ? first..<first + pages : nil
    }

    /// The areas at their own addresses; nil when these do not fit.
    private func kept(_ requests: [AreaLayout.Request], in memory: Range<Int>) -> [AreaGeometry]? {
        let sorted = areas.sorted { $0.basePFN < $1.basePFN }
        let isApart = zip(sorted, sorted.dropFirst()).allSatisfy { $0.basePFN + $0.pages <= $1.basePFN }
        guard isApart, let first = sorted.first, let last = sorted.last,
            first.basePFN >= memory.lowerBound + Kernel.standard.boot.kernelPages(of: memory.count),
            last.basePFN + last.pages <= memory.upperBound
        else { return nil }
        return try? AreaLayout.place(requests, firstPFN: memory.lowerBound, memoryPages: memory.count)
    }
}
