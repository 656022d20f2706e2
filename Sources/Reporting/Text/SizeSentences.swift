internal import Measurement
import TextSupport

/// How large an area must be, in sentences: the answer, what shows it, what the size is made of, and what else is
/// enough.
struct SizeSentences {
    /// Obstacles that are named.
    private static let obstacleLimit = 4

    let result: SizeResult
    let area: SizedArea

    init(_ result: SizeResult, _ area: SizedArea) {
        self.result = result
        self.area = area
    }

    /// What an interrupted command left open; nil for a complete result.
    static func incomplete(_ result: SizeResult) -> (sentence: Sentence, searches: [String])? {
        result.incomplete.map { incomplete in
            let runs = Human.count(incomplete.runs, "run")
            return (
                Sentence("Incomplete: interrupted after \(runs), before these searches ended:", .fair),
                incomplete.missing.map { Human.printable($0) }
            )
        }
    }

    /// The note on the kernel's rules; nil for rules that were checked against recordings.
    static func kernelNote(_ result: SizeResult) -> Sentence? {
        result.kernelNote.map { Sentence(Human.printable($0) + ".", .fair) }
    }

    private var name: String { Human.printable(area.name) }

    /// The answers: with the fewest buffers and with all, or how far an interrupted search came.
    var answers: [Sentence] {
        if let bounds = area.bounds {
            let place = Wording.between(tooSmall: bounds.tooSmallPages, enough: bounds.enoughPages)
            return [Sentence("\(name) must have \(place)", .fair)]
        }
        return [
            answer(area.fewestBuffersPages, "the fewest buffers that its devices work with"),
            answer(area.allBuffersPages, "all buffers that they want"),
        ]
    }

    private func answer(_ pages: Int?, _ purpose: String) -> Sentence {
        guard let pages else {
            guard result.incomplete == nil else {
                return Sentence("\(name) must have a size not known yet for \(purpose)", .fair)
            }
            return Sentence(
                "\(name) is too small at every size up to \(Human.size(pages: area.limitPages)) "
                    + "for \(purpose)", .bad)
        }
        let given =
            area.givenPages == pages
            ? "the size that it has" : "instead of \(Human.size(pages: area.givenPages))"
        return Sentence("\(name) must have \(Human.size(pages: pages)) for \(purpose), \(given)")
    }

    /// What the seeds that were run say of all seeds, for the answer that was searched for.
    var evidence: [String] {
        let purpose = result.needsAllBuffers ? "all buffers" : "the fewest buffers"
        let seeds = Human.count(result.seeds, "seed")
        guard area.bounds == nil else { return ["a search that was interrupted"] }
        guard let answer = area.answer else {
            return ["at no size do \(Human.grouped(result.seedsNeeded)) of \(seeds) have \(purpose)"]
        }
        let low = Human.share(answer.interval.low)
        var lines = [
            "\(Human.grouped(answer.successes)) of \(Human.count(answer.runs, "seed")) have \(purpose): "
                + "\(low) or more of all seeds do, with 95 % confidence"
        ]
        if let seeds = result.seedsForConfidence, answer.interval.low < result.success {
            lines.append("--seeds \(seeds) would show \(Self.wanted(result.success)), if all of them do")
        }
        return lines
    }

    /// A share as exactly as it was asked for, up to four decimals.
    private static func wanted(_ share: Double) -> String {
        let text = Human.decimal(share * 100, places: 4)
        let short = text.reversed().drop { $0 == "0" }
        return String((short.first == "." ? short.dropFirst() : short).reversed()) + " %"
    }

    /// The size as a sum, in KiB so that every part is exact; a part of nothing has no line.
    var parts: [String] {
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
        lines.append(line("=", total, "of \(name)"))
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
    var elsewhere: [String] {
        guard let point = area.answer ?? area.curve.last else { return [] }
        return point.elsewhere.filter { $0.satisfied < point.runs }.map { device in
            "\(Human.printable(device.name)) has too little of \(Human.printable(device.area)) in "
                + "\(Human.grouped(point.runs - device.satisfied)) of \(Human.count(point.runs, "seed")): "
                + "that does not count here"
        }
    }

    /// What was short first below the answer.
    var obstacles: [String] {
        guard let pages = area.limits.obstaclesAtPages else { return [] }
        let lines = area.limits.obstacles.prefix(Self.obstacleLimit).map { count in
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

    /// What else is enough, each with its size and how much less or more that is.
    var alternatives: [(name: String, size: String)] {
        area.alternatives.map { item in
            let name = Human.printable(item.name)
            guard let pages = item.pages else {
                return (name, "not at any size up to \(Human.size(pages: area.limitPages))")
            }
            let size = Human.size(pages: pages)
            guard let answer = area.pages else { return (name, size) }
            let difference = answer - pages
            let text =
                difference == 0
                ? "the same" : "\(Human.size(pages: abs(difference))) \(difference > 0 ? "less" : "more")"
            return (name, "\(size), \(text)")
        }
    }

    /// How a kernel is given the area.
    var kernel: [String] {
        guard let kernel = area.kernel else { return [] }
        let tree = kernel.deviceTree.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let lines = tree.map { Human.printable(String($0)) }
        guard let commandLine = kernel.commandLine else { return lines }
        return ["\(commandLine) on its command line, or in its device tree:"] + lines
    }

    // MARK: The curve

    static let curveLegend =
        "█ share of all seeds that is certain, ▒ seen, ░ possible, with 95 % confidence; a device: seeds that "
        + "satisfied it; a size with fewer runs was given up early"
}
