public import Measurement
import TextSupport

/// A comparison as Markdown: a heading, a pipe table and a sentence for each device of each case.
public enum ComparisonMarkdown {
    /// The whole text, ending in a newline.
    public static func render(_ comparison: Comparison) -> String {
        let columns = ComparisonColumn.tableColumns(comparison.contenders ?? .strategies)
        let groups = comparison.verdicts.map { verdict in
            let rows = comparison.rows(of: verdict)
            let cells = rows.map { row in
                ComparisonColumn.allCases.map { TextTable.Cell(escaped($0.cell(row, among: rows).text)) }
            }
            return (verdict, rows, cells)
        }
        let table = TextTable(columns, widestOf: groups.flatMap(\.2))
        var lines: [String] = []
        for (verdict, rows, cells) in groups {
            let sentence = ComparisonSentence(
                verdict, rows, reference: comparison.reference,
                contenders: comparison.contenders ?? .strategies
            ).text
            lines.append("### " + escaped(Human.printable("\(verdict.device), case \(verdict.caseName)")))
            lines += [""] + table.markdown(cells) + ["", escaped(sentence), ""]
            let reserves = ComparisonSentence.reserves(rows).map { "- reserve: " + escaped($0.text) }
            if !reserves.isEmpty { lines += reserves + [""] }
            let failures = rows.flatMap { row in
                row.failures.map { "- failed: \(row.strategy), seed \($0.seed): \($0.text)" }
            }
            if !failures.isEmpty { lines += failures.map { escaped(Human.printable($0)) } + [""] }
        }
        if let note = ComparisonSentence.incomplete(comparison) { lines += ["**\(note.text)**", ""] }
        let notes = ComparisonSentence.kernels(comparison)
        if !notes.isEmpty { lines += notes.map { escaped($0.text) } + [""] }
        lines += ComparisonColumn.legend(
            of: ComparisonColumn.allCases, reference: Human.printable(comparison.reference)
        )
        .map { "- " + escaped($0) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text in which nothing is taken for the end of a cell or for markup.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\|*_`<".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
