import Measurement
import TextSupport

/// A verdict in a sentence that names the winner with its ratio, or says why there is none.
struct ComparisonSentence {
    private let verdict: ComparisonVerdict
    private let rows: [ComparisonRow]
    private let reference: String
    private let contenders: Contenders

    /// - Parameter rows: those that the verdict is about.
    init(
        _ verdict: ComparisonVerdict, _ rows: [ComparisonRow], reference: String,
        contenders: Contenders = .strategies
    ) {
        self.contenders = contenders
        self.verdict = verdict
        self.rows = rows
        self.reference = reference
    }

    /// The line of a comparison that was interrupted; nil of a complete one.
    static func incomplete(_ comparison: Comparison) -> Sentence? {
        comparison.incomplete.map {
            Sentence(
                "Incomplete: interrupted with \(Human.grouped($0.runs)) of \(Human.count($0.planned, "run")), "
                    + "the same seeds for every \(comparison.noun).", .fair)
        }
    }

    /// What the kernels of a comparison have in common, and the notes on kernels.
    static func kernels(_ comparison: Comparison) -> [Sentence] {
        let common = comparison.strategy.map {
            "Every kernel ran under the strategy \(Human.printable($0)) and with its own costs, unless costs were given."
        }
        return
            ([common].compactMap(\.self) + (comparison.kernelNotes ?? []).map { Human.printable($0) + "." })
            .map { Sentence($0, .fair) }
    }

    /// The verdict with the device that it is about.
    var sentence: Sentence { Sentence(text, tone) }

    var text: String { Human.printable("\(verdict.device): \(judgement).") }

    private var tone: Sentence.Tone {
        switch verdict.basis {
        case .faster, .moreSatisfied: .good
        case .neverSatisfied: .bad
        case .inseparable, .unequalTerms, .tooFewRuns, .onlyOne: .plain
        }
    }

    /// What strategies held for no device, a sentence for each: a cost that no other column shows.
    static func reserves(_ rows: [ComparisonRow]) -> [Sentence] {
        rows.filter { $0.reservedPages > 0 }.map { row in
            let size = Human.size(pages: Int(clamping: row.reservedPages))
            let time = row[.preparation].value ?? 0
            let before = time > 0 ? ", taken in \(Human.duration(time)) before a device asked" : ""
            return Sentence(Human.printable("\(row.strategy) held \(size) for no device\(before)"), .fair)
        }
    }

    private var judgement: String {
        guard rows.contains(where: { $0.buffersWanted > 0 || !$0.failures.isEmpty }) else {
            return "asked for no buffers"
        }
        let seeds = rows.map(\.runs).min() ?? 0
        let best = Wording.list(verdict.best)
        switch verdict.basis {
        case .onlyOne: return "nothing to compare \(best) with"
        case .tooFewRuns:
            return "\(Human.count(seeds, "seed")) \(seeds == 1 ? "is" : "are") too few to name a winner, "
                + "\(Contest.minimumRuns) are needed"
        case .neverSatisfied: return "no \(contenders.noun) satisfies it in half of the seeds" + consolation
        case .inseparable:
            return
                "\(best) cannot be told apart by \(Human.count(seeds, "seed")): their 95 % intervals overlap"
                + terms
        case .unequalTerms: return "no winner on equal terms" + terms
        case .moreSatisfied: return "\(best) wins, \(satisfaction)" + terms
        case .faster: return "\(best) wins, \(speed)" + terms
        }
    }

