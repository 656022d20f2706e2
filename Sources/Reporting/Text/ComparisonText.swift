public import Measurement
public import TextSupport

/// A comparison for a terminal: a table for each device of each case, and below it which strategy is best
/// or why none is named.
public struct ComparisonText {
    /// Failed runs shown of a table; the rest are counted.
    static let failureLimit = 6

    private let comparison: Comparison
    private let style: TextStyle
    private let fitting: LineFitting

    /// - Parameter columns: characters of a line, 20 or more.
    public init(_ comparison: Comparison, style: TextStyle, columns: Int = 80) {
        self.comparison = comparison
        self.style = style
        fitting = LineFitting(columns: max(columns, 20))
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let groups = comparison.verdicts.map { ($0, comparison.rows(of: $0)) }
        let cells = groups.map { _, rows in rows.map { self.cells(of: $0, among: rows) } }
        let table = FittedTable(
            ComparisonColumn.tableColumns(comparison.contenders ?? .strategies), rows: cells.flatMap { $0 },
            limit: fitting.columns,
            droppable: ComparisonColumn.droppable)
        var rest = table.lines(style)[...]
        var lines: [String] = []
        for (verdict, rows) in groups {
            lines.append(heading(verdict, rows))
            lines += table.head(style)
            lines += rest.prefix(rows.count)
            rest = rest.dropFirst(rows.count)
            lines += ComparisonSentence.reserves(rows).map { style.paint("reserve: \($0.text)", $0.tone) }
            lines += failures(rows)
            let sentence = ComparisonSentence(
                verdict, rows, reference: comparison.reference,
                contenders: comparison.contenders ?? .strategies
            ).sentence
            lines += [style.paint(sentence.text, sentence.tone), ""]
        }
        if let note = ComparisonSentence.incomplete(comparison) {
            lines += [style.paint(note.text, note.tone), ""]
        }
        let notes = ComparisonSentence.kernels(comparison)
        if !notes.isEmpty { lines += notes.map { style.paint($0.text, $0.tone) } + [""] }
        let shown = ComparisonColumn.allCases.filter { !table.leftOut.contains($0.rawValue) }
        let legend = ComparisonColumn.legend(
            of: shown, reference: Human.printable(comparison.reference))
        lines += (legend + [table.note(fitting.columns)].compactMap(\.self)).map { style.paint($0, .dim) }
        return fitting.fitted(lines) { _ in 2 }.joined(separator: "\n") + "\n"
    }

    private func cells(of row: ComparisonRow, among rows: [ComparisonRow]) -> [TextTable.Cell] {
        ComparisonColumn.allCases.map { $0.cell(row, among: rows) }
    }

    private func heading(_ verdict: ComparisonVerdict, _ rows: [ComparisonRow]) -> String {
        let name = Human.printable(
            verdict.device == verdict.caseName
                ? verdict.device : "\(verdict.device), case \(verdict.caseName)")
        guard let row = rows.first, row.buffersWanted > 0 else { return style.paint(name, .bold) }
        return style.paint(name, .bold)
            + ": \(Human.count(row.buffersWanted, "buffer")) wanted, at least \(row.buffersMin) needed"
    }

    /// Runs without a result, a line for each.
    private func failures(_ rows: [ComparisonRow]) -> [String] {
        let all = rows.flatMap { row in row.failures.map { (row.strategy, $0) } }
        var lines = all.prefix(Self.failureLimit).map { strategy, failure in
            let line = Human.printable("failed: \(strategy), seed \(failure.seed): \(failure.text)")
            return style.paint(line, .red)
        }
        if all.count > Self.failureLimit {
            lines.append(style.paint("failed: \(all.count - Self.failureLimit) more runs", .red))
        }
        return lines
    }
}
