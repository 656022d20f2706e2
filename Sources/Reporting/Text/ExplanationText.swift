public import Recordings
public import TextSupport

/// Why contiguous allocations failed and what would have worked, for a terminal.
public struct ExplanationText {
    private let explanation: Explanation
    private let style: TextStyle

    public init(_ explanation: Explanation, style: TextStyle) {
        self.explanation = explanation
        self.style = style
    }

    /// The whole text, ending in a newline.
    public func render() -> String {
        var lines: [String] = []
        for (index, one) in explanation.cases.enumerated() {
            if index > 0 { lines.append("") }
            lines += text(one)
        }
        if explanation.moreCases > 0 {
            lines += ["", "\(Human.count(explanation.moreCases, "more kind")) of failures not explained."]
        }
        if let left = explanation.interruptedCases {
            lines += lines.isEmpty ? [] : [""]
            lines.append(
                style.paint(
                    "Incomplete: interrupted with \(Human.count(left, "kind")) of failures not explained.",
                    .yellow))
        }
        if explanation.overcomeWindows > 0 {
            let windows = Human.count(explanation.overcomeWindows, "window")
            lines += lines.isEmpty ? [] : [""]
            lines.append("\(windows) refused without a failure: the kernel found another one.")
        }
        if explanation.skippedLines > 0 {
            lines.append("\(Human.count(explanation.skippedLines, "line")) skipped that cannot be read.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ one: Explanation.Case) -> [String] {
        let area = one.area.map { "area \(Human.printable($0))" } ?? "an area without a name"
        let request = "\(Human.count(one.pages, "page")) (\(Human.size(pages: one.pages))) from \(area)"
        let places =
            one.lines.prefix(5).map(String.init).joined(separator: ", ")
            + (one.lines.count > 5 ? ", …" : "")
        var lines = [
            style.paint("\(request): ret \(one.errno)\(Self.name(of: one.errno))", .bold),
            "  in line   \(places)" + (one.lines.count > 1 ? " (\(one.lines.count) times)" : ""),
        ]
        if one.caller != nil || one.followedBy != nil {
            let caller = one.caller.map {
                $0.hasPrefix("T") ? "thread \($0.dropFirst())" : "CPU \($0.dropFirst())"
            }
            let next = one.followedBy.map { "the next line says '\(Human.printable($0))'" }
            lines.append("  by        " + [caller, next].compactMap(\.self).joined(separator: "; "))
        }
        lines += Self.wrapped("why", why(one))
        guard let first = one.trials.first else {
            return lines
                + Self.wrapped("tried", "nothing: this failure cannot be emulated from what the log has")
        }
        lines += Self.wrapped("check", check(first, one))
        for (index, trial) in one.trials.dropFirst().filter({ $0.kind != .strategy }).enumerated() {
            lines += Self.wrapped(index == 0 ? "instead" : "", line(trial))
        }
        lines += strategies(one)
        for (index, assumption) in one.assumed.enumerated() {
            lines += Self.wrapped(index == 0 ? "assumed" : "", assumption)
        }
        return lines
    }

    private static func name(of errno: Int) -> String {
        switch errno {
        case -4: " (EINTR)"
        case -12: " (ENOMEM)"
        case -16: " (EBUSY)"
        case -22: " (EINVAL)"
        default: ""
        }
    }

    private func why(_ one: Explanation.Case) -> String {
        let total = one.areaPages.map { Human.count($0, "page") } ?? "an unknown number of pages"
        let free = one.freePages.map { Human.grouped($0) } ?? "some"
        let longest = one.longestRun.map { Human.grouped($0) } ?? "?"
        let alignment = "2^\(one.align) pages"
        switch one.cause {
        case .largerThanArea:
            return "the area has \(total), less than was asked for: no call of this size can ever succeed"
        case .tooFewFree:
            return "no window at all: \(free) of \(total) were not allocated, fewer than were asked for"
        case .fragmented:
            return
                "no window at all: \(free) of \(total) were not allocated, but the longest run of them has "
                + "\(longest)"
        case .misaligned:
            return
                "no window at all: a run of \(longest) pages was not allocated, but none of \(one.pages) from "
                + "a multiple of \(alignment) on"
        case .windowsBusy:
            let shown = one.busyWindows > 0 ? "; the log shows \(one.busyWindows) of them" : ""
            return
                "there were windows without an allocation, and every one held a page that could not be "
                + "moved\(shown)"
        case .noMemoryToMove:
            return "there was a window, and no free memory to move its pages to, or it held a huge page that "
                + "cannot be moved: other windows were not tried"
        case .noWindow:
            return "no window was tried: what is allocated leaves none of this size and alignment"
        case .noWindowOrBusy:
            return
                "either there was no window of this size and alignment, or every one held a page that could not "
                + "be moved: this kernel answers the same, and the log does not show which"
        case .other:
            return one.errno == -4
                ? "the task was killed meanwhile" : "an errno that cma_alloc() seldom returns"
        }
    }

    private func check(_ trial: Trial, _ one: Explanation.Case) -> String {
        let failed = trial.runs - trial.worked
        if one.cause == .noMemoryToMove {
            return "with free memory outside the area the same request works in \(share(trial))"
        }
        return "the same request fails in \(failed) of \(trial.runs) emulated areas that look like the log"
    }

    private func share(_ trial: Trial) -> String { "\(trial.worked) of \(trial.runs) runs" }

    private func line(_ trial: Trial) -> String {
        let color: TextStyle.Color =
            trial.worked == trial.runs && trial.runs > 0 ? .green : trial.worked == 0 ? .red : .yellow
        let time = trial.medianNanoseconds.map { ", median \(Human.duration($0))" } ?? ""
        return style.paint("in \(share(trial))", color) + ": \(trial.name)\(time)"
    }

    /// The trials that work in at least one run; one line when none does.
    private func strategies(_ one: Explanation.Case) -> [String] {
        let all = one.trials.filter { $0.kind == .strategy }
        guard !all.isEmpty else { return [] }
        let good = all.filter { $0.worked > 0 }
        guard good.isEmpty else { return good.flatMap { Self.wrapped("", line($0)) } }
        let names = all.compactMap(\.strategy).joined(separator: ", ")
        return Self.wrapped("", style.paint("in no run", .red) + ": the same request by \(names)")
    }

    private static func labelled(_ label: String, _ text: String) -> String {
        "  " + Human.padded(label, to: 10) + text
    }

    /// Broken between words at 100 characters.
    private static func wrapped(_ label: String, _ text: String) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in text.split(separator: " ") {
            if !current.isEmpty, current.count + word.count > 87 {
                lines.append(labelled(lines.isEmpty ? label : "", current))
                current = ""
            }
            current += current.isEmpty ? "\(word)" : " \(word)"
        }
        return lines + [labelled(lines.isEmpty ? label : "", current)]
    }
}
