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
        /// A statement that adds a row: the run, the keys, the columns.
        let insertion: String
        /// One that adds all rows of a run: the run, and a JSON array of arrays of whole numbers. Nil where there
        /// are few, or other values.
        let bulkInsertion: String?

        init(
            table: String, run: String = "run", keys: [String] = [], columns: [String], isBulk: Bool = false
        ) {
            self.table = table
            self.keys = keys
            self.columns = columns
            let all = [run] + keys + columns
            let marks = all.map { _ in "?" }.joined(separator: ", ")
            let start = "INSERT INTO \(table) (\(all.joined(separator: ", ")))"
            insertion = "\(start) VALUES (\(marks))"
            let values = (keys + columns).indices.map { "value ->> \($0)" }.joined(separator: ", ")
            bulkInsertion = isBulk ? "\(start) SELECT ?, \(values) FROM json_each(?)" : nil
        }
    }

    static let provenance = Part(
        table: "provenance",
        columns: ["version", "host", "worker", "started", "wall_ns", "sandbox", "message"])

    static let run = Part(
        table: "runs", run: "hash",
        columns: [
            "strategy", "seed", "outcome", "ending", "exit", "satisfied", "elapsed_ns", "failed_operations",
            "protocol_violations",
        ])

    static let parts = [
        Part(
            table: "devices", keys: ["position"],
            columns: [
                "device", "area", "own_strategy", "satisfied", "buffers_wanted", "buffers_min", "buffers_got",
                "chunks", "chunk_pages", "calls", "failed_calls", "busy_retries", "pages_migrated",
                "pages_dropped",
                "drains", "ipis", "others_waited_ns", "gathering_ns", "time_to_satisfaction_ns",
                "call_p50_ns",
                "call_p99_ns", "call_max_ns", "peak_held_bytes", "held_at_exit_bytes", "frames_delivered",
                "frames_dropped", "frames_repeated", "frames_damaged", "underruns", "violations",
            ]),
        Part(table: "call_histograms", keys: ["position", "upper_ns"], columns: ["calls"], isBulk: true),
        Part(
            table: "areas", keys: ["position"],
            columns: [
                "area", "base_pfn", "size_bytes", "order_per_bit", "start_free_pages", "start_movable_pages",
                "start_pinned_pages", "peak_ns", "peak_held_bytes", "free_pages", "largest_run_pages",
                "usable_chunks", "reserved_bytes", "preparation_ns",
            ]),
        Part(
            table: "area_samples", keys: ["position", "sample"],
            columns: ["t_ns", "free_pages", "held_pages", "largest_run_pages"], isBulk: true),
    ]

    /// The columns of a part as a query has them, 0 in place of those that an earlier devemu did not have.
    ///
    /// - Parameters:
    ///   - alias: of the table in the query.
    ///   - schema: `main`, or the name of an attached store.
    static func selection(of part: Part, as alias: String, in schema: String, _ db: Database) throws
        -> [String]
    {
        let there = Set(
            try String.fetchAll(
                db, sql: "SELECT name FROM pragma_table_info(?, ?)", arguments: [part.table, schema]))
        return (part.keys + part.columns).map { there.contains($0) ? "\(alias).\($0)" : "0 AS \($0)" }
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, devices, areas") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: first)
        }
        migrator.registerMigration("2: what strategies hold for no device") { db in
            for column in ["reserved_bytes", "preparation_ns"] {
                try db.execute(sql: "ALTER TABLE areas ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 0")
            }
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE plans (
            id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, summary TEXT NOT NULL, version TEXT NOT NULL,
            runs INTEGER NOT NULL, keys TEXT NOT NULL, header TEXT NOT NULL
        ) STRICT;
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, strategy TEXT, seed INTEGER NOT NULL,
            outcome TEXT NOT NULL, ending TEXT, exit INTEGER NOT NULL, satisfied INTEGER NOT NULL,
            elapsed_ns INTEGER NOT NULL, failed_operations INTEGER NOT NULL, protocol_violations INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE planned (
            plan INTEGER NOT NULL REFERENCES plans (id), number INTEGER NOT NULL,
            run INTEGER NOT NULL REFERENCES runs (id), "values" TEXT NOT NULL,
            PRIMARY KEY (plan, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX planned_run ON planned (run);
        CREATE TABLE devices (
            run INTEGER NOT NULL REFERENCES runs (id), position INTEGER NOT NULL, device TEXT NOT NULL,
            area TEXT NOT NULL, own_strategy TEXT, satisfied INTEGER NOT NULL, buffers_wanted INTEGER NOT NULL,
            buffers_min INTEGER NOT NULL, buffers_got INTEGER NOT NULL, chunks INTEGER NOT NULL,
            chunk_pages INTEGER NOT NULL, calls INTEGER NOT NULL, failed_calls INTEGER NOT NULL,
            busy_retries INTEGER NOT NULL, pages_migrated INTEGER NOT NULL, pages_dropped INTEGER NOT NULL,
            drains INTEGER NOT NULL, ipis INTEGER NOT NULL, others_waited_ns INTEGER NOT NULL,
            gathering_ns INTEGER NOT NULL, time_to_satisfaction_ns INTEGER, call_p50_ns INTEGER NOT NULL,
            call_p99_ns INTEGER NOT NULL, call_max_ns INTEGER NOT NULL, peak_held_bytes INTEGER NOT NULL,
            held_at_exit_bytes INTEGER NOT NULL, frames_delivered INTEGER NOT NULL, frames_dropped INTEGER NOT NULL,
            frames_repeated INTEGER NOT NULL, frames_damaged INTEGER NOT NULL, underruns INTEGER NOT NULL,
            violations INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE call_histograms (
            run INTEGER NOT NULL REFERENCES runs (id), position INTEGER NOT NULL, upper_ns INTEGER NOT NULL,
            calls INTEGER NOT NULL,
            PRIMARY KEY (run, position, upper_ns)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE areas (
            run INTEGER NOT NULL REFERENCES runs (id), position INTEGER NOT NULL, area TEXT NOT NULL,
            base_pfn INTEGER NOT NULL, size_bytes INTEGER NOT NULL, order_per_bit INTEGER NOT NULL,
            start_free_pages INTEGER NOT NULL, start_movable_pages INTEGER NOT NULL,
            start_pinned_pages INTEGER NOT NULL, peak_ns INTEGER NOT NULL, peak_held_bytes INTEGER NOT NULL,
            free_pages INTEGER NOT NULL, largest_run_pages INTEGER NOT NULL, usable_chunks TEXT NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE area_samples (
            run INTEGER NOT NULL REFERENCES runs (id), position INTEGER NOT NULL, sample INTEGER NOT NULL,
            t_ns INTEGER NOT NULL, free_pages INTEGER NOT NULL, held_pages INTEGER NOT NULL,
            largest_run_pages INTEGER NOT NULL,
            PRIMARY KEY (run, position, sample)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE provenance (
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id), version TEXT NOT NULL,
            host TEXT NOT NULL, worker TEXT NOT NULL, started TEXT NOT NULL, wall_ns INTEGER NOT NULL,
            sandbox TEXT NOT NULL, message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX provenance_run ON provenance (run);
        CREATE TABLE in_flight (
            hash TEXT PRIMARY KEY, worker TEXT NOT NULL, since TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
