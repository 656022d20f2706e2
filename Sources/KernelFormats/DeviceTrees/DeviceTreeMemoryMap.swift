/// Physical memory while a kernel boots: what there is, and what is taken of it. Follows memblock in
/// mm/memblock.c of Linux 6.1.
struct MemoryMap {
    /// Taken memory and who has it.
    struct Claim {
        let range: Range<UInt64>
        let owner: String
    }

    /// Ascending and apart.
    let memory: [Range<UInt64>]
    private(set) var claims: [Claim] = []

    init(memory: [Range<UInt64>]) {
        var merged: [Range<UInt64>] = []
        for range in memory.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, last.upperBound >= range.lowerBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.memory = merged
    }

    /// The end of the highest memory; 0 without any.
    var end: UInt64 { memory.last?.upperBound ?? 0 }

    mutating func reserve(_ range: Range<UInt64>, for owner: String) {
        if !range.isEmpty { claims.append(Claim(range: range, owner: owner)) }
    }

    mutating func release(_ range: Range<UInt64>, of owner: String) {
        claims.removeAll { $0.range == range && $0.owner == owner }
    }

    /// Who has any of a range; the one that starts lowest.
    func owner(in range: Range<UInt64>) -> Claim? {
        claims.filter { $0.range.overlaps(range) }.min { $0.range.lowerBound < $1.range.lowerBound }
    }

    func isMemory(_ range: Range<UInt64>) -> Bool {
        memory.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }

    /// Stretches of free memory within a window, ascending.
    func free(in window: Range<UInt64>) -> [Range<UInt64>] {
        let taken = claims.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
        var free: [Range<UInt64>] = []
        for range in memory {
            var start = max(range.lowerBound, window.lowerBound)
            let end = min(range.upperBound, window.upperBound)
            for claim in taken where claim.upperBound > start && claim.lowerBound < end {
                if claim.lowerBound > start { free.append(start..<claim.lowerBound) }
                start = max(start, claim.upperBound)
            }
            if start < end { free.append(start..<end) }
        }
        return free
    }

    /// The highest place for so many bytes in a window, as the top-down search finds it; the lowest when
    /// asked from the bottom. Nil when there is none.
    ///
    /// - Parameter alignment: a power of two.
    func place(
        _ size: UInt64, alignment: UInt64, in window: Range<UInt64>, fromBottom: Bool = false
    ) -> UInt64? {
        let stretches = free(in: window)
        for range in fromBottom ? stretches : stretches.reversed()
        where range.upperBound - range.lowerBound >= size {
            let base =
                fromBottom
                ? Self.roundedUp(range.lowerBound, to: alignment)
                : (range.upperBound - size) & ~(alignment - 1)
            guard let base, base >= range.lowerBound, range.upperBound - base >= size, base > 0 else {
                continue
            }
            return base
        }
        return nil
    }

    static func roundedUp(_ number: UInt64, to alignment: UInt64) -> UInt64? {
        let (sum, overflow) = number.addingReportingOverflow(alignment - 1)
        return overflow ? nil : sum & ~(alignment - 1)
    }

    /// The end of a range, capped at the end of the address space.
    static func end(of range: (base: UInt64, size: UInt64)) -> UInt64 {
        let (end, overflow) = range.base.addingReportingOverflow(range.size)
        return overflow ? .max : end
    }
}
