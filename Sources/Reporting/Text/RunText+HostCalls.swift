import Measurement
import TextSupport

/// What the plugins of an instrumented run called, and which faults were injected.
extension RunText {
    func hostCalls() -> [String] {
        guard let calls = record.hostCalls else { return [] }
        let columns =
            [TextTable.Column(title: "host call", isNumber: false)]
            + ["calls", "total", "median", "p99", "longest"].map { .init(title: $0, isNumber: true) }
        let rows = calls.functions.map { function in
            [function.name, Human.grouped(function.calls)].map { TextTable.Cell($0) }
                + [
                    function.totalNanoseconds, function.callNanoseconds.p50, function.callNanoseconds.p99,
                    function.callNanoseconds.max,
                ].map { TextTable.Cell(Human.duration($0)) }
        }
        let table = FittedTable(columns, rows: rows, limit: fitting.columns - 2, droppable: [3, 2])
        let lines = table.head(style) + table.lines(style)
        return [""] + lines.map { "  " + $0 }
            + calls.injected.map { injected in
                let text = "\(Human.printable(injected.rule)): "
                return injected.calls == 0
                    ? "  injected  " + style.paint(text + "never met", .yellow)
                    : "  injected  " + text + Human.count(injected.calls, "call")
            }
    }
}
