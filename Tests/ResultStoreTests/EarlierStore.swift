import GRDB
import Testing

@testable import ResultStore

/// A store as devemu 0.1.0 made it, with its own text of each statement.
enum EarlierStore {
    /// Makes one of what a store of today has, without what 0.1.0 did not know.
    static func make(_ name: String, runs: [Int], in stores: SampleStores) throws {
        let today = try stores.make("today-\(name)", runs: runs)
        let queue = try DatabaseQueue(path: stores.path(name))
        try queue.write { db in
            try db.execute(sql: "PRAGMA application_id = 0x6465766d")
            try db.execute(sql: tables)
            try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('1: runs, devices, areas')")
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS today", arguments: [today])
            for table in [
                "plans", "runs", "planned", "devices", "call_histograms", "areas", "area_samples",
                "provenance",
            ] {
                let columns = try String.fetchAll(
                    db, sql: "SELECT name FROM pragma_table_info(?, 'main') ORDER BY cid", arguments: [table]
                ).map { "\"\($0)\"" }.joined(separator: ", ")
                try db.execute(
                    sql: "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM today.\(table)")
            }
            try db.execute(sql: "DETACH today")
            try db.execute(sql: results)
        }
        try queue.close()
    }

    private static let results = """
        CREATE VIEW results AS SELECT p.hash AS plan, l.number AS number, r.hash AS run, \
        json_extract(l."values", '$."machine.areas[0].size"') AS "machine.areas[0].size", \
        json_extract(l."values", '$."machine.pins"') AS "machine.pins", \
        r.strategy AS strategy, r.seed AS seed, r.outcome AS outcome, r.ending AS ending, r.exit AS exit, \
        r.elapsed_ns AS elapsed_ns, r.failed_operations AS failed_operations, \
        r.protocol_violations AS protocol_violations, r.satisfied AS run_satisfied, d.position AS position, \
        d.device AS device, d.area AS area, d.own_strategy AS own_strategy, d.satisfied AS satisfied, \
        d.buffers_wanted AS buffers_wanted, d.buffers_min AS buffers_min, d.buffers_got AS buffers_got, \
        d.chunks AS chunks, d.chunk_pages AS chunk_pages, d.calls AS calls, d.failed_calls AS failed_calls, \
        d.busy_retries AS busy_retries, d.pages_migrated AS pages_migrated, d.pages_dropped AS pages_dropped, \
        d.drains AS drains, d.ipis AS ipis, d.others_waited_ns AS others_waited_ns, \
        d.gathering_ns AS gathering_ns, d.time_to_satisfaction_ns AS time_to_satisfaction_ns, \
        d.call_p50_ns AS call_p50_ns, d.call_p99_ns AS call_p99_ns, d.call_max_ns AS call_max_ns, \
        d.peak_held_bytes AS peak_held_bytes, d.held_at_exit_bytes AS held_at_exit_bytes, \
        d.frames_delivered AS frames_delivered, d.frames_dropped AS frames_dropped, \
        d.frames_repeated AS frames_repeated, d.frames_damaged AS frames_damaged, d.underruns AS underruns, \
        d.violations AS violations
        FROM planned l JOIN plans p ON p.id = l.plan JOIN runs r ON r.id = l.run
        LEFT JOIN devices d ON d.run = r.id
        """

    private static let tables = """
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
