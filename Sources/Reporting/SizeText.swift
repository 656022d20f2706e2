internal import Measurement
public import Sizing

/// How large areas must be, for a terminal: for each the answer, success against size as a small curve,
/// what the size is made of, what else would do, and how a kernel is told.
public struct SizeText {
    /// Characters of a bar from 0 to 100 %.
    static let barWidth = 40

    private let result: SizeResult
    private let style: TextStyle

    public init(_ result: SizeResult, style: TextStyle) {
        self.result = result
        self.style = style
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let blocks = result.areas.map { area in
            let below =
                field("made of", parts(area)) + field("too small", obstacles(area))
                + field("elsewhere", elsewhere(area))
                + field("instead", alternatives(area)) + field("kernel", kernel(area))
            return
                (headings(area) + field("shown by", evidence(area)) + [""] + chart(area)
                + (below.isEmpty ? [] : [""] + below))
                .joined(separator: "\n") + "\n"
        }
        return (blocks + note + incomplete).joined(separator: "\n")
    }

    /// What has to be said of the kernel.
    private var note: [String] {
        result.kernelNote.map { [style.paint(Human.printable($0) + ".", .yellow) + "\n"] } ?? []
    }

    /// What an interrupted command did not come to.
    private var incomplete: [String] {
        guard let incomplete = result.incomplete else { return [] }
        let runs = Human.count(incomplete.runs, "run")
        let head = style.paint("Incomplete: interrupted after \(runs), before these searches ended:", .yellow)
        return [
            ([head] + incomplete.missing.map { "  " + Human.printable($0) }).joined(separator: "\n") + "\n"
        ]
    }

    /// Lines behind a label.
    private func field(_ label: String, _ lines: [String]) -> [String] {
        lines.enumerated().map { index, line in
            Self.trimmed(Human.padded("  " + (index == 0 ? label : ""), to: 13) + line)
        }
    }

    /// The two answers: with the fewest buffers, and with all.
    private func headings(_ area: SizedArea) -> [String] {
        if let bounds = area.bounds { return [heading(area, within: bounds)] }
        return [
            heading(area, area.fewestBuffersPages, "the fewest buffers that its devices work with"),
            heading(area, area.allBuffersPages, "all buffers that they want"),
        ]
    }

    /// What is known of the answer of a search that was interrupted.
    private func heading(_ area: SizedArea, within bounds: SizeBounds) -> String {
        let low = bounds.tooSmallPages == 0 ? "" : "more than \(Human.size(pages: bounds.tooSmallPages))"
        let high = bounds.enoughPages.map { "at most \(Human.size(pages: $0))" } ?? ""
        let place = [low, high].filter { !$0.isEmpty }.joined(separator: " and ")
        return style.paint("\(Human.printable(result.name)): ", .bold)
            + style.paint(
                "\(Human.printable(area.name)) must have \(place.isEmpty ? "a size not known yet" : place)",
                .yellow)
    }

    private func heading(_ area: SizedArea, _ pages: Int?, _ purpose: String) -> String {
        let name = "\(Human.printable(result.name)): "
        let subject = Human.printable(area.name)
        guard let pages else {
            guard result.incomplete == nil else {
                return style.paint(name, .bold)
                    + style.paint("\(subject) must have a size not known yet for \(purpose)", .yellow)
            }
            return style.paint(
                "\(name)\(subject) is too small at every size up to \(Human.size(pages: area.limitPages)) "
                    + "for \(purpose)", .red)
        }
        let given = area.givenPages == pages ? "as it is" : "not \(Human.size(pages: area.givenPages))"
        return style.paint(name, .bold) + "\(subject) must have "
            + style.paint(Human.size(pages: pages), .bold) + " for \(purpose), \(given)"
    }

    private static func percent(_ share: Double) -> String {
        let places = share < 1 && share > 0 ? 1 : 0
        return Human.decimal(share * 100, places: places) + " %"
    }