    /// Which strategies are not ranked, and why.
    private var terms: String {
        var text = ""
        let reserved = rows.filter { verdict.reserved.contains($0.strategy) }
        if !reserved.isEmpty {
            let sizes = reserved.map { Human.size(pages: Int(clamping: $0.reservedPages)) }
            let verb = reserved.count == 1 ? "is not ranked: it holds" : "are not ranked: they hold"
            text += "; \(Wording.list(reserved.map(\.strategy))) \(verb) \(Wording.list(sizes)) for no device"
        }
        let fewer = rows.filter { verdict.withFewerBuffers.contains($0.strategy) }
        if !fewer.isEmpty {
            let counts = fewer.map { row in
                "\(row[.buffersGot].value.map { Human.short($0) } ?? "–") of \(row.buffersWanted) buffers"
            }
            let verb = fewer.count == 1 ? "is not ranked: it gets" : "are not ranked: they get"
            text += "; \(Wording.list(fewer.map(\.strategy))) \(verb) \(Wording.list(counts))"
        }
        return text
    }

    /// Which strategy on equal terms comes nearest, and of these which asks for the shortest time.
    private var consolation: String {
        func got(_ row: ComparisonRow) -> Double { row[.buffersGot].value ?? 0 }
        let rows = rows.filter { !verdict.reserved.contains($0.strategy) }
        guard let most = rows.map(got).max(), most > 0 else { return "" }
        let nearest = rows.filter { got($0) == most }
        let quickest = nearest.min {
            $0[.gatheringTime].value ?? .infinity < $1[.gatheringTime].value ?? .infinity
        }
        guard let quickest, let time = quickest[.gatheringTime].value else { return "" }
        let others =
            nearest.count == 1
            ? "" : ", the shortest of \(nearest.count) \(contenders.rawValue) that get as many"
        return "; \(quickest.strategy) comes nearest with \(Human.short(most)) of \(quickest.buffersWanted) "
            + "buffers in \(Human.duration(time))\(others)"
    }

    /// Rows on equal terms.
    private var ranked: [ComparisonRow] {
        rows.filter {
            !verdict.reserved.contains($0.strategy) && !verdict.withFewerBuffers.contains($0.strategy)
        }
    }

    private var winner: ComparisonRow? { rows.first { $0.strategy == verdict.winner } }

    /// How often the winner satisfies, and the next after it.
    private var satisfaction: String {
        guard let winner else { return "" }
        let others = ranked.filter { $0.strategy != winner.strategy }
        let next = others.max { $0.satisfiedRuns * $1.runs < $1.satisfiedRuns * $0.runs }
        var text = "satisfied in \(winner.satisfiedRuns) of \(Human.count(winner.runs, "seed"))"
        if let next { text += "; the next, \(next.strategy), in \(next.satisfiedRuns) of \(next.runs)" }
        return text
    }

    /// The winner's time as a multiple of the reference's; when it is the reference, the next one's.
    private var speed: String {
        guard let winner else { return "" }
        var text = "ready after " + (winner[.timeToSatisfaction].value.map { Human.duration($0) } ?? "never")
        if winner.strategy != reference {
            if let ratio = winner.timeRatio, let value = ratio.value {
                text += ", \(Human.ratio(value, ratio)) the time of \(reference)"
            }
        } else {
            let others = ranked.filter { $0.strategy != winner.strategy && $0.timeRatio?.value != nil }
            let next = others.min { $0.timeRatio?.value ?? 0 < $1.timeRatio?.value ?? 0 }
            if let next, let ratio = next.timeRatio, let value = ratio.value {
                text += "; the next, \(next.strategy), takes \(Human.ratio(value, ratio)) the time"
            }
        }
        return text + reservation(about: winner)
    }

    /// A difference in satisfied seeds that is too small to count may still be the one that matters.
    private func reservation(about winner: ComparisonRow) -> String {
        let others = ranked.filter { $0.satisfiedRuns * winner.runs > winner.satisfiedRuns * $0.runs }
        guard let better = others.max(by: { $0.satisfiedRuns * $1.runs < $1.satisfiedRuns * $0.runs }) else {
            return ""
        }
        return "; but satisfied in \(winner.satisfiedRuns) of \(Human.count(winner.runs, "seed")), "
            + "\(better.strategy) in \(better.satisfiedRuns)"
    }
}
