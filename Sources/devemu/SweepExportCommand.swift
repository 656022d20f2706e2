import ArgumentParser
import Measurement
import Reporting
import ResultStore
import TextSupport

struct SweepExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Take a whole table out of a store.",
        discussion: """
            parquet-ready is CSV and a file FILE.schema.json beside it, which says the type of every column, also \
            where it has no value: 'duckdb' in it is a query that reads the table and 'pandas' the dtype for read_csv(). \
            With duckdb: copy (QUERY) to 'results.parquet'.
            """)

    @OptionGroup var store: StoreOption

    @Option(help: "Which table: results, call_histograms, areas, area_samples or provenance.")
    var table = StoreReader.Table.results

    @Option(help: "How to write it: csv, jsonl or parquet-ready.")
    var format = ExportFormat.csv

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the table to a file.", valueName: "file"),
        completion: .file())
    var output: String?

    func validate() throws {
        guard format != .parquetReady || (output ?? "-") != "-" else {
            throw ValidationError("--format parquet-ready writes two files: say where, -o results.csv")
        }
    }

    func run() throws {
        let schema = format == .parquetReady ? output.map { $0 + ".schema.json" } : nil
        if let path = self.output, schema != nil, try !OutputPlace(path).isFile {
            throw CommandFailure(.usage, "-o \(path): --format parquet-ready writes two files; name a file")
        }
        try OutputPlace.check([("-o", output), ("-o", schema)], inputs: [store.store])
        let reader = try store.reader()
        let output = ResultOutput(self.output)
        try StoreInput.use {
            let (sql, columns) = try reader.contents(of: table)
            switch format {
            case .jsonl:
                let rows = try RowsJSON(columns: columns.map(\.name))
                try reader.query(sql) { try output.append(rows.row($0) + "\n") }
            case .csv, .parquetReady:
                try output.append(RowsCSV.head(columns.map(\.name)))
                try reader.query(sql) { try output.append(RowsCSV.row($0)) }
            }
            if format == .parquetReady, let path = self.output {
                let file = path.split(separator: "/").last.map(String.init) ?? path
                let schema = TableSchema(file: file, columns: columns)
                try Terminal.writeFile(JSONText.encode(schema), path: path + ".schema.json")
            }
        }
        try output.finish()
    }
}

/// How `devemu sweep export` writes a table.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, jsonl
    case parquetReady = "parquet-ready"
}
