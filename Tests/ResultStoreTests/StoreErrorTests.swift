import Foundation
import GRDB
import Measurement
import Sweeps
import Testing

@testable import ResultStore

@Suite struct StoreErrorTests {
    private let stores: SampleStores

    init() throws { stores = try SampleStores() }

    private func expect(_ code: StoreError.Code, _ message: String, _ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self) { try body() }
        #expect(error?.code == code)
        #expect(error?.description == message)
    }

    @Test func `what is no database is refused and stays as it is`() throws {
        let path = stores.path("text.db")
        try Data(String(repeating: "no database\n", count: 100).utf8).write(to: URL(fileURLWithPath: path))
        expect(.notAStore, "\(path): no SQLite database") { _ = try ResultStore(opening: path) }
        expect(.notAStore, "\(path): no SQLite database") { _ = try StoreReader(opening: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("no database\n"))
    }

    @Test func `a database of something else is refused and stays as it is`() throws {
        let path = try stores.make("a.db", runs: [1])
        try ResultStore(opening: path).write { db in try db.execute(sql: "PRAGMA application_id = 7") }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let message = "\(path): an SQLite database, but no store of devemu"
        expect(.notAStore, message) { _ = try ResultStore(opening: path) }
        expect(.notAStore, message) { _ = try StoreReader(opening: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `a store of a later devemu is refused`() throws {
        let path = try stores.make("a.db", runs: [1])
        try ResultStore(opening: path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: from the future')")
        }
        expect(.laterSchema, "\(path): a later devemu made this store; use that one") {
            _ = try ResultStore(opening: path)
        }
    }

    @Test func `a second writer is refused, readers are not`() throws {
        let path = stores.path("a.db")
        let store = try ResultStore(opening: path)
        expect(.locked, "\(path): another devemu writes to it; try again when that is done") {
            _ = try ResultStore(opening: path)
        }
        _ = try store.add(SampleStores.plan())
        #expect(try stores.query("a.db", "SELECT count(*) FROM plans") == [[.integer(1)]])
    }

    @Test func `a store that is not there is not made by reading`() throws {
        let path = stores.path("absent.db")
        expect(.missing, "\(path): No such file or directory") { _ = try StoreReader(opening: path) }
        try stores.make("a.db", runs: [1])
        let store = try ResultStore(opening: stores.path("a.db"))
        expect(.missing, "\(path): No such file or directory") { _ = try store.merge(from: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
        let nowhere = stores.path("no/where.db")
        expect(.cannotCreate, "\(nowhere): No such file or directory") {
            _ = try ResultStore(opening: nowhere)
        }
    }

    @Test func `a store with no room left says so and keeps what it has`() throws {
        try stores.make("a.db", runs: [1])
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        try store.write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        expect(
            .inputOutput, "\(store.path): no room left on the disk; what was recorded before is kept"
        ) {
            for number in 2...2000 {
                try store.record(
                    SampleStores.record(number), of: SampleStores.run(number), in: plan, exit: 0,
                    by: SampleStores.provenance("w"))
            }
        }
        #expect(try store.isFinished(SampleStores.run(1).hash))
        let recorded = try stores.query("a.db", "SELECT count(*) FROM runs")
        #expect(try stores.query("a.db", "SELECT count(*) FROM devices") == recorded)
    }

    @Test(arguments: [
        ("SELCT 1", "the query: near \"SELCT\": syntax error"),
        ("SELECT nope FROM runs", "the query: no such column: nope"),
        (
            "SELECT * FROM rnus",
            "the query: no such table: rnus; there are results, compared, runs, plans, planned, devices, call_histograms, areas, "
                + "area_samples, provenance, in_flight"
        ),
        ("DELETE FROM runs", "the query: a query changes nothing"),
        ("SELECT 1; SELECT 2", "the query: more than one statement; ask one question at a time"),
    ])
    func `a query that cannot be answered says why, and changes nothing`(sql: String, message: String) throws
    {
        try stores.make("a.db", runs: [1])
        expect(.badQuery, message) { _ = try stores.query("a.db", sql) }
        #expect(try stores.query("a.db", "SELECT count(*) FROM runs") == [[.integer(1)]])
    }
}
