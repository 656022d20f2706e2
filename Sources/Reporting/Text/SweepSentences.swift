import Measurement
import TextSupport

/// What a sweep came to, in sentences: how much of it is there, what matters, which choice is best and what limits that.
struct SweepSentences {
    let result: SweepResult

    init(_ result: SweepResult) { self.result = result }

    // MARK: What there is

    /// The plan's summary, or its hash where it has none.
    var title: String {
        let plan = result.plan
        return Human.printable(plan.summary.isEmpty ? "plan \(plan.hash.prefix(12))" : plan.summary)
    }

    /// How many runs, configurations and seeds there are.
    var extent: String {
        let plan = result.plan
        let runs =
            result.runs == plan.runs
            ? "all \(Human.count(plan.runs, "run")) of the plan"
            : "\(Human.grouped(result.runs)) of the plan's \(Human.count(plan.runs, "run"))"
        let seeds =
            result.seedsLeast == result.seedsMost
            ? Human.count(result.seedsMost, "seed") + " each"
            : "\(result.seedsLeast) to \(Human.count(result.seedsMost, "seed")) each"
        return "\(runs): \(Human.count(result.configurations, "configuration")), \(seeds)"
    }

    /// What strategies are compared on, where not every strategy has a result on every machine.
    var groups: Sentence? {
        let groups = result.groups
        guard groups.leftOut > 0 else { return nil }
        guard groups.compared > 0 else {
            return Sentence(
                "no machine with a seed has a result of every strategy: strategies were run on different machines, "
                    + "and a difference may be theirs", .fair)
        }
        return Sentence(
            "compared on \(Human.count(groups.compared, "machine")) with a seed that every strategy has; "
                + "\(Human.grouped(groups.leftOut)) left out, with \(Human.count(groups.runsLeftOut, "run"))",
            .fair)
    }

    /// Runs that ended badly, and how each kind of them counts.
    var endings: [Sentence] {
        func list(_ endings: [SweepEnding]) -> String {
            endings.map { "\(Human.grouped($0.runs)) \(Human.printable($0.name))" }.joined(separator: ", ")
        }
        let (out, failed) = (result.endings.filter(\.isLeftOut), result.endings.filter { !$0.isLeftOut })
        var sentences: [Sentence] = []
        if !failed.isEmpty {
            sentences.append(
                Sentence("ended badly: \(list(failed)); not satisfied, and without any other figure", .bad))
        }
        if !out.isEmpty {
            sentences.append(
                Sentence("left out: \(list(out)), which says something about the machine that ran them", .bad)
            )
        }
        return sentences
    }

    /// Which factors are choices, and which describe the machine.
    var roles: String {
        let parts = [(FactorRole.choice, "to choose"), (.condition, "given")].compactMap { role, title in
            let names = result.factors.filter { $0.role == role }.map(\.name)
            return names.isEmpty ? nil : "\(title): \(names.joined(separator: ", "))"
        }
        return Human.printable(parts.joined(separator: "; "))
    }

    // MARK: Which factor matters

    /// Which factor most of success and of the longest call depends on.
    var strongest: String {
        let parts = [(SweepResponse.satisfied, "success"), (.stall, "the longest call")].map {
            response, title in
            let effects = result.effects.first { $0.response == response }?.effects ?? []
            let alone = effects.filter { $0.factors.count == 1 && $0.share ?? 0 > 0 }
            guard let most = alone.max(by: { $0.share ?? 0 < $1.share ?? 0 }), let share = most.share else {
                return "\(title) does not depend on what varies"
            }
            return "\(title) depends most on \(Human.printable(most.factors[0])) "
                + "(\(Human.share(share)) of its variance)"
        }
        return Wording.capitalized(parts.joined(separator: "; ")) + "."
    }

    /// When the shares of the variance do not add up to a whole, and why.
    func caveat(_ effects: [SweepEffects]) -> [Sentence] {
        guard effects.contains(where: { !$0.isBalanced }) else { return [] }
        let grouped = result.factors.filter(\.isGrouped).map(\.name)
        return [
            Sentence(
                "approximate, from the means of configurations: not all combinations have equally many results, so "
                    + "shares overlap and need not add up to 100 %; –: too few runs to tell", .fair)
        ]
            + (grouped.isEmpty
                ? []
                : [
                    Sentence(
                        "taken in ranges: " + Human.printable(grouped.joined(separator: ", ")), .fair)
                ])
    }

    /// The share of the variance that goes with a factor, or a dash.
    static func share(_ share: Double?) -> String {
        share.map { Human.share($0) } ?? "–"
    }

    // MARK: The best choice

    /// Why no best choice is named at all; nil where at least one verdict has enough seeds.
    var tooFewSeeds: String? {
        let all = result.verdicts.overall + result.verdicts.conditions
        guard !all.isEmpty, !all.contains(where: { $0.basis != .tooFewRuns }) else { return nil }
        let most = all.map(\.seeds).max() ?? 0
        return "none is named: a machine needs \(Contest.minimumRuns) seeds for that, and has \(most) at most"
    }

    static let choiceRule =
        "one is named where the seeds tell it from each other one: satisfied more often, or as often with as many "
        + "buffers and a shorter longest call; in brackets 95 % intervals"

