public import Measurement

/// The types of a table of results in CSV, for programs that must not guess them: a file beside the table.
///
/// `duckdb` is a query that reads the table (`COPY (…) TO 'results.parquet'` makes Parquet of it), `pandas`
/// the `dtype` of `pandas.read_csv()`.
public struct TableSchema: Encodable, Sendable {
    private struct Column: Encodable {
        let name: String
        let type: String
    }

    private let schema = "devemu.table/1"
    private let file: String
    private let columns: [Column]
    private let duckdb: String
    private let pandas: [String: String]

    /// - Parameter file: name of the CSV, in the same folder.
    public init(file: String, columns: [(name: String, type: TableType)]) {
        func literal(_ text: String) -> String {
            "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }
        self.file = file
        self.columns = columns.map { Column(name: $0.name, type: $0.type.rawValue) }
        let types = columns.map { "\(literal($0.name)): '\(Self.duckdbType($0.type))'" }.joined(
            separator: ", ")
        duckdb = "SELECT * FROM read_csv(\(literal(file)), header = true, columns = {\(types)})"
        pandas = Dictionary(
            columns.map { ($0.name, Self.pandasType($0.type)) }, uniquingKeysWith: { first, _ in first })
    }

    private static func duckdbType(_ type: TableType) -> String {
        switch type {
        case .integer: "BIGINT"
        case .real: "DOUBLE"
        case .text: "VARCHAR"
        }
    }

    /// The types of pandas that can have missing values.
    private static func pandasType(_ type: TableType) -> String {
        switch type {
        case .integer: "Int64"
        case .real: "Float64"
        case .text: "string"
        }
    }
}