    private static func wanted(_ share: Double) -> String {
        let text = Human.decimal(share * 100, places: 4)
        let short = text.reversed().drop { $0 == "0" }
        return String((short.first == "." ? short.dropFirst() : short).reversed()) + " %"
    }

    /// What the seeds that were run show of all, for the answer that was searched for.
    private func evidence(_ area: SizedArea) -> [String] {
        let purpose = result.needsAllBuffers ? "all buffers" : "the fewest buffers"
        let seeds = Human.count(result.seeds, "seed")
        guard area.bounds == nil else { return ["a search that was interrupted"] }
        guard let answer = area.answer else {
            return ["at no size do \(Human.grouped(result.seedsNeeded)) of \(seeds) have \(purpose)"]
        }
        let low = Self.percent(answer.interval.low)
        var lines = [
            "\(Human.grouped(answer.successes)) of \(Human.count(answer.runs, "seed")) have \(purpose): "
                + "\(low) or more of all seeds do, with 95 % confidence"
        ]
        if let seeds = result.seedsForConfidence, answer.interval.low < result.success {
            lines.append("--seeds \(seeds) would show \(Self.wanted(result.success)), if all of them do")
        }
        return lines
    }

    // MARK: The curve

    /// A line for each size: what is certain is full, what is possible is light.
    private func chart(_ area: SizedArea) -> [String] {
        let devices = area.curve.first?.devices.map(\.name) ?? []
        let columns =
            [
                TextTable.Column(title: "MiB", isNumber: true),
                TextTable.Column(title: "seeds", isNumber: true),
                TextTable.Column(title: Self.axis, isNumber: false),
            ] + devices.map { TextTable.Column(title: Human.printable($0), isNumber: true) }
        let rows = area.curve.map { point -> [TextTable.Cell] in
            let color: TextStyle.Color? = point.pages == area.pages ? .green : nil
            let mark = point.pages == area.pages ? "◀" : " "
            return [
                TextTable.Cell(Self.mebibytes(point.pages), color),
                TextTable.Cell("\(point.successes)/\(point.runs)", color),
                TextTable.Cell("│\(Self.bar(point))│\(mark)", color),
            ]
                + devices.map { name in
                    let satisfied = point.devices.first { $0.name == name }?.satisfied ?? 0
                    return TextTable.Cell("\(satisfied)", satisfied < point.runs ? .yellow : nil)
                }
        }
        let table = TextTable(columns, widestOf: rows)
        let head = table.head(style)
        return
            (head + rows.map { table.line($0, style) }
            + [
                style.paint(
                    "█ share of all seeds that is certain, ▒ seen, ░ possible, with 95 % confidence; "
                        + "a device: seeds that", .dim),
                style.paint("satisfied it; a size with fewer runs was given up early", .dim),
            ]).map { "  " + Self.trimmed($0) }
    }

    private static let axis: String = {
        let half = barWidth / 2 - 3
        return "0 %" + String(repeating: " ", count: half) + "50 %"
            + String(repeating: " ", count: barWidth - half - 11) + "100 %"
    }()

