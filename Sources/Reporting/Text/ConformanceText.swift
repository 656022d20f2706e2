public import PluginConformance
public import TextSupport

/// A conformance test for a terminal: a line for each rule, and under a broken one how it was broken.
public struct ConformanceText {
    private let report: ConformanceReport
    private let style: TextStyle

    public init(_ report: ConformanceReport, style: TextStyle) {
        self.report = report
        self.style = style
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let width = report.rules.reduce(0) { max($0, $1.name.count) }
        var lines = [style.paint(Human.printable("\(report.id) \(report.version)"), .bold)]
        for rule in report.rules {
            let name = Human.padded(rule.name, to: width)
            switch rule.verdict {
            case .ok:
                lines.append("  \(style.paint("ok", .green))      \(name)  \(rule.promise)\(runs(of: rule))")
            case .failed:
                lines.append("  \(style.paint("FAILED", .red))  \(name)  \(rule.promise)\(runs(of: rule))")
                lines += rule.problems.map { "            " + Human.printable($0) }
                let more = rule.problemCount - rule.problems.count
                if more > 0 { lines.append("            and \(Human.grouped(more)) more") }
            case .notTried:
                lines.append("  \(style.paint("not tried", .yellow)): \(rule.name): \(rule.reason ?? "")")
            }
        }
        let failed = report.rules.count { $0.verdict == .failed }
        let tried = report.rules.count { $0.verdict != .notTried }
        let runs = Human.count(report.runs, "run")
        lines.append("")
        if let incomplete = report.incomplete {
            lines.append(style.paint("Not all runs were made: \(incomplete).", .yellow))
        }
        lines.append(
            failed == 0
                ? style.paint(
                    "\(Human.printable(report.id)) keeps all \(tried) rules that were tried, in \(runs).",
                    .green)
                : style.paint(
                    "\(Human.printable(report.id)) breaks \(failed) of \(tried) rules, in \(runs).", .red))
        return lines.joined(separator: "\n") + "\n"
    }

    private func runs(of rule: RuleReport) -> String {
        rule.runs == 0 ? "" : " (\(Human.count(rule.runs, "run")))"
    }
}
