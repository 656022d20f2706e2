import TextSupport
import Measurement

/// The best choices of a sweep, for a terminal: over all machines, then on each.
struct SweepVerdictText {
    /// Conditions that are shown; the rest are counted.
    private static let mostConditions = 16

    private let verdicts: SweepVerdicts
    private let style: TextStyle

    init(_ verdicts: SweepVerdicts, style: TextStyle) {
        self.verdicts = verdicts
        self.style = style
    }

    var lines: [String] {
        guard !verdicts.factors.isEmpty else { return [] }
        let title = style.paint(
            "Best choice of " + Human.printable(verdicts.factors.joined(separator: ", ")), .bold)
        let all = verdicts.overall + verdicts.conditions
        guard all.contains(where: { $0.basis != .tooFewRuns }) else {
            let most = all.map(\.seeds).max() ?? 0
            return [
                title,
                "none is named: a machine needs \(Contest.minimumRuns) seeds for that, and has \(most) at most",
            ]
        }
        let left = verdicts.conditions.count - Self.mostConditions + verdicts.conditionsLeftOut
        return [title] + table(verdicts.overall, start: "overall")
            + table(Array(verdicts.conditions.prefix(Self.mostConditions)), start: nil)
            + (left > 0 ? ["and \(Human.grouped(left)) more conditions (--format json has them)"] : [])
            + [
                "one is named where the seeds tell it from each other one: satisfied more often, or as often with as many",
                "buffers and a shorter longest call; in brackets 95 % intervals",
            ].map { style.paint($0, .dim) }
    }

    /// A row for each verdict: what is held fixed, and which option is best.
    private func table(_ verdicts: [SweepVerdict], start: String?) -> [String] {
        guard let first = verdicts.first else { return [] }
        guard !first.terms.isEmpty else {
            return SweepResultText.wrapped(
                Human.printable("\(start ?? ""): \(Self.sentence(first))").split(separator: " ").map(
                    String.init))
        }
        let columns =
            first.terms.map { TextTable.Column(title: Human.printable($0.factor), isNumber: false) }
            + [TextTable.Column(title: start.map { "best, \($0)" } ?? "best", isNumber: false)]
        let cells = verdicts.map { verdict in
            verdict.terms.map { TextTable.Cell(Human.printable($0.level)) }
                + [TextTable.Cell(Human.printable(Self.sentence(verdict)), Self.color(verdict.basis))]
        }
        let table = TextTable(columns, widestOf: cells, limit: SweepResultText.lineLimit)
        return table.head(style).map(SweepResultText.trimmed)
            + cells.map { SweepResultText.trimmed(table.line($0, style)) } + [""]
    }

    private static func color(_ basis: Contest.Basis) -> TextStyle.Color? {
        switch basis {
        case .faster, .moreSatisfied: .green
        case .neverSatisfied: .red
        case .inseparable, .unequalTerms, .tooFewRuns, .onlyOne: nil
        }
    }

    /// The option that is best, or why none is.
    static func sentence(_ verdict: SweepVerdict) -> String {
        let best =
            verdict.best.count > 4
            ? "\(verdict.best.count) options" : list(verdict.best.map(name))
        switch verdict.basis {
        case .onlyOne: return "nothing to compare \(best) with"
        case .tooFewRuns:
            return "none: \(Human.count(verdict.seeds, "seed")) \(verdict.seeds == 1 ? "is" : "are") too few"
        case .neverSatisfied: return "none is satisfied in half of the runs"
        case .unequalTerms where verdict.compared == 0: return "none: options were run on different machines"
        case .unequalTerms: return "none on equal terms" + terms(verdict)
        case .inseparable: return "\(best) cannot be told apart" + terms(verdict)
        case .moreSatisfied, .faster: return "\(best): \(figures(verdict.winner))" + terms(verdict)
        }
    }

    /// Options that are not ranked, and why.
    private static func terms(_ verdict: SweepVerdict) -> String {
        var text = ""
        if !verdict.reserved.isEmpty {
            let sizes = verdict.reserved.map { SweepResponse.reserved.text($0.reserved) }
            let verb = sizes.count == 1 ? "is not ranked: it holds" : "are not ranked: they hold"
            text += "; \(list(verdict.reserved.map(name))) \(verb) \(list(sizes)) for no device"
        }
        if !verdict.withFewerBuffers.isEmpty {
            let verb =
                verdict.withFewerBuffers.count == 1 ? "is not ranked: it gets" : "are not ranked: they get"
            text += "; \(list(verdict.withFewerBuffers.map(name))) \(verb) fewer buffers"
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

    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
