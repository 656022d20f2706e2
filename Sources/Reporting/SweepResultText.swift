public import TextSupport
public import Measurement

/// What came of a sweep, for a terminal: how much of it is there, which factor matters, among what one has to choose,
/// and what each strategy does.
public struct SweepResultText {
    /// Characters that a line has at most, where no name is too long for that.
    static let lineLimit = 120
    /// Lines of the Pareto front; the rest are counted.
    static let choiceLimit = 16
    /// Pairs that are shown, and what they must make of the variance.
    private static let pairLimit = 8
    private static let leastPairShare = 0.01

    private let result: SweepResult
    private let style: TextStyle

    public init(_ result: SweepResult, style: TextStyle) {
        self.result = result
        self.style = style
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let strategies = result.tables.first { $0.factors == [SweepFactor.strategy] }
        var blocks = [
            heading + endings, factors + roles, effects,
            SweepVerdictText(result.verdicts, style: style).lines, front,
        ]
        if let by = result.by { blocks.append(SweepTableText(by, of: result, style: style).lines) }
        if let strategies, result.by?.factors != [SweepFactor.strategy] {
            blocks.append(SweepTableText(strategies, of: result, style: style).lines)
        }
        blocks.append(legend)
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    // MARK: What there is

    private var heading: [String] {
        let plan = result.plan
        let runs =
            result.runs == plan.runs
            ? "all \(Human.count(plan.runs, "run")) of the plan"
            : "\(Human.grouped(result.runs)) of the plan's \(Human.count(plan.runs, "run"))"
        let seeds =
            result.seedsLeast == result.seedsMost
            ? Human.count(result.seedsMost, "seed") + " each"
            : "\(result.seedsLeast) to \(Human.count(result.seedsMost, "seed")) each"
        let name = plan.summary.isEmpty ? "plan \(plan.hash.prefix(12))" : plan.summary
        return [
            style.paint(Human.printable(name), .bold),
            "\(runs): \(Human.count(result.configurations, "configuration")), \(seeds)",
        ] + groups
    }

    /// What strategies are compared on, where not every strategy has a result on every machine.
    private var groups: [String] {
        let groups = result.groups
        guard groups.leftOut > 0 else { return [] }
        guard groups.compared > 0 else {
            let text =
                "no machine with a seed has a result of every strategy: strategies were run on different machines, and a "
                + "difference may be theirs"
            return Self.wrapped(text.split(separator: " ").map(String.init)).map { style.paint($0, .yellow) }
        }
        return [
            "compared on \(Self.machines(groups.compared)) with a seed that every strategy has; "
                + "\(Human.grouped(groups.leftOut)) left out, with \(Human.count(groups.runsLeftOut, "run"))"
        ].map { style.paint($0, .yellow) }
    }

    static func machines(_ count: Int) -> String { Human.count(count, "machine") }

    /// Which factors are choices, and which describe the machine.
    private var roles: [String] {
        guard !result.factors.isEmpty else { return [] }
        let parts = [(FactorRole.choice, "to choose"), (.condition, "given")].compactMap { role, title in
            let names = result.factors.filter { $0.role == role }.map(\.name)
            return names.isEmpty ? nil : "\(title): \(names.joined(separator: ", "))"
        }
        return Self.wrapped(
            Human.printable(parts.joined(separator: "; ")).split(separator: " ").map(String.init)
        )
        .map { style.paint($0, .dim) }
    }

    /// Lines of whole words, all but the first indented.
    static func wrapped(_ words: [String]) -> [String] {
        var lines = [""]
        for word in words {
            let last = lines[lines.count - 1]
            if last.count + 1 + word.count > lineLimit, !last.isEmpty {
                lines.append("  " + word)
            } else {
                lines[lines.count - 1] = last.isEmpty ? word : last + " " + word
            }
        }
        return lines
    }

    private var endings: [String] {
        func list(_ endings: [SweepEnding]) -> String {
            endings.map { "\(Human.grouped($0.runs)) \(Human.printable($0.name))" }.joined(separator: ", ")
        }
        let (out, failed) = (result.endings.filter(\.isLeftOut), result.endings.filter { !$0.isLeftOut })
        var lines: [String] = []
        if !failed.isEmpty {
            lines.append("ended badly: \(list(failed)); not satisfied, and without any other figure")
        }
        if !out.isEmpty { lines.append("left out: \(list(out)), which tells of the machine that ran them") }
        return lines.map { style.paint($0, .red) }
    }

    private var factors: [String] {
        guard !result.factors.isEmpty else { return ["nothing varies but the seed"] }
        let width = result.factors.map { Human.printable($0.name).count }.max() ?? 0
        return result.factors.map { factor in
            let levels = factor.levels.map { Human.printable($0.name) }
            let indent = String(repeating: " ", count: width + 2)
            let lines = Self.wrapped(levels, width: Self.lineLimit - indent.count)
            return Human.padded(Human.printable(factor.name), to: width) + "  "
                + lines.joined(separator: "\n" + indent)
        }
    }

    private static func wrapped(_ words: [String], width: Int) -> [String] {
        var lines = [""]
        for (index, word) in words.enumerated() {
            let word = index + 1 < words.count ? word + "," : word
            let last = lines[lines.count - 1]
            if !last.isEmpty, last.count + 1 + word.count > width {
                lines.append(word)
            } else {
                lines[lines.count - 1] = last.isEmpty ? word : last + " " + word
            }
        }
        return lines
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
        let table = TextTable(columns, widestOf: cells)
        return [style.paint("Which factor matters", .bold)] + table.head(style)
            + cells.map { Self.trimmed(table.line($0, style)) } + caveat(shown)
    }

    private static func share(_ share: Double?) -> TextTable.Cell {
        guard let share else { return TextTable.Cell("–") }
        return TextTable.Cell(Human.decimal(share * 100, places: 1) + " %", share >= 0.25 ? .green : nil)
    }

    /// When the shares are no parts of a whole, and why.
    private func caveat(_ effects: [SweepEffects]) -> [String] {
        guard effects.contains(where: { !$0.isBalanced }) else { return [] }
        var lines = [
            "approximate, from the means of configurations: not all combinations are there with equally many results,",
            "so shares overlap and need not add up to 100 %; –: too few runs to tell",
        ]
        let grouped = result.factors.filter(\.isGrouped).map(\.name)
        if !grouped.isEmpty {
            lines.append("taken in ranges: " + Human.printable(grouped.joined(separator: ", ")))
        }
        return lines.map { style.paint($0, .yellow) }
    }

    // MARK: The Pareto front

    private var front: [String] {
        let front = result.front
        guard !front.factors.isEmpty else {
            return result.factors.isEmpty
                ? [] : ["nothing that varies is a choice, so there is no front; --choose KEY makes it one"]
        }
        guard !front.choices.isEmpty else {
            return [
                front.compared == 0 && front.options > 1
                    ? "no machine was run with every option (\(Human.printable(front.factors.joined(separator: ", ")))), so "
                        + "there is no front yet"
                    : "no option is ever satisfied, so there is no front"
            ]
        }
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
                TextTable.Cell(SweepVerdictText.share(option)),
                TextTable.Cell(SweepResponse.stall.text(option.stall)), TextTable.Cell(interval ?? ""),
            ] + (hasMemory ? [TextTable.Cell(SweepResponse.reserved.text(choice.memory))] : [])
        }
        let table = TextTable(columns, widestOf: cells, limit: Self.lineLimit)
        let others = front.options - front.choices.count - front.choicesLeftOut
        let costs = hasMemory ? "stall and memory" : "stall"
        var lines =
            [style.paint("Pareto front of success against \(costs)", .bold)] + table.head(style)
            + cells.map { Self.trimmed(table.line($0, style)) }
        let left = front.choices.count - cells.count + front.choicesLeftOut
        if left > 0 { lines.append("and \(Human.grouped(left)) more") }
        lines += comparedOn(front.compared, leftOut: front.leftOut, what: "option")
        if others > 0 {
            lines.append(
                style.paint(
                    "the other \(Human.count(others, "option")): never satisfied, or worse than one on the front and "
                        + "better than it in nothing", .dim))
        }
        return lines
    }

    /// What a table or the front is about, where not everything else was run with everything in it.
    private func comparedOn(_ compared: Int, leftOut: Int, what: String) -> [String] {
        Self.comparedOn(compared, leftOut: leftOut, what: what).map { style.paint($0, .yellow) }
    }

    static func comparedOn(_ compared: Int, leftOut: Int, what: String) -> [String] {
        guard leftOut > 0 else { return [] }
        guard compared > 0 else {
            return [
                "no combination of the other values was run with every \(what): a difference may be due to them"
            ]
        }
        return [
            "on \(Human.grouped(compared)) combinations of the other values that every \(what) has; "
                + "\(Human.grouped(leftOut)) left out"
        ]
    }

    private var legend: [String] {
        [
            "satisfied: runs in which every device was; longest call: of a run, mean over runs with its 95 % interval",
            "over the seeds, then the worst; gathering: until asking ended; moved: pages; waited: others, for the mutex",
        ].map { style.paint($0, .dim) }
    }

    static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}

extension SweepResponse {
    /// What a column of it is called.
    var title: String {
        switch self {
        case .satisfied: "satisfied"
        case .buffersShare: "buffers"
        case .stall: "longest call"
        case .gathering: "gathering"
        case .failedCalls: "failed calls"
        case .busyRetries: "busy"
        case .pagesMigrated: "moved"
        case .othersWaited: "waited"
        case .peakHeld: "peak held"
        case .reserved: "reserve"
        }
    }

    /// A value with its unit.
    func text(_ value: Double) -> String {
        switch unit {
        case .share: Human.decimal(value * 100, places: value > 0 && value < 1 ? 1 : 0) + " %"
        case .nanoseconds: Human.duration(value)
        case .bytes: Human.size(bytes: Int(exactly: value.rounded()) ?? 0)
        case .pages, .count: Human.short(value)
        }
    }
}
