public import Measurement

/// A comparison for a terminal: a table for each device of each case, and below it which strategy is best
/// or why none can be named.
public struct ComparisonText {
    /// Characters that a line has at most.
    static let lineLimit = 120
    /// Failed runs shown of a table; the rest are counted.
    static let failureLimit = 6

    private let comparison: Comparison
    private let style: TextStyle

    public init(_ comparison: Comparison, style: TextStyle) {
        self.comparison = comparison
        self.style = style
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let groups = comparison.verdicts.map { ($0, comparison.rows(of: $0)) }
        let cells = groups.map { _, rows in rows.map { self.cells(of: $0, among: rows) } }
        let columns = ComparisonColumn.tableColumns(comparison.contenders ?? .strategies)
        let table = TextTable(columns, widestOf: cells.flatMap { $0 }, limit: Self.lineLimit)
        let excess = table.width - Self.lineLimit
        // Only names have no limit of their own, so it is they that give way.
        let nameLimit = max(table.widths[0] - max(excess, 0), 4)
        let fitting = cells.map { rows in rows.map { shortened($0, to: nameLimit) } }
        let fittingTable = TextTable(columns, widestOf: fitting.flatMap { $0 }, limit: Self.lineLimit)

        var lines: [String] = []
        for ((verdict, rows), cells) in zip(groups, fitting) {
            lines.append(heading(verdict, rows))
            lines += fittingTable.head(style)
            lines += cells.map { fittingTable.line($0, style) }
            lines += ComparisonSentence.reserves(rows).map { style.paint(Self.cut($0), .yellow) }
            lines += failures(rows)
            lines += sentence(verdict, rows)
            lines.append("")
        }
        if let note = ComparisonSentence.incomplete(comparison) {
            lines += [style.paint(note, .yellow), ""]
        }
        let notes = ComparisonSentence.kernels(comparison).flatMap { Self.wrapped($0) }
        if !notes.isEmpty { lines += notes.map { style.paint($0, .yellow) } + [""] }
        lines += ComparisonColumn.legend(reference: Human.printable(comparison.reference))
            .map { style.paint($0, .dim) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func cells(of row: ComparisonRow, among rows: [ComparisonRow]) -> [TextTable.Cell] {
        ComparisonColumn.allCases.map { $0.cell(row, among: rows) }
    }

    private func shortened(_ cells: [TextTable.Cell], to limit: Int) -> [TextTable.Cell] {
        guard let name = cells.first, name.text.count > limit else { return cells }
        return [TextTable.Cell(name.text.prefix(limit - 1) + "…", name.color)] + cells.dropFirst()
    }

    private func heading(_ verdict: ComparisonVerdict, _ rows: [ComparisonRow]) -> String {
        let name = Human.printable(
            verdict.device == verdict.caseName
                ? verdict.device : "\(verdict.device), case \(verdict.caseName)")
        guard let row = rows.first, row.buffersWanted > 0 else { return style.paint(name, .bold) }
        return style.paint(name, .bold)
            + ": \(Human.count(row.buffersWanted, "buffer")) wanted, at least \(row.buffersMin) needed"
    }

    /// Runs that came to no result, in a line each.
    private func failures(_ rows: [ComparisonRow]) -> [String] {
        let all = rows.flatMap { row in row.failures.map { (row.strategy, $0) } }
        var lines = all.prefix(Self.failureLimit).map { strategy, failure in
            let line = Human.printable("failed: \(strategy), seed \(failure.seed): \(failure.text)")
            return style.paint(Self.cut(line), .red)
        }
        if all.count > Self.failureLimit {
            lines.append(style.paint("failed: \(all.count - Self.failureLimit) more runs", .red))
        }
        return lines
    }

    private func sentence(_ verdict: ComparisonVerdict, _ rows: [ComparisonRow]) -> [String] {
        let text = ComparisonSentence(
            verdict, rows, reference: comparison.reference, contenders: comparison.contenders ?? .strategies
        ).text
        return Self.wrapped(text).map { line in
            switch verdict.basis {
            case .faster, .moreSatisfied: style.paint(line, .green)
            case .neverSatisfied: style.paint(line, .red)
            case .inseparable, .unequalTerms, .tooFewRuns, .onlyOne: line
            }
        }
    }

    /// Lines of whole words, all but the first indented; a word longer than a line is cut.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= lineLimit {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(cut((lines.isEmpty ? "" : "  ") + word))
            }
        }
        return lines
    }

    private static func cut(_ line: String) -> String {
        line.count > lineLimit ? line.prefix(lineLimit - 1) + "…" : line
    }
}
