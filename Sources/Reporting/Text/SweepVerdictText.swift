import Measurement
import TextSupport

/// The best choices of a sweep, for a terminal: over all machines, then on each.
struct SweepVerdictText {
    /// Conditions that are shown; the rest are counted.
    private static let mostConditions = 16

    private let sentences: SweepSentences
    private let style: TextStyle
    private let columns: Int

    /// - Parameter columns: characters of a line.
    init(_ sentences: SweepSentences, style: TextStyle, columns: Int) {
        self.sentences = sentences
        self.style = style
        self.columns = columns
    }

    var lines: [String] {
        let verdicts = sentences.result.verdicts
        guard !verdicts.factors.isEmpty else { return [] }
        let title = style.paint(
            "Best choice of " + Human.printable(verdicts.factors.joined(separator: ", ")), .bold)
        if let reason = sentences.tooFewSeeds { return [title, reason] }
        let left = verdicts.conditions.count - Self.mostConditions + verdicts.conditionsLeftOut
        return [title] + table(verdicts.overall, start: "overall")
            + table(Array(verdicts.conditions.prefix(Self.mostConditions)), start: nil)
            + (left > 0 ? ["and \(Human.grouped(left)) more conditions (--format json has them)"] : [])
            + [style.paint(SweepSentences.choiceRule, .dim)]
    }

    /// A row for each verdict: what is held fixed, and which option is best. A sentence too long for its column
    /// continues below itself.
    private func table(_ verdicts: [SweepVerdict], start: String?) -> [String] {
        guard let first = verdicts.first else { return [] }
        guard !first.terms.isEmpty else {
            return ["\(start ?? ""): \(SweepSentences.sentence(first).text)"]
        }
        let terms = first.terms.map { TextTable.Column(title: Human.printable($0.factor), isNumber: false) }
        let cells = verdicts.map { $0.terms.map { TextTable.Cell(Human.printable($0.level)) } }
        let table = FittedTable(terms, rows: cells, limit: max(columns * 3 / 5, 12))
        let width = table.table.width + 2
        let fitting = LineFitting(columns: columns)
        let title = start.map { "best, \($0)" } ?? "best"
        let head = Human.padded(table.head(TextStyle(isColored: false))[0], to: width) + title
        let rule = String(repeating: "─", count: columns)
        return [style.paint(head, .dim), style.paint(rule, .dim)]
            + zip(table.lines(style), verdicts).flatMap { line, verdict in
                let sentence = SweepSentences.sentence(verdict)
                return fitting.fitted(
                    Human.padded(line, to: width) + style.paint(sentence.text, sentence.tone), indent: width)
            } + [""]
    }
}
