internal import GRDB
import TextSupport

extension StoreSchema {
    /// A table, index, view or trigger as `sqlite_master` has it.
    private struct Entry: Hashable, Comparable {
        let kind: String
        let name: String
        let table: String
        /// Nil for an index that SQLite makes by itself. Of tables and indexes with one space in place of any
        /// others: how the statement was laid out is no difference.
        let sql: String?

        init(kind: String, name: String, table: String, sql: String?) {
            self.kind = kind
            self.name = name
            self.table = table
            self.sql =
                kind == "view"
                ? sql : sql?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }

        /// What messages call it.
        var words: String { "\(kind) \(TextSupport.quoted(name))" }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.kind, left.name) < (right.kind, right.name)
        }
    }

    /// Looks whether a file has the tables and indexes that devemu makes, its views, and nothing else:
    /// a trigger, a view or a generated column of somebody else's would work whenever the store is used.
    ///
    /// Asks for nothing but `sqlite_master` before that is known. What ANALYZE keeps (`sqlite_stat1` and the like)
    /// is allowed.
    ///
    /// - Throws: `StoreError` `laterSchema` for a store of a later devemu, `notAStore` with the first difference.
    static func check(_ db: Database, path: String) throws {
        let found = try entries(of: db)
        // What an earlier devemu made has the tables of then.
        let schemas = try migrator.migrations.reversed().map { migration in
            try DatabaseQueue().inDatabaseWithSchema(upTo: migration) { try entries(of: $0) }
        }
        guard let latest = schemas.first else { return }
        let expected = schemas.first { $0.isSubset(of: found) } ?? latest
        let migrations = latest.filter { $0.table == migrationTable }
        if migrations.isSubset(of: found), try migrator.hasBeenSuperseded(db) {
            throw StoreError(.laterSchema, "\(path): a later devemu made this store; use that one")
        }
        func isView(_ entry: Entry) -> Bool { entry.kind == "view" && viewNames.contains(entry.name) }
        for entry in found.sorted() where !isView(entry) && !isStatistics(entry) {
            guard let same = expected.first(where: { ($0.kind, $0.name) == (entry.kind, entry.name) }) else {
                throw StoreError(
                    .notAStore,
                    "\(path): has the \(entry.words), which no store of devemu has; drop it, or "
                        + "use another store")
            }
            guard same == entry else {
                throw StoreError(
                    .notAStore, "\(path): the \(entry.words) is not as devemu makes it")
            }
        }
        if let missing = expected.subtracting(found).min() {
            throw StoreError(.notAStore, "\(path): the \(missing.words) is missing")
        }
        // A store whose writer was killed at once has no view yet.
        for view in try views(db, path: path) {
            guard let found = found.first(where: { $0.kind == "view" && $0.name == view.name }) else {
                continue
            }
            guard found.sql == view.sql else {
                throw StoreError(.notAStore, "\(path): the view '\(view.name)' is not as devemu makes it")
            }
        }
    }

    /// Where the migrator keeps what it did.
    private static let migrationTable = "grdb_migrations"

    /// Whether there is nothing but the migrator's table, without a row.
    static func isUnbegun(_ db: Database) throws -> Bool {
        guard try entries(of: db).allSatisfy({ $0.table == migrationTable }) else { return false }
        guard try db.tableExists(migrationTable) else { return true }
        return try Int.fetchOne(db, sql: "SELECT count(*) FROM \(migrationTable)") == 0
    }

    private static func isStatistics(_ entry: Entry) -> Bool {
        entry.kind == "table" && entry.name.hasPrefix("sqlite_stat")
    }

    private static func entries(of db: Database) throws -> Set<Entry> {
        let rows = try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM main.sqlite_master")
        return Set(
            try rows.map { row in
                Entry(
                    kind: try row.decode(String.self, atIndex: 0),
                    name: try row.decode(String.self, atIndex: 1),
                    table: try row.decode(String.self, atIndex: 2),
                    sql: try row.decode(String?.self, atIndex: 3))
            })
    }
}

extension DatabaseQueue {
    /// Asks a database in memory that has the tables of a store after a migration.
    fileprivate func inDatabaseWithSchema<Value>(upTo migration: String, _ body: (Database) throws -> Value)
        throws -> Value
    {
        try StoreSchema.migrator.migrate(self, upTo: migration)
        return try read(body)
    }
}
