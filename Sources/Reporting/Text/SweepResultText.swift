public import Measurement
public import TextSupport

/// The result of a sweep for a terminal: how much of it is there, which factor matters, among what one has to choose,
/// and what each strategy does.
public struct SweepResultText {
    /// Lines of the Pareto front; the rest are counted.
    static let choiceLimit = 16
    /// Pairs that are shown, and the least share of the variance that they must have.
    private static let pairLimit = 8
    private static let leastPairShare = 0.01

    private let result: SweepResult
    private let sentences: SweepSentences
    private let style: TextStyle
    private let fitting: LineFitting

    /// - Parameter columns: characters of a line, 20 or more.
    public init(_ result: SweepResult, style: TextStyle, columns: Int = 80) {
        self.result = result
        sentences = SweepSentences(result)
        self.style = style
        fitting = LineFitting(columns: max(columns, 20))
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let strategies = result.tables.first { $0.factors == [SweepFactor.strategy] }
        let verdicts = SweepVerdictText(sentences, style: style, columns: fitting.columns)
        var blocks = [heading, factors + roles, effects, verdicts.lines, front]
        if let by = result.by { blocks.append(table(by)) }
        if let strategies, result.by?.factors != [SweepFactor.strategy] { blocks.append(table(strategies)) }
        blocks.append(SweepSentences.legend.map { style.paint($0, .dim) })
        return blocks.filter { !$0.isEmpty }.map { block in
            fitting.fitted(block) { _ in 2 }.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    private func table(_ table: SweepTable) -> [String] {
        SweepTableText(table, of: result, style: style, columns: fitting.columns).lines
    }

    private func painted(_ sentence: Sentence?) -> [String] {
        sentence.map { [style.paint($0.text, $0.tone)] } ?? []
    }

    // MARK: What there is

    private var heading: [String] {
        [style.paint(sentences.title, .bold), sentences.extent] + painted(sentences.groups)
            + sentences.endings.flatMap(painted)
    }

    private var roles: [String] {
        result.factors.isEmpty ? [] : [style.paint(sentences.roles, .dim)]
    }

    private var factors: [String] {
        guard !result.factors.isEmpty else { return ["nothing varies but the seed"] }
        let widest = result.factors.map { Human.printable($0.name).count }.max() ?? 0
        let width = min(widest, fitting.columns / 2)
        return result.factors.flatMap { factor in
            let levels = factor.levels.map { Human.printable($0.name) }
            let name = LineFitting.shortened(Human.printable(factor.name), to: width)
            return fitting.list(levels, label: Human.padded(name, to: width) + "  ")
        }
    }

    // MARK: Which factor matters

    private var effects: [String] {
        let shown = [SweepResponse.satisfied, .stall].compactMap { response in
            result.effects.first { $0.response == response }
        }
        guard let first = shown.first, !result.factors.isEmpty else { return [] }
        let rows = first.effects.indices.map { index in
            (effect: first.effects[index], shares: shown.map { $0.effects[index].share })
        }
        func most(_ shares: [Double?]) -> Double { shares.compactMap { $0 }.max() ?? -1 }
        let mains = rows.filter { $0.effect.factors.count == 1 }
        let pairs = rows.filter {
            $0.effect.factors.count == 2 && most($0.shares) >= Self.leastPairShare
        }
        func sorted(_ rows: [(effect: SweepEffects.Effect, shares: [Double?])])
            -> [(effect: SweepEffects.Effect, shares: [Double?])]
        {
            rows.enumerated().sorted {
                (most($1.element.shares), $0.offset) < (most($0.element.shares), $1.offset)
            }.map(\.element)
        }
        let chosen = sorted(mains) + sorted(pairs).prefix(Self.pairLimit)
        var cells = chosen.map { row in
            [TextTable.Cell(Human.printable(row.effect.factors.joined(separator: " × ")))]
                + row.shares.map(Self.share)
        }
        if result.factors.count > 2, shown.contains(where: { $0.rest != nil }) {
            cells.append([TextTable.Cell("three and more together")] + shown.map { Self.share($0.rest) })
        }
        cells.append([TextTable.Cell("the seed")] + shown.map { Self.share($0.seeds) })
        let columns =
            [TextTable.Column(title: "share of the variance", isNumber: false)]
            + shown.map { TextTable.Column(title: $0.response.title, isNumber: true) }
        let table = FittedTable(columns, rows: cells, limit: fitting.columns)
        return [style.paint("Which factor matters", .bold)] + table.head(style) + table.lines(style)
            + sentences.caveat(shown).flatMap(painted)
    }

    private static func share(_ share: Double?) -> TextTable.Cell {
        TextTable.Cell(SweepSentences.share(share), share ?? 0 >= 0.25 ? .green : nil)
    }

    // MARK: The Pareto front

    private var front: [String] {
        let front = result.front
        if let reason = sentences.noFront { return [reason] }
        guard !front.choices.isEmpty else { return [] }
        let hasMemory = front.choices.contains { $0.memory > 0 }
        let columns =
            front.factors.map { TextTable.Column(title: Human.printable($0), isNumber: false) } + [
                TextTable.Column(title: "satisfied", isNumber: true),
                TextTable.Column(title: "95 %", isNumber: false, isJoined: true),
                TextTable.Column(title: "longest call", isNumber: true),
                TextTable.Column(title: "95 %", isNumber: false, isJoined: true),
            ] + (hasMemory ? [TextTable.Column(title: "memory", isNumber: true)] : [])
        let cells = front.choices.prefix(Self.choiceLimit).map { choice in
            let option = choice.option
            let interval = option.stallLow.map { low in
                Human.interval(option.stall, low: low, high: option.stallHigh)
            }
            return option.values.map { TextTable.Cell(Human.printable($0)) } + [
                TextTable.Cell(SweepResponse.satisfied.text(option.satisfied)),
                TextTable.Cell(SweepSentences.share(option)),
                TextTable.Cell(SweepResponse.stall.text(option.stall)), TextTable.Cell(interval ?? ""),
            ] + (hasMemory ? [TextTable.Cell(SweepResponse.reserved.text(choice.memory))] : [])
        }
        let count = front.factors.count
        let table = FittedTable(
            columns, rows: cells, limit: fitting.columns, droppable: [count + 3, count + 1])
        let costs = hasMemory ? "stall and memory" : "stall"
        var lines =
            [style.paint("Pareto front of success against \(costs)", .bold)] + table.head(style)
            + table.lines(style)
        let left = front.choices.count - cells.count + front.choicesLeftOut
        if left > 0 { lines.append("and \(Human.grouped(left)) more") }
        if let note = table.note(fitting.columns) { lines.append(style.paint(note, .dim)) }
        lines += painted(SweepSentences.comparedOn(front.compared, leftOut: front.leftOut, what: "option"))
        if let others = sentences.offFront { lines.append(style.paint(others, .dim)) }
        return lines
    }
}
