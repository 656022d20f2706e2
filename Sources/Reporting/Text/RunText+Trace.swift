import Measurement
import TextSupport

/// What a report says of the trace that a run took its requests from.
extension RunText {
    func title(of trace: TraceRecord) -> [String] {
        let calls =
            "\(Human.count(trace.calls, "call")), \(Human.grouped(trace.failedCalls)) failed in the kernel"
        return [
            style.paint("\(Human.printable(trace.name)): the requests of a kernel's trace", .bold),
            "  trace     \(calls), \(Human.count(trace.releases, "release"))",
        ] + noted(sentences.traceNotes)
    }
}
