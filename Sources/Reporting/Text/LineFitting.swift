/// Lines of a report for a terminal of some width: a longer line continues in the next one, under its text.
struct LineFitting {
    /// Columns of an output that is not a terminal.
    static let standardColumns = 80

    private static let units: Set<String> = ["ns", "µs", "ms", "s", "B", "KiB", "MiB", "GiB", "TiB", "%"]

    /// Characters of a line, 1 or more.
    let columns: Int

    /// - Parameter indent: spaces before the text of a continued line; fewer on a narrow terminal.
    func fitted(_ lines: [String], indent: (String) -> Int) -> [String] {
        lines.flatMap { fitted($0, indent: indent($0)) }
    }

    /// One line, which may have escape sequences for colour: each line that comes of it has its own.
    func fitted(_ line: String, indent: Int) -> [String] {
        guard line.count > columns else { return [line] }
        var rest = Self.cells(of: line)[...]
        guard rest.count > columns else { return [line] }
        let indent = min(indent, columns / 3)
        var lines: [String] = []
        while !rest.isEmpty {
            let start = lines.isEmpty ? 0 : indent
            let room = columns - start
            var end = rest.startIndex + min(room, rest.count)
            if rest.count > room, let space = Self.lastBreak(in: rest, at: room) { end = space }
            lines.append(String(repeating: " ", count: start) + Self.text(Self.trimmed(rest[..<end])))
            rest = rest[end...].drop { $0.character == " " }
        }
        return lines
    }

    /// A line cut where it is too long, with its colours.
    func cut(_ line: String) -> String {
        guard line.count > columns else { return line }
        let cells = Self.cells(of: line)
        return cells.count > columns ? Self.text(cells[..<columns]) : line
    }

    /// Text cut to a width, the last character an ellipsis.
    static func shortened(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(max(width - 1, 0)) + "…"
    }

    /// Texts with commas between them in lines that break only after a comma; those after the first begin with
    /// as many spaces as `label` has characters.
    func list(_ texts: [String], label: String) -> [String] {
        var lines: [String] = []
        var line = label
        for (index, text) in texts.enumerated() {
            let part = text + (index == texts.count - 1 ? "" : ",")
            if line.count > label.count, line.count + 1 + part.count > columns {
                lines.append(line)
                line = String(repeating: " ", count: label.count)
            }
            line += (line.count > label.count ? " " : "") + part
        }
        return lines + [line]
    }

    /// A line without the spaces at its end.
    static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    // MARK: Characters and their colours

    private struct Cell {
        let character: Character
        /// What selects its colour; empty for none.
        let color: Substring
    }

    private static func cells(of line: String) -> [Cell] {
        var cells: [Cell] = []
        var color: Substring = ""
        var rest = line[...]
        while let character = rest.popFirst() {
            guard character == "\u{1b}" else {
                cells.append(Cell(character: character, color: color))
                continue
            }
            let sequence = rest.prefix { $0 != "m" }
            color = sequence == "[0" ? "" : sequence
            rest = rest.dropFirst(sequence.count + 1)
        }
        return cells
    }

    private static func text(_ cells: ArraySlice<Cell>) -> String {
        var text = ""
        var color: Substring = ""
        for cell in cells {
            if cell.color != color {
                if !color.isEmpty { text += "\u{1b}[0m" }
                if !cell.color.isEmpty { text += "\u{1b}\(cell.color)m" }
                color = cell.color
            }
            text.append(cell.character)
        }
        return color.isEmpty ? text : text + "\u{1b}[0m"
    }

    private static func trimmed(_ cells: ArraySlice<Cell>) -> ArraySlice<Cell> {
        var cells = cells
        while cells.last?.character == " " { cells.removeLast() }
        return cells
    }

    /// The last space at which a line can end that has `room` characters. A number stays whole, and with its unit.
    private static func lastBreak(in cells: ArraySlice<Cell>, at room: Int) -> Int? {
        let first = cells.firstIndex { $0.character != " " } ?? cells.startIndex
        var index = min(cells.startIndex + room, cells.endIndex - 1)
        while index > first {
            if cells[index].character == " ", !joins(cells, at: index) { return index }
            index -= 1
        }
        return nil
    }

    private static func joins(_ cells: ArraySlice<Cell>, at space: Int) -> Bool {
        guard cells[space - 1].character.isNumber, space + 1 < cells.endIndex else { return false }
        if cells[space + 1].character.isNumber { return true }
        let word = cells[(space + 1)...].prefix { $0.character != " " }.map(\.character)
        return units.contains(String(word).trimmingPunctuation)
    }
}

extension String {
    /// Without the signs that end a clause.
    fileprivate var trimmingPunctuation: String {
        String(reversed().drop { ",.;:)]".contains($0) }.reversed())
    }
}
