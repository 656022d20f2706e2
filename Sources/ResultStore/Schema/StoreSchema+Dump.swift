internal import GRDB

extension StoreSchema {
    /// What gives every line of a dump.
    static func dumps(_ db: Database) throws -> [String] {
        let runColumns = try run.selection(as: "r", in: "main", db).joined(separator: ", ")
        var queries = [
            "SELECT json_array('plans', hash, json(header)) FROM plans ORDER BY hash",
            """
            SELECT json_array('planned', p.hash, l.number, r.hash, json(l."values")) FROM planned l
            JOIN plans p ON p.id = l.plan JOIN runs r ON r.id = l.run ORDER BY p.hash, l.number
            """,
            "SELECT json_array('runs', r.hash, \(runColumns)) FROM runs r ORDER BY r.hash",
        ]
        for part in parts {
            let columns = try part.selection(as: "t", in: "main", db).joined(separator: ", ")
            let order = part.keys.map { "t.\($0)" }.joined(separator: ", ")
            queries.append(
                """
                SELECT json_array('\(part.table)', r.hash, \(columns)) FROM \(part.table) t
                JOIN runs r ON r.id = t.run ORDER BY r.hash, \(order)
                """)
        }
        return queries
    }
}
