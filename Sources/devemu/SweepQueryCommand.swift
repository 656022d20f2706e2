import ArgumentParser
import Measurement
import Reporting
import ResultStore
import TextSupport

struct SweepQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask a store in SQL.",
        discussion: """
            The view results has a row for each planned run and device, with a column for every key that a plan \
            varies: select "machine.pins", strategy, avg(satisfied) from results group by 1, 2. Sizes are in bytes, \
            times in ns, shares in per cent. The view compared has those rows of it whose machine and seed every strategy \
            has a result of: use it to hold strategies against each other before a sweep has ended. Other tables: runs, devices, call_histograms, areas, area_samples, plans, \
            planned, provenance, in_flight. Nothing that is asked changes the store, and a sweep may go on meanwhile.
            """)

    @OptionGroup var store: StoreOption

    @Argument(help: ArgumentHelp("One statement of SQL.", valueName: "query"))
    var query: String

    @Option(help: "How to write the result: text, csv or json.")
    var format = QueryFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        try OutputPlace.check([("-o", output)], inputs: [store.store])
        let reader = try store.reader()
        let output = ResultOutput(self.output)
        try StoreInput.use {
            switch format {
            case .text: try writeText(reader, to: output)
            case .csv:
                try reader.query(
                    query, columns: { try output.append(RowsCSV.head($0)) },
                    row: { try output.append(RowsCSV.row($0)) })
            case .json: try writeJSON(reader, to: output)
            }
        }
        try output.finish()
    }

    private func writeText(_ reader: StoreReader, to output: ResultOutput) throws {
        var columns: [String] = []
        var rows: [[TableValue]] = []
        try reader.query(query, columns: { columns = $0 }, row: { rows.append($0) })
        let style = self.output == nil ? color.style : TextStyle(isColored: color == .always)
        try output.append(RowsText.render(columns: columns, rows: rows, style: style))
    }

    /// A list of objects, one a line.
    private func writeJSON(_ reader: StoreReader, to output: ResultOutput) throws {
        var rows: RowsJSON?
        var separator = "[\n"
        try reader.query(
            query, columns: { rows = try RowsJSON(columns: $0) },
            row: { row in
                guard let line = try rows?.row(row) else { return }
                try output.append(separator + line)
                separator = ",\n"
            })
        try output.append(separator == "[\n" ? "[]\n" : "\n]\n")
    }
}

/// How `devemu sweep query` writes its result.
enum QueryFormat: String, ExpressibleByArgument, CaseIterable {
    case text, csv, json
}
