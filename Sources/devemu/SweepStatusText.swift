import Reporting
import Slurm

/// What `sweep status` prints.
struct SweepStatusText {
    var folder: String
    var submission: Submission
    var standings: ShardStandings
    /// Shards that the store holds; nil when there is none.
    var merged: Set<Int>?
    /// Shards with results that are not published.
    var begun: Set<Int>

    var lines: [String] {
        var lines = [
            "\(submission.plan): \(Human.count(submission.runs, "run")) in \(Human.count(submission.shards, "shard"))"
        ]
        lines.append(line("published", standings.published, names: false))
        if !standings.running.isEmpty { lines.append(line("running", standings.running)) }
        if !standings.waiting.isEmpty { lines.append(line("waiting", standings.waiting)) }
        if !standings.lost.isEmpty { lines.append(lost) }
        lines.append(store)
        lines.append(next)
        return lines
    }

    private func line(_ name: String, _ shards: [Int], names: Bool = true) -> String {
        let which = names ? ": \(TaskIndices(shards))" : ""
        return "  \(Human.padded(name, to: 9))  \(Human.count(shards.count, "shard"))\(which)"
    }

    /// How the tasks ended, where Slurm still knows, and which of them left something to go on with.
    private var lost: String {
        let shards = standings.lost.map(\.shard)
        let states = Set(standings.lost.compactMap(\.state)).sorted()
        let ends = states.isEmpty ? "" : " (\(states.joined(separator: ", ")))"
        let going = begun.intersection(shards).count
        return line("lost", shards) + ends + (going > 0 ? ", \(going) of them begun" : "")
    }

    private var store: String {
        let name = Human.padded("merged", to: 9)
        guard let merged else { return "  \(name)  nothing yet" }
        return "  \(name)  \(Human.count(merged.count, "shard")) in \(folder)/\(BatchScripts.store)"
    }

    private var next: String {
        let command = "devemu sweep resume \(ShellWord.bash(folder))"
        if standings.missingRuns == 0 {
            if let merged, merged.isSuperset(of: standings.published) {
                return
                    "complete: devemu sweep query --store \(ShellWord.bash("\(folder)/\(BatchScripts.store)")) '...'"
            }
            return standings.mergeIsComing(submission)
                ? "complete but for the merge, which is in the queue" : "next: \(command)"
        }
        let missing = "\(Human.count(standings.missingRuns, "run")) missing"
        return standings.lost.isEmpty
            ? "\(missing), all of them in the queue" : "\(missing); next: \(command)"
    }
}
