internal import GRDB

/// The tables of a store, and how those of earlier versions become them.
///
/// What two runs of the same plan have in common is in `plan`, `planned`, `run` and the tables that hang on
/// a run; what differs, in `provenance` and nowhere else.
enum StoreSchema {
    /// Tells SQLite's own file(1) signature whose database it is: "devm".
    static let applicationID = 0x6465_766d

    /// Tables and views that a query may be about.
    static let names = [
        "results", "compared", "runs", "plans", "planned", "devices", "call_histograms", "areas",
        "area_samples",
        "provenance",
        "in_flight",
    ]

    /// A table that tells of a run, and what it tells.
    struct Part {
        let table: String
        /// Columns that together with the run are unique, in the order of the table.
        let keys: [String]
        let columns: [String]
        /// The keys and the columns.
        let declarations: [StoreColumnDeclaration]
        /// A statement that adds a row: the run, the keys, the columns.
        let insertion: String
        /// One that adds all rows of a run: the run, and a JSON array of arrays of whole numbers. Nil where there
        /// are few, or other values.
        let bulkInsertion: String?

        init(
            table: String, run: String = "run", keys: [StoreColumnDeclaration] = [],
            columns: [StoreColumnDeclaration], isBulk: Bool = false
        ) {
            self.table = table
            declarations = keys + columns
            self.keys = keys.map(\.name)
            self.columns = columns.map(\.name)
            let all = [run] + declarations.map(\.name)
            let marks = all.map { _ in "?" }.joined(separator: ", ")
            let start = "INSERT INTO \(table) (\(all.joined(separator: ", ")))"
            insertion = "\(start) VALUES (\(marks))"
            let values = declarations.indices.map { "value ->> \($0)" }.joined(separator: ", ")
            bulkInsertion = isBulk ? "\(start) SELECT ?, \(values) FROM json_each(?)" : nil
        }

        /// The columns of the first migration, as CREATE TABLE has them.
        fileprivate var firstDefinitions: String {
            declarations.filter { $0.migration == 1 }.map(\.definition).joined(separator: ", ")
        }

        /// A statement that makes a table of rows that hang on a run, as the first migration has it.
        fileprivate var firstCreation: String {
            """
            CREATE TABLE \(table) ( run INTEGER NOT NULL REFERENCES runs (id), \(firstDefinitions), \
            PRIMARY KEY (\((["run"] + keys).joined(separator: ", "))) ) STRICT, WITHOUT ROWID
            """
        }

        /// The columns as a query has them: as `alias.column`, and the value of rows recorded earlier in place
        /// of a column that the store does not have.
        ///
        /// - Parameter schema: `main`, or the name of an attached store.
        func selection(as alias: String, in schema: String, _ db: Database) throws -> [String] {
            let there = try StoreSchema.columns(of: table, in: schema, db)
            return declarations.map { there.contains($0.name) ? "\(alias).\($0.name)" : $0.earlier }
        }
    }

    static let provenance = Part(
        table: "provenance",
        columns: ["version", "host", "worker", "started", "wall_ns", "sandbox", "message"].map {
            StoreColumnDeclaration(
                name: $0, type: $0 == "wall_ns" ? Int.columnType : String.columnType, migration: 1,
                earlier: "0")
        })

    static let run = Part(table: "runs", run: "hash", columns: RunRow.columns.declarations())

    static let parts = [
        Part(
            table: "devices", keys: DeviceRow.keys.declarations(), columns: DeviceRow.columns.declarations()),
        Part(
            table: "call_histograms", keys: CallBinRow.keys.declarations(),
            columns: CallBinRow.columns.declarations(), isBulk: true),
        Part(table: "areas", keys: AreaRow.keys.declarations(), columns: AreaRow.columns.declarations()),
        Part(
            table: "area_samples", keys: AreaSampleRow.keys.declarations(),
            columns: AreaSampleRow.columns.declarations(), isBulk: true),
    ]

    /// The names of the columns that a table has.
    static func columns(of table: String, in schema: String = "main", _ db: Database) throws -> Set<String> {
        Set(
            try String.fetchAll(
                db, sql: "SELECT name FROM pragma_table_info(?, ?)", arguments: [table, schema]))
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, devices, areas") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: first)
        }
        migrator.registerMigration("2: what strategies hold for no device") { try addColumns(of: 2, $0) }
        migrator.registerMigration("3: the kernel that decided") { try addColumns(of: 3, $0) }
        return migrator
    }

    private static func addColumns(of migration: Int, _ db: Database) throws {
        for part in [run] + parts {
            for column in part.declarations where column.migration == migration {
                try db.execute(sql: "ALTER TABLE \(part.table) ADD COLUMN \(column.addition)")
            }
        }
    }

    /// The tables of devemu 0.1.0.
    private static var first: String {
        """
        CREATE TABLE plans ( id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, summary TEXT NOT NULL, \
        version TEXT NOT NULL, runs INTEGER NOT NULL, keys TEXT NOT NULL, header TEXT NOT NULL ) STRICT;
        CREATE TABLE runs ( id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, \(run.firstDefinitions) ) STRICT;
        CREATE TABLE planned ( plan INTEGER NOT NULL REFERENCES plans (id), number INTEGER NOT NULL, \
        run INTEGER NOT NULL REFERENCES runs (id), "values" TEXT NOT NULL, PRIMARY KEY (plan, number) ) STRICT, \
        WITHOUT ROWID;
        CREATE INDEX planned_run ON planned (run);
        \(parts.map(\.firstCreation).joined(separator: ";\n"));
        CREATE TABLE provenance ( id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id), \
        \(provenance.firstDefinitions) ) STRICT;
        CREATE INDEX provenance_run ON provenance (run);
        CREATE TABLE in_flight ( hash TEXT PRIMARY KEY, worker TEXT NOT NULL, since TEXT NOT NULL ) STRICT, \
        WITHOUT ROWID;
        """
    }
}
