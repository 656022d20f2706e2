/// How many machines with a seed strategies are compared on, and how many were left out because not every strategy has
/// a result there. Of a shard, of a sweep under way, and where some runs were lost.
public struct SweepGroups: Codable, Sendable, Hashable {
    /// Machines with a seed that every strategy has a result of; 0 when there is none, and then nothing is left out.
    public var compared: Int
    public var leftOut: Int
    public var runsLeftOut: Int

    enum CodingKeys: String, CodingKey {
        case compared
        case leftOut = "left_out"
        case runsLeftOut = "runs_left_out"
    }

    private struct Group: Hashable {
        let values: [TableValue]
        let seed: UInt64
    }

    /// - Returns: the runs of complete groups in their order, or all runs when no group is complete.
    static func complete(_ runs: [SweepRun]) -> (runs: [SweepRun], groups: SweepGroups) {
        let wanted = Set(runs.map(\.strategy)).count
        var found: [Group: Set<String?>] = [:]
        for run in runs { found[Group(values: run.values, seed: run.seed), default: []].insert(run.strategy) }
        let compared = found.values.count { $0.count == wanted }
        guard compared > 0 else {
            return (runs, SweepGroups(compared: 0, leftOut: found.count, runsLeftOut: 0))
        }
        guard compared < found.count else {
            return (runs, SweepGroups(compared: compared, leftOut: 0, runsLeftOut: 0))
        }
        let kept = runs.filter { found[Group(values: $0.values, seed: $0.seed)]?.count == wanted }
        return (
            kept,
            SweepGroups(
                compared: compared, leftOut: found.count - compared, runsLeftOut: runs.count - kept.count)
        )
    }
}
