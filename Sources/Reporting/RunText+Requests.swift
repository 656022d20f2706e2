import TextSupport
import Measurement

/// The requests of drivers that failed, and the calls that drivers made.
extension RunText {
    /// Requests that are listed.
    private static let requestLimit = 10

    /// A line for each request that ended with less than was asked for.
    func failedRequests() -> [String] {
        guard let failed = record.failedRequests, failed.count > 0 else { return [] }
        let label = "  failed    "
        let shown = failed.first.prefix(Self.requestLimit)
        var lines = shown.flatMap { request in
            wrapped(parts(of: request), indent: label).map { line in
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

    /// What is said of a request, to stand with commas between. Numbers are written as the kernel's log has them.
    private func parts(of request: FailedRequest) -> [String] {
        let owner = record.devices.count > 1 ? " of \(Human.printable(request.device))" : ""
        let chunks = request.wanted == 1 ? "" : "\(request.wanted) x "
        let end = request.errno.map { "\($0)" } ?? "given up by the strategy"
        let ends = request.got > 0 ? ["\(request.got) got", "then \(end)"] : [end]
        return ["request \(request.number)\(owner)", "\(chunks)\(request.pages) pages: \(ends[0])"]
            + ends.dropFirst()
            + ["\(request.freePages) free", "longest run \(request.longestRunPages)"]
    }

    /// Every call with what came of it, in columns.
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
        let table = TextTable(columns, widestOf: rows)
        var lines = (table.head(style) + rows.map { table.line($0, style) }).map { line in
            "  " + String(line.reversed().drop { $0 == " " }.reversed())
        }
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
