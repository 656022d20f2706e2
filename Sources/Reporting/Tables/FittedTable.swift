import TextSupport

/// A table that fits a terminal: columns that matter least are left out, then names are shortened.
struct FittedTable {
    let table: TextTable
    private let rows: [[TextTable.Cell]]
    /// Titles of the columns that have no room, in the order of the table.
    let leftOut: [String]

    /// - Parameters:
    ///   - rows: of all tables that are to have the same columns.
    ///   - limit: characters of a line.
    ///   - droppable: numbers of the columns that may be left out, the first one first.
    init(
        _ columns: [TextTable.Column], rows: [[TextTable.Cell]], limit: Int, droppable: [Int] = []
    ) {
        var kept = Array(columns.indices)
        var next = droppable[...]
        func made(_ kept: [Int]) -> TextTable {
            TextTable(
                kept.map { columns[$0] }, widestOf: rows.map { row in kept.map { row[$0] } }, limit: limit)
        }
        var table = made(kept)
        while table.width > limit, let column = next.popFirst() {
            kept.removeAll { $0 == column }
            table = made(kept)
        }
        leftOut = columns.indices.filter { !kept.contains($0) }.map { columns[$0].title }
        var shown = rows.map { row in kept.map { row[$0] } }
        var titles = kept.map { columns[$0] }
        while table.width > limit {
            // The widest gives way: a name, else a title above narrower numbers.
            let texts = titles.indices.map { index in
                if titles[index].isJoined { return 0 }
                guard titles[index].isNumber else { return table.widths[index] }
                let numbers = shown.map { $0[index].text.count }.max() ?? 0
                return numbers < titles[index].title.count ? titles[index].title.count : 0
            }
            guard let widest = texts.indices.max(by: { texts[$0] < texts[$1] }), texts[widest] > 4 else {
                break
            }
            let second = texts.indices.filter { $0 != widest }.map { texts[$0] }.max() ?? 0
            let width = max(texts[widest] - (table.width - limit), min(second, texts[widest] - 1), 4)
            titles[widest].title = LineFitting.shortened(titles[widest].title, to: width)
            for row in shown.indices where !titles[widest].isNumber {
                let cell = shown[row][widest]
                shown[row][widest] = TextTable.Cell(
                    LineFitting.shortened(cell.text, to: width), cell.color)
            }
            table = TextTable(titles, widestOf: shown, limit: limit)
        }
        self.table = table
        self.rows = shown
    }

    func head(_ style: TextStyle) -> [String] { table.head(style).map(LineFitting.trimmed) }

    /// The rows in their order.
    func lines(_ style: TextStyle) -> [String] { rows.map { LineFitting.trimmed(table.line($0, style)) } }

    /// What to do to see the columns that are left out; nil where all are shown.
    func note(_ limit: Int) -> String? {
        leftOut.isEmpty
            ? nil
            : "not shown in \(limit) columns: \(leftOut.joined(separator: ", ")); a wider terminal or "
                + "--columns 140 shows them"
    }
}
