import KernelFormats
import PhysicalMemory
import Recordings

/// Pages that stay where they are. The kernel does not export references, so pins are what a trace
/// shows, what the user lists, or drawn.
struct PinSearch {
    private let areas: [MachineState.Area]
    private let seed: UInt64
    /// Offsets in each area; at first what its flags told.
    private var pinned: [Set<Int>]
    private let letters: [[UInt8]]

    init(_ areas: [MachineState.Area], seed: UInt64) {
        self.areas = areas
        self.seed = seed
        pinned = areas.map { Set($0.pins) }
        letters = areas.map { area in area.runs.flatMap { [UInt8](repeating: $0.letter, count: $0.count) } }
    }

    /// Offsets in each area, ascending.
    var pins: [[Int]] { pinned.map { $0.sorted() } }

    mutating func search(
        _ traces: [BusyEvidence], _ listed: [Int]?, _ given: ImportOptions.Pins?, _ notes: inout [String]
    ) {
        for pfn in listed ?? [] { _ = add(pfn) }
        var all = traces
        if case .evidence(let trace) = given { all.append(trace) }
        for trace in all where !trace.refusals.isEmpty {
            let found = trace.pins { isInUse($0) }
            var count = 0
            for pfn in found.frames where add(pfn) { count += 1 }
            notes.append(
                "\(count) pages are pinned that \(trace.refusals.count) refused windows of a trace show"
                    + (found.unexplained > 0 ? "; \(found.unexplained) windows show none" : ""))
        }
        switch given {
        case .frames(let frames):
            var missing = 0
            for pfn in frames where !add(pfn) { missing += 1 }
            if missing > 0 {
                notes.append("\(missing) of the \(frames.count) pins are no page in use of an area, or twice")
            }
        case .count(let count): draw(upTo: count, &notes)
        case .evidence, nil:
            if listed == nil, all.allSatisfy(\.refusals.isEmpty) {
                notes.append("no page is pinned: no file tells of references; give a trace or --pins")
            }
        }
    }

    private func place(of pfn: Int) -> (area: Int, offset: Int)? {
        for index in areas.indices {
            if let offset = AreaGeometry.offset(ofPFN: pfn, in: areas[index].ranges) {
                return (index, offset)
            }
        }
        return nil
    }

    private func isInUse(_ pfn: Int) -> Bool {
        guard let (area, offset) = place(of: pfn) else { return false }
        return !".lC".utf8.contains(letters[area][offset])
    }

    /// False for a page that is free, held, in no area, or pinned already.
    private mutating func add(_ pfn: Int) -> Bool {
        guard isInUse(pfn), let (area, offset) = place(of: pfn) else { return false }
        return pinned[area].insert(offset).inserted
    }

    private mutating func draw(upTo count: Int, _ notes: inout [String]) {
        let known = pinned.reduce(0) { $0 + $1.count }
        var candidates: [Int] = []
        for (index, area) in areas.enumerated() {
            for (offset, letter) in letters[index].enumerated()
            where !".lC".utf8.contains(letter) && !pinned[index].contains(offset) {
                candidates.append(area.pfn(at: offset))
            }
        }
        var generator = SeededGenerator(seed: seed)
        var drawn = 0
        while known + drawn < count, !candidates.isEmpty {
            let index = generator.below(candidates.count)
            candidates.swapAt(index, candidates.count - 1)
            if let pfn = candidates.popLast(), add(pfn) { drawn += 1 }
        }
        if drawn > 0 { notes.append("\(drawn) pins are drawn from seed \(seed), \(known) are known") }
    }
}
