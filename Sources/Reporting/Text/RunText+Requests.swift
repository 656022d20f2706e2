import Measurement
import TextSupport

/// The requests of drivers that failed, and the calls that drivers made.
extension RunText {
    /// Requests that are listed.
    private static let requestLimit = 10

    /// A line for each request that ended with less than it asked for.
    func failedRequests() -> [String] {
        guard let failed = record.failedRequests, failed.count > 0 else { return [] }
        let label = "  failed    "
        let shown = failed.first.prefix(Self.requestLimit)
        var lines = shown.flatMap { request in
            fitting.list(parts(of: request), label: label).map { line in
                String(line.prefix(label.count)) + style.paint(String(line.dropFirst(label.count)), .red)
            }
        }
        let rest = failed.count - shown.count
        if rest > 0 {
            let text = Human.count(rest, "more request") + ", of \(Human.grouped(failed.count)) that failed"
            lines.append("  failed    " + style.paint(text, .red))
        }
        return [""] + lines
    }

    /// The facts of a request, to stand with commas between. Numbers are written as in the kernel's log.
    private func parts(of request: FailedRequest) -> [String] {
        let owner = record.devices.count > 1 ? " of \(Human.printable(request.device))" : ""
        let chunks = request.wanted == 1 ? "" : "\(request.wanted) x "
        let end = request.errno.map { "\($0)" } ?? "given up by the strategy"
        let ends = request.got > 0 ? ["\(request.got) got", "then \(end)"] : [end]
        return ["request \(request.number)\(owner)", "\(chunks)\(request.pages) pages: \(ends[0])"]
            + ends.dropFirst()
            + ["\(request.freePages) free", "longest run \(request.longestRunPages)"]
    }

    /// Every call with its result, in columns.
    func calls() -> [String] {
        guard let list = record.calls else { return [] }
        guard !list.calls.isEmpty else { return ["", "  calls     none"] }
        let columns = [
            TextTable.Column(title: "call", isNumber: true), .init(title: "request", isNumber: true),
            .init(title: "device", isNumber: false), .init(title: "at", isNumber: true),
            .init(title: "took", isNumber: true), .init(title: "pages", isNumber: true),
            .init(title: "align", isNumber: true), .init(title: "offset", isNumber: true),
            .init(title: "result", isNumber: false),
        ]
        let rows = list.calls.enumerated().map { index, call in
            [
                "\(index + 1)", "\(call.request)", Human.printable(call.device),
                Human.duration(call.beginNanoseconds), Human.duration(call.durationNanoseconds),
                "\(call.pages)", "\(call.align)", call.offset.map(String.init) ?? "-", result(of: call),
            ].map { TextTable.Cell($0) }
        }
        let table = FittedTable(columns, rows: rows, limit: fitting.columns - 2, droppable: [6, 1, 7])
        var lines = (table.head(style) + table.lines(style)).map { "  " + $0 }
        if let note = table.note(fitting.columns) { lines.append("  " + style.paint(note, .dim)) }
        if list.leftOut > 0 {
            lines.append("  " + Human.count(list.leftOut, "more call") + " after these, not kept")
        }
        return [""] + lines
    }

    private func result(of call: CallRecord) -> String {
        guard let errno = call.errno else { return call.windows == 1 ? "ok" : "\(call.windows) windows" }
        return call.windows == 0 ? "\(errno)" : "\(call.windows) windows, \(errno)"
    }
}
