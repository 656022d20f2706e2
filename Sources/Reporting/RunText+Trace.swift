import TextSupport
import Measurement

/// What a report says of the trace that a run took its requests from.
extension RunText {
    func title(of trace: TraceRecord) -> [String] {
        let calls =
            "\(Human.count(trace.calls, "call")), \(Human.grouped(trace.failedCalls)) failed in the kernel"
        var lines = [
            style.paint("\(Human.printable(trace.name)): the requests of a kernel's trace", .bold),
            "  trace     \(calls), \(Human.count(trace.releases, "release"))",
        ]
        let counts: [(Int, String)] = [
            (trace.releasesLeftOut, "of what this run had not got"),
            (trace.unknownReleases, "of pages from before the trace"),
        ]
        for (number, what) in counts where number > 0 {
            lines.append("  left out  \(Human.count(number, "release")) \(what)")
        }
        if trace.unfinishedCalls > 0 {
            lines.append("  left out  \(Human.count(trace.unfinishedCalls, "call")) without an end")
        }
        if trace.losses > 0 {
            let text = "the trace lost events in \(Human.count(trace.losses, "place"))"
            lines.append("  losses    " + style.paint(text, .yellow))
        }
        if trace.lateRequests > 0 {
            lines.append(
                "  late      \(Human.count(trace.lateRequests, "request")) behind the kernel's times")
        }
        return lines + trace.assumed.map { "  assumed   \(Human.printable($0))" }
    }
}
