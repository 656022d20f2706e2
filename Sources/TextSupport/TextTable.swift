/// Cells in columns that line up, for terminals and for Markdown.
package struct TextTable {
    package struct Cell {
        package var text: String
        package var color: TextStyle.Color?

        package init(_ text: String, _ color: TextStyle.Color? = nil) {
            self.text = text
            self.color = color
        }
    }

    package struct Column {
        package var title: String
        /// Numbers are right-aligned, names left-aligned.
        package var isNumber: Bool
        /// Belongs to the column before it: one space between them is enough.
        package var isJoined = false

        package init(title: String, isNumber: Bool, isJoined: Bool = false) {
            self.title = title
            self.isNumber = isNumber
            self.isJoined = isJoined
        }
    }

    package let columns: [Column]
    /// Characters of each column.
    package let widths: [Int]
    /// Spaces between columns.
    package let gap: Int

    /// Columns as wide as their widest cell, two spaces apart, or one where two would exceed `limit`
    /// characters.
    ///
    /// - Parameter rows: of all tables that are to have the same columns.
    package init(_ columns: [Column], widestOf rows: [[Cell]], limit: Int = .max) {
        self.columns = columns
        widths = columns.indices.map { index in
            max(columns[index].title.count, rows.map { $0[index].text.count }.max() ?? 0)
        }
        let joints = columns.dropFirst().count { !$0.isJoined }
        gap = widths.reduce(0, +) + columns.count - 1 + joints <= limit ? 2 : 1
    }

    package var width: Int {
        zip(columns, widths).enumerated().reduce(0) { sum, item in
            sum + item.element.1 + (item.offset > 0 ? space(before: item.element.0) : 0)
        }
    }

    private func space(before column: Column) -> Int { column.isJoined ? 1 : gap }

    /// The titles, and under them a rule as wide as the table.
    package func head(_ style: TextStyle) -> [String] {
        let titles = line(columns.map { Cell($0.title) }, TextStyle(isColored: false))
        return [style.paint(titles, .dim), style.paint(String(repeating: "─", count: width), .dim)]
    }

    /// One line, spaces at its end included.
    package func line(_ cells: [Cell], _ style: TextStyle) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line += String(repeating: " ", count: space(before: columns[index])) }
            let space = String(repeating: " ", count: max(widths[index] - cell.text.count, 0))
            let text = cell.color.map { style.paint(cell.text, $0) } ?? cell.text
            line += columns[index].isNumber ? space + text : text + space
        }
        return line
    }

    /// The table in Markdown, with bars that line up in the source as well.
    package func markdown(_ rows: [[Cell]]) -> [String] {
        // A rule has at least three characters.
        let widths = widths.map { max($0, 3) }
        func bars(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        func padded(_ cells: [Cell]) -> String {
            bars(
                cells.enumerated().map { index, cell in
                    let space = String(repeating: " ", count: max(widths[index] - cell.text.count, 0))
                    return columns[index].isNumber ? space + cell.text : cell.text + space
                })
        }
        let rule = zip(columns, widths).map { column, width in
            column.isNumber
                ? String(repeating: "-", count: width - 1) + ":" : String(repeating: "-", count: width)
        }
        return [padded(columns.map { Cell($0.title) }), bars(rule)] + rows.map(padded)
    }
}
