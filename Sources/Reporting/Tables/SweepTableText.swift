import Measurement
import TextSupport

/// A table of a sweep by one key or two, for a terminal.
struct SweepTableText {
    /// Levels of the second of two keys that still fit beside each other.
    private static let mostColumns = 12
    private static let shown: [SweepResponse] = [
        .gathering, .failedCalls, .busyRetries, .pagesMigrated, .othersWaited, .peakHeld,
    ]

    private let table: SweepTable
    private let factors: [SweepFactor]
    private let style: TextStyle
    private let limit: Int

    /// - Parameter columns: characters of a line.
    init(_ table: SweepTable, of result: SweepResult, style: TextStyle, columns: Int) {
        self.table = table
        limit = columns
        factors = table.factors.compactMap { name in result.factors.first { $0.name == name } }
        self.style = style
    }

    var lines: [String] {
        let sentence = SweepSentences.comparedOn(
            table.compared, leftOut: table.leftOut, what: factors.count == 2 ? "pair" : "level")
        let compared = sentence.map { [style.paint($0.text, $0.tone)] } ?? []
        guard factors.count == 2, factors[1].levels.count <= Self.mostColumns else {
            return list + reserves + compared
        }
        return matrix(.satisfied) + [""] + matrix(.stall) + compared
    }

    /// What strategies held for no device, a line for each level where that is not nothing.
    private var reserves: [String] {
        guard let reserved = table.responses[.reserved] else { return [] }
        return reserved.mean.indices.compactMap { cell in
            guard let mean = reserved.mean[cell], mean > 0 else { return nil }
            let name = Human.printable(levels(of: cell).joined(separator: ", "))
            return style.paint(
                "reserve: \(name) held \(SweepResponse.reserved.text(mean)) for no device, mean over runs",
                .yellow)
        }
    }

    /// A row for each level, or combination of two.
    private var list: [String] {
        let responses = Self.shown
        let columns =
            factors.map { TextTable.Column(title: Human.printable($0.name), isNumber: false) } + [
                TextTable.Column(title: "runs", isNumber: true),
                TextTable.Column(title: SweepResponse.satisfied.title, isNumber: true),
                TextTable.Column(title: SweepResponse.stall.title, isNumber: true),
                TextTable.Column(title: "95 %", isNumber: false, isJoined: true),
                TextTable.Column(title: "worst", isNumber: true),
            ] + responses.map { TextTable.Column(title: $0.title, isNumber: true) }
        let cells = table.runs.indices.filter { table.runs[$0] > 0 }.map { cell -> [TextTable.Cell] in
            levels(of: cell).map { TextTable.Cell(Human.printable($0)) } + [
                TextTable.Cell(Human.grouped(table.runs[cell]), table.failed[cell] > 0 ? .red : nil),
                self.cell(.satisfied, at: cell),
                self.cell(.stall, at: cell), TextTable.Cell(interval(at: cell)),
                TextTable.Cell(
                    table.responses[.stall]?.max[cell].map { SweepResponse.stall.text($0) } ?? "–"),
            ] + responses.map { self.cell($0, at: cell) }
        }
        let count = factors.count
        let text = FittedTable(
            columns, rows: cells, limit: limit, droppable: [10, 9, 7, 6, 8, 4, 5, 3].map { count + $0 })
        return [title("")] + text.head(style) + text.lines(style)
            + [text.note(limit)].compactMap(\.self).map { style.paint($0, .dim) }
    }

    /// A row for each level of the first key, a column for each of the second.
    private func matrix(_ response: SweepResponse) -> [String] {
        let columns =
            [TextTable.Column(title: "", isNumber: false)]
            + factors[1].levels.map { TextTable.Column(title: Human.printable($0.name), isNumber: true) }
        let width = factors[1].levels.count
        let cells = factors[0].levels.enumerated().map { row, level in
            [TextTable.Cell(Human.printable(level.name))]
                + (0..<width).map { cell(response, at: row * width + $0) }
        }
        let text = FittedTable(
            columns, rows: cells, limit: limit, droppable: Array(columns.indices.dropFirst().reversed()))
        return [title(": \(response.title)")] + text.head(style) + text.lines(style)
            + [text.note(limit)].compactMap(\.self).map { style.paint($0, .dim) }
    }

    private func title(_ what: String) -> String {
        style.paint("By " + Human.printable(factors.map(\.name).joined(separator: " and ")) + what, .bold)
    }

    private func levels(of cell: Int) -> [String] {
        guard factors.count == 2 else { return [factors[0].levels[cell].name] }
        let width = factors[1].levels.count
        return [factors[0].levels[cell / width].name, factors[1].levels[cell % width].name]
    }

    private func cell(_ response: SweepResponse, at cell: Int) -> TextTable.Cell {
        guard let value = table.responses[response]?.mean[cell] else { return TextTable.Cell("–") }
        let color: TextStyle.Color? =
            response == .satisfied ? (value == 1 ? .green : value == 0 ? .red : nil) : nil
        return TextTable.Cell(response.text(value), color)
    }

    private func interval(at cell: Int) -> String {
        guard let stall = table.responses[.stall], let mean = stall.mean[cell], let low = stall.low[cell],
            let high = stall.high[cell]
        else { return "" }
        return Human.interval(mean, low: low, high: high)
    }
}
