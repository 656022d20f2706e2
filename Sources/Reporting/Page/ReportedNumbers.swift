import Measurement

/// Whether the numbers of a result from a file can be added, multiplied and shown without an overflow.
enum ReportedNumbers {
    private static let counts = 0...RunRecord.largestCount

    /// What is wrong with a comparison, in a few words; nil when nothing is.
    static func complaint(about comparison: Comparison) -> String? {
        for row in comparison.rows {
            // Runs are multiplied with each other.
            guard (0...1 << 30).contains(row.runs), counts.contains(row.buffersWanted),
                counts.contains(row.buffersMin)
            else { return "the row of \(row.strategy) has a number out of bounds" }
        }
        for item in comparison.machines ?? [] {
            guard isPossible(item.machine) else {
                return "the machine of case \(item.caseName) has a number out of bounds"
            }
        }
        return nil
    }

    /// The same of a search for sizes.
    static func complaint(about result: SizeResult) -> String? {
        guard (1...1 << 30).contains(result.seeds), result.success > 0, result.success <= 1,
            result.machine.map(isPossible) ?? true
        else { return "its goal or its machine has a number out of bounds" }
        for area in result.areas where !isPossible(area) {
            return "area \(area.name) has a number out of bounds"
        }
        return nil
    }

    private static func isPossible(_ machine: MachineSummary) -> Bool {
        ([machine.memoryPages, machine.pins ?? 0] + machine.areas.map(\.pages))
            .allSatisfy(counts.contains)
    }

    private static func isPossible(_ area: SizedArea) -> Bool {
        let limits = area.limits
        let parts = area.budget.map {
            [
                $0.heldPages, $0.layoutPages, $0.movablePages, $0.pinnedPages, $0.needsMoreEmpty ?? 0,
                $0.needsMoreUnpinned ?? 0,
            ]
        }
        let numbers =
            [area.limitPages, area.givenPages, limits.heldPages]
            + [
                area.pages, area.fewestBuffersPages, area.allBuffersPages, limits.emptyPages,
                limits.unpinnedPages, limits.obstaclesAtPages, area.bounds?.tooSmallPages,
                area.bounds?.enoughPages,
            ].compactMap(\.self) + (parts ?? []) + limits.obstacles.map(\.runs)
            + area.alternatives.compactMap(\.pages) + area.curve.map(\.pages)
        return numbers.allSatisfy(counts.contains)
            && area.curve.allSatisfy { point in
                (0...1 << 30).contains(point.runs) && (0...point.runs).contains(point.successes)
                    && point.devices.allSatisfy { (0...point.runs).contains($0.satisfied) }
                    && point.elsewhere.allSatisfy { (0...point.runs).contains($0.satisfied) }
            }
    }
}
