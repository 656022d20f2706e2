public import Measurement
public import TextSupport

/// How large areas must be, for a terminal: for each the answer, success against size as a small curve,
/// what the size is made of, what else would do, and how a kernel is told.
public struct SizeText {
    /// Spaces before the text of a labelled line.
    private static let labelWidth = 13
    /// Characters of a bar from 0 to 100 %: what a line has room for, up to this many.
    private static let longestBar = 40
    private static let shortestBar = 14

    private let result: SizeResult
    private let style: TextStyle
    private let fitting: LineFitting
    private let barWidth: Int

    /// - Parameter columns: characters of a line, 20 or more.
    public init(_ result: SizeResult, style: TextStyle, columns: Int = 80) {
        self.result = result
        self.style = style
        fitting = LineFitting(columns: max(columns, 20))
        barWidth = min(max(columns - 30, Self.shortestBar), Self.longestBar)
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let blocks = result.areas.map { area in
            let sentences = SizeSentences(result, area)
            let below =
                field("made of", sentences.parts) + field("too small", sentences.obstacles)
                + field("elsewhere", sentences.elsewhere)
                + field("instead", alternatives(sentences)) + field("kernel", sentences.kernel)
            return fitted(
                headings(sentences) + field("shown by", sentences.evidence) + [""] + chart(area)
                    + (below.isEmpty ? [] : [""] + below))
        }
        return (blocks + note + incomplete).joined(separator: "\n")
    }

    private func fitted(_ lines: [String]) -> String {
        fitting.fitted(lines) { $0.hasPrefix("  ") ? Self.labelWidth : 2 }.joined(separator: "\n") + "\n"
    }

    private var note: [String] {
        SizeSentences.kernelNote(result).map { [fitted([style.paint($0.text, $0.tone)])] } ?? []
    }

    /// What an interrupted command left open.
    private var incomplete: [String] {
        guard let (sentence, searches) = SizeSentences.incomplete(result) else { return [] }
        return [fitted([style.paint(sentence.text, sentence.tone)] + searches.map { "  " + $0 })]
    }

    /// Lines with a label before the first.
    private func field(_ label: String, _ lines: [String]) -> [String] {
        lines.enumerated().map { index, line in
            LineFitting.trimmed(Human.padded("  " + (index == 0 ? label : ""), to: Self.labelWidth) + line)
        }
    }

    private func headings(_ sentences: SizeSentences) -> [String] {
        sentences.answers.map { answer in
            style.paint("\(Human.printable(result.name)): ", .bold) + style.paint(answer.text, answer.tone)
        }
    }

    private func alternatives(_ sentences: SizeSentences) -> [String] {
        let all = sentences.alternatives
        let width = min(all.map(\.name.count).max() ?? 0, max(fitting.columns - 41, 8))
        return all.map { Human.padded($0.name, to: width) + "  " + $0.size }
    }

    // MARK: The curve

    /// A line for each size: the certain share is full, the possible one light.
    private func chart(_ area: SizedArea) -> [String] {
        let devices = area.curve.first?.devices.map(\.name) ?? []
        let columns =
            [
                TextTable.Column(title: "MiB", isNumber: true),
                TextTable.Column(title: "seeds", isNumber: true),
                TextTable.Column(title: axis, isNumber: true),
            ] + devices.map { TextTable.Column(title: Human.printable($0), isNumber: true) }
        let rows = area.curve.map { point -> [TextTable.Cell] in
            let color: TextStyle.Color? = point.pages == area.pages ? .green : nil
            let mark = point.pages == area.pages ? "◀" : " "
            return [
                TextTable.Cell("\(point.pages >> 8)", color),
                TextTable.Cell("\(point.successes)/\(point.runs)", color),
                TextTable.Cell("│\(bar(point))│\(mark)", color),
            ]
                + devices.map { name in
                    let satisfied = point.devices.first { $0.name == name }?.satisfied ?? 0
                    return TextTable.Cell("\(satisfied)", satisfied < point.runs ? .yellow : nil)
                }
        }
        let table = FittedTable(
            columns, rows: rows, limit: fitting.columns - 2,
            droppable: Array(columns.indices.dropFirst(3).reversed()))
        let notes = [table.note(fitting.columns), SizeSentences.curveLegend].compactMap(\.self)
        return (table.head(style) + table.lines(style)).map { "  " + $0 }
            + notes.flatMap { fitting.fitted("  " + $0, indent: 2) }.map { style.paint($0, .dim) }
    }

    private var axis: String {
        let half = barWidth / 2 - 3
        return "0 %" + String(repeating: " ", count: half) + "50 %"
            + String(repeating: " ", count: barWidth - half - 11) + "100 %  "
    }

    private func bar(_ point: SizePoint) -> String {
        func cells(_ share: Double) -> Int { Int((share * Double(barWidth)).rounded()) }
        let (low, seen, high) = (
            cells(point.interval.low), cells(point.share), cells(point.interval.high)
        )
        return (0..<barWidth).map { cell in
            cell < low ? "█" : cell < seen ? "▒" : cell < high ? "░" : " "
        }.joined()
    }
}
