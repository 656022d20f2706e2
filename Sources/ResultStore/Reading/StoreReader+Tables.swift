internal import GRDB
public import Measurement
import TextSupport

extension StoreReader {
    /// What can be taken out of a store as one table.
    public enum Table: String, Sendable, CaseIterable {
        /// A row for each run of a plan and device of it, with the values of the plan.
        case results
        /// How many calls of a device took how long.
        case callHistograms = "call_histograms"
        /// The areas of each run, and how they looked when something changed in them.
        case areas
        case areaSamples = "area_samples"
        /// Who made each run, and when.
        case provenance
    }

    /// A query for a whole table in a fixed order, runs by their hashes, and its columns with their types, which
    /// are the same in every store with the same plans.
    public func contents(
        of table: Table
    ) throws -> (sql: String, columns: [(name: String, type: TableType)]) {
        switch table {
        case .results:
            return ("SELECT * FROM results ORDER BY plan, number, position", try columns(of: table.rawValue))
        case .provenance:
            let columns = try columns(of: table.rawValue).filter { !["id", "run"].contains($0.name) }
            let names = columns.map { "t.\($0.name)" }
            return (
                """
                SELECT r.hash AS run, \(names.joined(separator: ", ")) FROM provenance t JOIN runs r ON r.id = t.run
                ORDER BY r.hash, t.started, t.id
                """, [("run", .text)] + columns
            )
        case .callHistograms, .areas, .areaSamples:
            let part = StoreSchema.parts.first { $0.table == table.rawValue }
            let columns = try columns(of: table.rawValue).filter { $0.name != "run" }
            let names = columns.map { "t.\($0.name)" }.joined(separator: ", ")
            let order = (["r.hash"] + (part?.keys ?? []).map { "t.\($0)" }).joined(separator: ", ")
            return (
                """
                SELECT r.hash AS run, \(names) FROM \(table.rawValue) t JOIN runs r ON r.id = t.run ORDER BY \(order)
                """, [("run", .text)] + columns
            )
        }
    }

    /// The columns of a table or view. What has no type of its own, the keys of plans, has that of its values.
    private func columns(of table: String) throws -> [(name: String, type: TableType)] {
        var columns: [(name: String, type: TableType?)] = []
        try ask("SELECT name, type FROM pragma_table_info('\(table)') ORDER BY cid") { row in
            guard case .text(let name) = row[0], case .text(let declared) = row[1] else { return }
            let type: TableType? = declared == "INTEGER" ? .integer : declared == "TEXT" ? .text : nil
            columns.append((name, type))
        }
        return try columns.map { ($0.name, try $0.type ?? typeOfValues($0.name, in: table)) }
    }

    private func typeOfValues(_ column: String, in table: String) throws -> TableType {
        var type = TableType.integer
        try ask("SELECT DISTINCT typeof(\(StoreSchema.quoted(column))) FROM \(table)") { row in
            switch row.first {
            case .text("text"): type = .text
            case .text("real"): type = type == .text ? .text : .real
            default: break
            }
        }
        return type
    }
}
