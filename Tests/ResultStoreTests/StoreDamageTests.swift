import Foundation
import GRDB
import Measurement
import Sweeps
import Testing

@testable import ResultStore

/// Stores that somebody else changed, with whatever SQLite allows.
@Suite struct StoreDamageTests {
    private let stores: SampleStores

    init() throws { stores = try SampleStores() }

    /// A store with two runs, changed by SQL without any of devemu's guards.
    private func changed(_ sql: String..., name: String = "a.db") throws -> String {
        let path = try stores.make(name, runs: [1, 2])
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in for sql in sql { try db.execute(sql: sql) } }
        try queue.close()
        return path
    }

    /// Changes a column as no statement may, then puts the schema back that devemu expects.
    private func disguised(_ table: String, _ column: String, _ change: String) throws -> String {
        let path = try stores.make("a.db", runs: [1, 2])
        func rewrite(_ from: String, _ to: String) throws {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA writable_schema = ON")
                try db.execute(
                    sql: "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?",
                    arguments: [from, to, table])
            }
            try queue.close()
        }
        try rewrite("\(column) NOT NULL", column)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: change)
        }
        try queue.close()
        try rewrite(column, "\(column) NOT NULL")
        return path
    }

    @Test func `a store whose writer was killed before its first table is begun again`() throws {
        for (name, sql) in [
            ("empty.db", "PRAGMA user_version = 0"),
            ("migrator.db", "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"),
        ] {
            let path = stores.path(name)
            var configuration = Configuration()
            configuration.journalMode = .wal
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
            try queue.close()
            #expect(throws: StoreError.self) { try StoreReader(opening: path) }
            try ResultStore(opening: path).close()
            _ = try StoreReader(opening: path)
        }
        let foreign = stores.path("foreign.db")
        let queue = try DatabaseQueue(path: foreign)
        try queue.writeWithoutTransaction { db in try db.execute(sql: "CREATE TABLE notes (text)") }
        try queue.close()
        #expect(throws: StoreError.self) { try ResultStore(opening: foreign) }
    }

    private func refusal(_ body: () throws -> Void) -> StoreError? {
        #expect(throws: StoreError.self) { try body() }
    }

    @Test(arguments: [
        ("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM devices; END", "trigger 't'"),
        ("CREATE VIEW v AS SELECT 1", "view 'v'"),
        ("CREATE TABLE mine (a)", "table 'mine'"),
        ("CREATE INDEX mine ON runs (seed)", "index 'mine'"),
        ("CREATE TABLE x (b, a AS (1))", "table 'x'"),
    ])
    func `what devemu did not make is refused before it can do anything`(sql: String, what: String) throws {
        let path = try changed(sql)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        for open in [{ _ = try StoreReader(opening: path) }, { _ = try ResultStore(opening: path) }] {
            let error = refusal(open)
            #expect(error?.code == .notAStore)
            #expect(
                error?.description.hasPrefix("\(path): has the \(what), which no store of devemu has") == true
            )
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `a store with other tables than devemu's is refused with the first difference`() throws {
        let dropped = try changed("DROP INDEX planned_run", name: "a.db")
        #expect(
            refusal { _ = try StoreReader(opening: dropped) }?.description
                == "\(dropped): the index 'planned_run' is missing")
        let altered = try changed("ALTER TABLE runs ADD COLUMN mine INTEGER", name: "b.db")
        #expect(
            refusal { _ = try StoreReader(opening: altered) }?.description
                == "\(altered): the table 'runs' is not as devemu makes it")
        let endless = """
            CREATE VIEW results AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n
            """
        let view = try changed("DROP VIEW results", endless, name: "c.db")
        #expect(
            refusal { _ = try StoreReader(opening: view) }?.description
                == "\(view): the view 'results' is not as devemu makes it")
    }

    @Test func `what ANALYZE leaves in a store is no reason to refuse it`() throws {
        let path = try changed("ANALYZE")
        _ = try StoreReader(opening: path)
        _ = try ResultStore(opening: path)
    }

    @Test(arguments: ["[1]", "{", "", "{\"a\":1}"])
    func `keys of a plan that are no names are told in one line`(keys: String) throws {
        let path = try changed("UPDATE plans SET keys = '\(keys)'")
        for open in [{ _ = try StoreReader(opening: path) }, { _ = try ResultStore(opening: path) }] {
            let error = refusal(open)
            #expect(error?.code == .notAStore)
            #expect(
                error?.description.contains("is not a JSON array of names") == true
                    && error?.description.contains("\n") == false)
        }
    }

    @Test func `a value that is missing where none may be is told and traps nowhere`() throws {
        let path = try disguised("runs", "outcome TEXT", "UPDATE runs SET outcome = NULL")
        let store = try ResultStore(opening: path)
        let error = refusal { _ = try store.isFinished(SampleStores.run(1).hash) }
        #expect(error?.code == .notAStore)
        #expect(
            error?.description.hasPrefix(
                "\(path): the database is damaged (a value is missing, or of another type)") == true)
    }

    @Test func `a figure that no run can have is told`() throws {
        let path = try changed("UPDATE runs SET satisfied = 9223372036854775807")
        let reader = try StoreReader(opening: path)
        let plan = try #require(try reader.plans().first)
        let error = refusal { try reader.forEachRun(of: plan) { _ in } }
        #expect(error?.code == .notAStore)
        #expect(error?.description.contains("runs.satisfied is") == true)
    }

    @Test func `a sum that overflows is damage in the file, not a mistake in a query`() throws {
        let path = try changed(
            "INSERT INTO devices SELECT * FROM devices WHERE 0",
            """
            INSERT INTO devices SELECT run, 1, device, area, own_strategy, satisfied, buffers_wanted, buffers_min,
            buffers_got, chunks, chunk_pages, calls, failed_calls, busy_retries, pages_migrated, pages_dropped, drains,
            ipis, others_waited_ns, gathering_ns, time_to_satisfaction_ns, call_p50_ns, call_p99_ns, call_max_ns,
            peak_held_bytes, held_at_exit_bytes, frames_delivered, frames_dropped, frames_repeated, frames_damaged,
            underruns, violations FROM devices
            """, "UPDATE devices SET buffers_got = 9223372036854775807")
        let reader = try StoreReader(opening: path)
        let plan = try #require(try reader.plans().first)
        let error = refusal { try reader.forEachRun(of: plan) { _ in } }
        #expect(error?.code == .notAStore)
        #expect(error?.description.contains("integer overflow") == true)
    }

    @Test func `a sound store is found sound, while it is written to as well`() throws {
        let path = try stores.make("a.db", runs: [1, 2, 3])
        try StoreReader(opening: path).checkIntegrity()
        let store = try ResultStore(opening: path)
        let plan = try store.add(SampleStores.plan(pins: "1"))
        try store.record(
            SampleStores.record(9), of: SampleStores.run(9), in: plan, exit: 0,
            by: SampleStores.provenance("w"))
        try store.checkIntegrity()
    }

    @Test func `an index that says other than its table is found`() throws {
        let path = try stores.make("a.db", runs: [1, 2])
        let queue = try DatabaseQueue(path: path)
        let page = try queue.read { db in
            try Int.fetchOne(
                db, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_runs_1'") ?? 0
        }
        try queue.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let range = (page - 1) * 4096..<page * 4096
        let digit = try #require(bytes[range].lastIndex(of: UInt8(ascii: "1")))
        bytes[digit] = UInt8(ascii: "7")
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = refusal { try StoreReader(opening: path).checkIntegrity() }
        #expect(error?.code == .notAStore)
        #expect(error?.description.contains("the database is damaged (") == true)
    }

    @Test func `rows that belong to nothing are found`() throws {
        let path = try changed("PRAGMA foreign_keys = OFF", "DELETE FROM runs WHERE seed = 1")
        let error = refusal { try StoreReader(opening: path).checkIntegrity() }
        #expect(error?.description.contains("belongs to no row of runs") == true)
    }
}
