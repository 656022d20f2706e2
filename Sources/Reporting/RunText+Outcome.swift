import TextSupport
import Measurement

/// What a report says of a run that did not go as it should: how it ended, which rules were broken, and what was
/// not in force to contain it.
extension RunText {
    /// Broken rules that are listed.
    private static let ruleLimit = 20

    /// The whole report of a run of which nothing is left; nil when there is something to show.
    func nothingLeft() -> String? {
        guard record.outcome.keepsResults == false else { return nil }
        return style.paint("\(ending): nothing of it could be kept.", .red) + "\n"
    }

    /// What kept plugins from doing harm, where that is less than usual.
    func sandbox() -> [String] {
        guard let sandbox = record.sandbox else { return [] }
        let text: String? =
            switch (sandbox.process, sandbox.landlock, sandbox.seccomp) {
            case (false, _, _): "none, and no process of its own"
            case (_, false, false): "limits only: files, network and processes were within reach"
            case (_, false, true):
                sandbox.landlockRevision == nil
                    ? "no landlock: files could be written anywhere"
                    : "no landlock: no file could be written, those of the scratch folder included"
            case (_, true, false): "no seccomp: network and processes were within reach"
            case (_, true, true): nil
            }
        return text.map { ["  sandbox   " + style.paint($0, .yellow)] } ?? []
    }

    /// A line for each broken rule of the plugin interface.
    func brokenRules() -> [String] {
        let shown = record.protocolViolations.prefix(Self.ruleLimit)
        guard !shown.isEmpty else { return [] }
        var lines = shown.map { violation in
            let place = "call \(violation.call), \(violation.function) of \(violation.instance)"
            return "  broken    "
                + style.paint(Human.printable("\(violation.rule) in \(place): \(violation.text)"), .red)
        }
        let rest = record.protocolViolationCount - shown.count
        if rest > 0 { lines.append("  broken    " + style.paint("\(Human.grouped(rest)) more", .red)) }
        return [""] + lines
    }

    /// The verdict on a run that did not come to its end; nil for one that did.
    func earlyEnd() -> [String]? {
        guard record.outcome.keepsResults == true else { return nil }
        let moment = record.outcome.call.map { " at call \($0.number) of the host, \($0.function)" } ?? ""
        return [style.paint("\(ending)\(moment); this is how far it had come.", .red)]
    }

    private var ending: String {
        let subject = record.outcome.instance ?? record.outcome.plugin ?? "The plugin"
        let what =
            switch record.outcome.name {
            case .ok: "ended"
            case .pluginError: "failed"
            case .refused: "was refused"
            case .crashed: "crashed"
            case .timedOut: "ran out of time"
            case .exceeded: "used more \(record.outcome.limit ?? "") than it may"
            case .protocolViolation: "broke the rules and was ended"
            case .lost: "was ended from outside"
            }
        return Human.printable("\(subject) \(what)")
    }
}
