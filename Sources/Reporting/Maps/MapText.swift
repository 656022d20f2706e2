internal import Measurement
public import TextSupport

/// A map of an area in plain characters, for mails and commit messages.
public struct MapText {
    private let map: AreaMap
    private let style: TextStyle
    private let fitting: LineFitting
    /// Most rows of a map.
    static let rowLimit = 40

    /// - Parameter columns: characters of a line, 20 or more.
    public init(_ map: AreaMap, style: TextStyle, columns: Int = 80) {
        self.map = map
        self.style = style
        fitting = LineFitting(columns: max(columns, 20))
    }

    /// The map, its legend and its counts; ends in a newline.
    public func render() -> String {
        let grid = grid(rows: Self.rowLimit)
        let counts = map.counts
        var lines = [title, ""] + rows(limit: Self.rowLimit).map { "  " + $0 } + [""]
        lines.append(
            "  a row is \(Human.size(pages: grid.row)), a character \(Human.count(grid.cell, "page")): x when one "
                + "is pinned, else what most are")
        lines += legend(counts, counts.map { Self.mark(of: $0.code) })
        return fitting.fitted(lines) { _ in 2 }.joined(separator: "\n") + "\n"
    }

    private var labelWidth: Int { (map.ranges.map { String($0.upperBound, radix: 16).count }.max() ?? 0) + 4 }

    private func grid(rows: Int) -> AreaMap.Grid {
        map.grid(rows: rows, columns: fitting.columns - labelWidth - 2)
    }

    /// The rows of the map, at most so many, each after its first page frame number.
    func rows(limit: Int) -> [String] {
        let grid = grid(rows: limit)
        let codes = map.counts.map(\.code)
        let cells = map.cells(of: grid.cell)
        let width = map.ranges.map { String($0.upperBound, radix: 16).count }.max() ?? 0
        return stride(from: 0, to: cells.count, by: grid.cells).map { row in
            let pfn = String(map.pfn(at: row * grid.cell), radix: 16)
            let label = String(repeating: " ", count: max(width - pfn.count, 0)) + "0x" + pfn
            let text = cells[row..<min(row + grid.cells, cells.count)].map { cell in
                let code = codes[Self.shown(cell, codes)]
                return style.paint(String(Self.mark(of: code)), Self.color(of: code))
            }
            return "\(label)  \(text.joined())"
        }
    }

    private var title: String {
        let place = map.ranges.map {
            "pfn 0x\(String($0.lowerBound, radix: 16)) to 0x\(String($0.upperBound, radix: 16))"
        }.joined(separator: ", ")
        let area = "\(Human.printable(map.name)): \(Human.size(pages: map.pages)), \(place)"
        return map.moment.isEmpty ? area : "\(area), \(map.moment)"
    }

    private func legend(_ counts: [(code: Int, name: String, pages: Int)], _ marks: [Character]) -> [String] {
        let table = FittedTable(
            [
                TextTable.Column(title: "", isNumber: false), TextTable.Column(title: "", isNumber: false),
                TextTable.Column(title: "pages", isNumber: true),
                TextTable.Column(title: "share", isNumber: true),
            ], rows: rows(counts, marks), limit: fitting.columns - 2)
        return [""] + (table.head(style) + table.lines(style)).map { "  " + $0 }
    }

    private func rows(
        _ counts: [(code: Int, name: String, pages: Int)], _ marks: [Character]
    ) -> [[TextTable.Cell]] {
        zip(counts, marks).map { count, mark in
            [
                TextTable.Cell(String(mark), Self.color(of: count.code)),
                TextTable.Cell(Human.printable(count.name)),
                TextTable.Cell(Human.grouped(count.pages)),
                TextTable.Cell(Human.percent(count.pages, of: map.pages)),
            ]
        }
    }

    /// The kind that a cell shows: one pinned page is enough to refuse a window, so one is enough to show it.
    static func shown(_ cell: [Int], _ codes: [Int]) -> Int {
        if let pinned = codes.firstIndex(of: HistoryPage.pinned), cell[pinned] > 0 { return pinned }
        var most = 0
        for kind in cell.indices where cell[kind] > cell[most] { most = kind }
        return most
    }

    /// Devices are letters from A on; those after the 26th share Z.
    static func mark(of code: Int) -> Character {
        switch code {
        case HistoryPage.free: return "."
        case HistoryPage.movable: return "-"
        case HistoryPage.pinned: return "x"
        case HistoryPage.stocked: return "="
        default:
            let letter = UInt8(ascii: "A") + UInt8(clamping: min(code - HistoryPage.stocked - 1, 25))
            return Character(UnicodeScalar(letter))
        }
    }

    private static func color(of code: Int) -> TextStyle.Color {
        switch code {
        case HistoryPage.free, HistoryPage.movable: .dim
        case HistoryPage.pinned: .red
        case HistoryPage.stocked: .yellow
        default: code % 2 == 0 ? .green : .cyan
        }
    }
}
