public import Measurement
public import TextSupport

/// Rows of any columns for a terminal: numbers to the right, text to the left.
public enum RowsText {
    /// - Parameter rows: each with a value for every column.
    public static func render(columns: [String], rows: [[TableValue]], style: TextStyle) -> String {
        let cells = rows.map { $0.map { TextTable.Cell(text($0)) } }
        let table = TextTable(
            columns.indices.map { index in
                TextTable.Column(
                    title: Human.printable(columns[index]), isNumber: rows.allSatisfy { isNumber($0[index]) })
            }, widestOf: cells)
        let lines = table.head(style) + cells.map { table.line($0, style) }
        return lines.map { line in
            String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    private static func isNumber(_ value: TableValue) -> Bool {
        switch value {
        case .null, .integer, .real: true
        case .text, .bytes: false
        }
    }

    private static func text(_ value: TableValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): Human.printable(text)
        case .bytes(let bytes): RowsCSV.hexadecimal(bytes)
        }
    }
}