    private static func bar(_ point: SizePoint) -> String {
        func cells(_ share: Double) -> Int { Int((share * Double(barWidth)).rounded()) }
        let (low, seen, high) = (
            cells(point.interval.low), cells(point.share), cells(point.interval.high)
        )
        return (0..<barWidth).map { cell in
            cell < low ? "█" : cell < seen ? "▒" : cell < high ? "░" : " "
        }.joined()
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func mebibytes(_ pages: Int) -> String { "\(pages >> 8)" }

    // MARK: Below it

    /// The size as a sum, in KiB so that every part is exact; what is nothing has no line.
    private func parts(_ area: SizedArea) -> [String] {
        // Without the searches that it comes from, a part is not known.
        if result.incomplete != nil, area.limits.emptyPages == nil || area.limits.unpinnedPages == nil {
            return []
        }
        guard let budget = area.budget else {
            let held = "\(Human.size(pages: area.limits.heldPages)) held by devices at one moment"
            return area.limits.emptyPages == nil
                ? [held, "not even an empty area of that size is enough"] : [held]
        }
        let parts = [
            (budget.heldPages, "held by devices at one moment"),
            (budget.layoutPages, "alignment, holes between buffers, whole pageblocks"),
            (budget.movablePages, "for pages in use that have to move"),
            (budget.pinnedPages, "for pinned pages and what else goes on"),
        ].filter { $0.0 > 0 }
        let total = Human.kibibytes(pages: budget.pages)
        func line(_ sign: String, _ number: String, _ text: String) -> String {
            "\(sign) " + String(repeating: " ", count: max(total.count - number.count, 0))
                + "\(number) KiB \(text)"
        }
        var lines = parts.enumerated().map { index, part in
            line(index == 0 ? " " : "+", Human.kibibytes(pages: part.0), part.1)
        }
        lines.append(line("=", total, "of \(Human.printable(area.name))"))
        if let pages = budget.needsMoreEmpty {
            lines.append(
                "an empty area must have \(Human.size(pages: pages)): what is in the way changes the order")
        }
        if let pages = budget.needsMoreUnpinned {
            lines.append(
                "with no page pinned it must have \(Human.size(pages: pages)): pins change the order")
        }
        return lines
    }

    /// Devices of other areas that had too little at this size, which this area does not cause.
    private func elsewhere(_ area: SizedArea) -> [String] {
        guard let point = area.answer ?? area.curve.last else { return [] }
        return point.elsewhere.filter { $0.satisfied < point.runs }.map { device in
            "\(Human.printable(device.name)) has too little of \(Human.printable(device.area)) in "
                + "\(Human.grouped(point.runs - device.satisfied)) of \(Human.count(point.runs, "seed")): "
                + "that does not count here"
        }
    }

    private func obstacles(_ area: SizedArea) -> [String] {
        guard let pages = area.limits.obstaclesAtPages else { return [] }
        let lines = area.limits.obstacles.prefix(4).map { count in
            let owner = Human.printable(count.set.isEmpty ? count.device : "\(count.device), \(count.set)")
            return "\(owner): \(Self.words(count.cause)) (\(Human.count(count.runs, "seed")))"
        }
        return lines.isEmpty ? [] : ["at \(Human.size(pages: pages)) what was short first:"] + lines
    }

    private static func words(_ cause: SizeObstacle.Cause) -> String {
        switch cause {
        case .space: "fewer pages left than the next piece has"
        case .fragmentation: "no run of pages as long as the next piece"
        case .alignment: "no run of pages as long at its alignment"
        case .busy: "pages in the way that did not move"
        case .operation: "an operation failed"
        }
    }

    private func alternatives(_ area: SizedArea) -> [String] {
        let width = area.alternatives.map(\.name.count).max() ?? 0
        return area.alternatives.map { item in
            let name = Human.padded(Human.printable(item.name), to: min(width, 48))
            guard let pages = item.pages else {
                return "\(name)  not at any size up to \(Human.size(pages: area.limitPages))"
            }
            let size = Human.size(pages: pages)
            guard let answer = area.pages else { return "\(name)  \(size)" }
            let difference = answer - pages
            let text =
                difference == 0
                ? "the same" : "\(Human.size(pages: abs(difference))) \(difference > 0 ? "less" : "more")"
            return "\(name)  \(size), \(text)"
        }
    }

    private func kernel(_ area: SizedArea) -> [String] {
        guard let kernel = area.kernel else { return [] }
        let tree = kernel.deviceTree.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let lines = tree.map { Human.printable(String($0)) }
        guard let commandLine = kernel.commandLine else { return lines }
        return ["\(commandLine) on its command line, or in its device tree:"] + lines
    }
}
