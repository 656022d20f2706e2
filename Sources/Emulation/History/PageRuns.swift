import Measurement
import PhysicalMemory

/// What the pages of an area are at one moment, as stretches from the first page to the last.
struct PageRuns {
    /// Where each stretch ends, and what it is by the numbers of ``HistoryPage``.
    private(set) var ends: [Int32] = []
    private(set) var codes: [UInt16] = []

    init(of area: ContiguousArea, owners: PageOwners) {
        area.forEachStretch { stretch, state in
            switch state {
            case .free: append(HistoryPage.free, until: stretch.upperBound)
            case .movable: append(HistoryPage.movable, until: stretch.upperBound)
            case .pinned: append(HistoryPage.pinned, until: stretch.upperBound)
            case .held:
                owners.forEachOwner(in: stretch) { part, owner in
                    let device = owner == PageOwners.stock ? nil : owner
                    append(HistoryPage.held(by: device), until: part.upperBound)
                }
            }
        }
    }

    private mutating func append(_ code: Int, until end: Int) {
        let (code, end) = (UInt16(clamping: code), Int32(clamping: end))
        if codes.last == code {
            ends[ends.count - 1] = end
        } else {
            ends.append(end)
            codes.append(code)
        }
    }

    /// As `AreaHistory.start` has it.
    var lengths: [Int] {
        var numbers: [Int] = []
        var first = 0
        for (end, code) in zip(ends, codes) {
            numbers += [Int(end) - first, Int(code)]
            first = Int(end)
        }
        return numbers
    }

    /// Stretches that are something else in here than in `before`, as `MapFrame.changes` has them. Both are
    /// of the same area.
    func changes(since before: PageRuns) -> [Int] {
        var numbers: [Int] = []
        var first = 0
        var (mine, theirs) = (0, 0)
        while mine < ends.count, theirs < before.ends.count {
            let end = Int(min(ends[mine], before.ends[theirs]))
            if codes[mine] != before.codes[theirs] {
                let code = Int(codes[mine])
                let count = numbers.count
                if count > 0, numbers[count - 1] == code, numbers[count - 3] + numbers[count - 2] == first {
                    numbers[count - 2] += end - first
                } else {
                    numbers += [first, end - first, code]
                }
            }
            if ends[mine] == end { mine += 1 }
            if before.ends[theirs] == end { theirs += 1 }
            first = end
        }
        return numbers
    }
}
