import Reporting
import Sweeps
import TextSupport

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

    /// How the tasks ended, where Slurm still knows, how many left something to go on with, and the first
    /// log.
    private var lost: String {
        let shards = standings.lost.map(\.shard)
        let states = Set(standings.lost.compactMap(\.state)).sorted()
        let ends = states.isEmpty ? "" : " (\(states.joined(separator: ", ")))"
        let going = begun.intersection(shards).count
        let log = shards.first.map { "; \(BatchScripts.logFolder)/\(BatchScripts.log(ofShard: $0))" } ?? ""
        return line("lost", shards) + ends + (going > 0 ? ", \(going) of them begun" : "") + log
    }

    private var store: String {
        let name = Human.padded("merged", to: 9)
        guard let merged else { return "  \(name)  nothing yet" }
        return "  \(name)  \(Human.count(merged.count, "shard"))"
    }

    private var next: String {
        let command = "devemu sweep resume \(ShellWord.bash(folder))"
        guard standings.missingRuns == 0 else {
            let missing = "\(Human.count(standings.missingRuns, "run")) missing"
            return standings.lost.isEmpty
                ? "\(missing), all of them in the queue" : "\(missing); next: \(command)"
        }
        if let merged, merged.isSuperset(of: standings.published) {
            return "complete: \(folder)/\(BatchScripts.store) holds every run"
        }
        return standings.mergeIsComing(submission)
            ? "complete but for the merge, which is in the queue"
            : "not merged, see \(BatchScripts.logFolder)/\(BatchScripts.mergeLog); next: \(command)"
    }
}