    /// The option that is best, or why none is.
    static func sentence(_ verdict: SweepVerdict) -> Sentence {
        let best =
            verdict.best.count > 4
            ? "\(verdict.best.count) options" : Wording.list(verdict.best.map(name))
        let (text, tone): (String, Sentence.Tone) =
            switch verdict.basis {
            case .onlyOne: ("nothing to compare \(best) with", .plain)
            case .tooFewRuns:
                (
                    "none: \(Human.count(verdict.seeds, "seed")) \(verdict.seeds == 1 ? "is" : "are") too few",
                    .plain
                )
            case .neverSatisfied: ("none is satisfied in half of the runs", .bad)
            case .unequalTerms where verdict.compared == 0:
                ("none: options were run on different machines", .plain)
            case .unequalTerms: ("none on equal terms" + terms(verdict), .plain)
            case .inseparable: ("\(best) cannot be told apart" + terms(verdict), .plain)
            case .moreSatisfied, .faster: ("\(best): \(figures(verdict.winner))" + terms(verdict), .good)
            }
        return Sentence(Human.printable(text), tone)
    }

    /// What a verdict holds fixed: `machine.pins 40, strategy normal`.
    static func place(_ verdict: SweepVerdict) -> String {
        Human.printable(verdict.terms.map { "\($0.factor) \($0.level)" }.joined(separator: ", "))
    }

    /// Options that are not ranked, and why.
    private static func terms(_ verdict: SweepVerdict) -> String {
        var text = ""
        if !verdict.reserved.isEmpty {
            let sizes = verdict.reserved.map { SweepResponse.reserved.text($0.reserved) }
            let verb = sizes.count == 1 ? "is not ranked: it holds" : "are not ranked: they hold"
            text +=
                "; \(Wording.list(verdict.reserved.map(name))) \(verb) \(Wording.list(sizes)) for no device"
        }
        if !verdict.withFewerBuffers.isEmpty {
            let verb =
                verdict.withFewerBuffers.count == 1 ? "is not ranked: it gets" : "are not ranked: they get"
            text += "; \(Wording.list(verdict.withFewerBuffers.map(name))) \(verb) fewer buffers"
        }
        return text
    }

    /// `100 % [91..100] of 40 runs, 5.10 ms [5.08..5.12]`.
    private static func figures(_ option: SweepOption?) -> String {
        guard let option else { return "" }
        let interval = option.stallLow.map { low in
            " " + Human.interval(option.stall, low: low, high: option.stallHigh)
        }
        return "\(SweepResponse.satisfied.text(option.satisfied)) \(share(option)) of "
            + "\(Human.count(option.runs, "run")), \(SweepResponse.stall.text(option.stall))\(interval ?? "")"
    }

    /// The 95 % interval of a share, in per cent.
    static func share(_ option: SweepOption) -> String {
        let bounds = [option.satisfiedLow, option.satisfiedHigh].map { Human.decimal($0 * 100, places: 0) }
        return "[\(bounds[0])..\(bounds[1])]"
    }

    private static func name(_ option: SweepOption) -> String { option.values.joined(separator: " ") }

    // MARK: The Pareto front and tables

    /// Why there is no front; nil where there is one.
    var noFront: String? {
        let front = result.front
        guard !front.factors.isEmpty else {
            return result.factors.isEmpty
                ? nil : "nothing that varies is a choice, so there is no front; --choose KEY makes it one"
        }
        guard front.choices.isEmpty else { return nil }
        return front.compared == 0 && front.options > 1
            ? "no machine was run with every option (\(Human.printable(front.factors.joined(separator: ", ")))), "
                + "so there is no front yet"
            : "no option is ever satisfied, so there is no front"
    }

    /// The options that are not on the front; nil for none.
    var offFront: String? {
        let others = result.front.options &- result.front.choices.count &- result.front.choicesLeftOut
        guard others > 0 else { return nil }
        return
            "the other \(Human.count(others, "option")): never satisfied, or worse than one on the front and "
            + "better than it in nothing"
    }

    /// What a table or the front is about, where not everything else was run with everything in it.
    static func comparedOn(_ compared: Int, leftOut: Int, what: String) -> Sentence? {
        guard leftOut > 0 else { return nil }
        guard compared > 0 else {
            return Sentence(
                "no combination of the other values was run with every \(what): a difference may be due to them",
                .fair)
        }
        return Sentence(
            "on \(Human.grouped(compared)) combinations of the other values that every \(what) has; "
                + "\(Human.grouped(leftOut)) left out", .fair)
    }

    static let legend = [
        "satisfied: runs in which every device was; longest call: of a run, mean over runs with its 95 % interval "
            + "over the seeds, then the worst; gathering: until asking ended; moved: pages; waited: others, for the "
            + "mutex"
    ]
}

extension SweepResponse {
    /// What a column of it is called.
    var title: String {
        switch self {
        case .satisfied: "satisfied"
        case .buffersShare: "buffers"
        case .stall: "longest call"
        case .gathering: "gathering"
        case .failedCalls: "failed calls"
        case .busyRetries: "busy"
        case .pagesMigrated: "moved"
        case .othersWaited: "waited"
        case .peakHeld: "peak held"
        case .reserved: "reserve"
        }
    }

    /// A value with its unit.
    func text(_ value: Double) -> String {
        switch unit {
        case .share: Human.share(value)
        case .nanoseconds: Human.duration(value)
        case .bytes: Human.size(bytes: Int(exactly: value.rounded()) ?? 0)
        case .pages, .count: Human.short(value)
        }
    }
}
