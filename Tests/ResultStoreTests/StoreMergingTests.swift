import GRDB
import Measurement
import Sweeps
import Testing

@testable import ResultStore

@Suite struct StoreMergingTests {
    private let stores: SampleStores

    init() throws { stores = try SampleStores() }

    private func merge(_ sources: [String], into name: String) throws {
        let store = try ResultStore(opening: stores.path(name))
        for source in sources { _ = try store.merge(from: stores.path(source)) }
    }

    @Test(arguments: [
        ["a.db", "b.db", "c.db"], ["c.db", "a.db", "b.db"], ["b.db", "b.db", "a.db", "c.db", "a.db"],
    ])
    func `stores come to the same content in any order and however often`(order: [String]) throws {
        try stores.make("a.db", runs: [5, 1, 3], worker: "a")
        try stores.make("b.db", runs: [3, 4], worker: "b")
        try stores.make("c.db", runs: [2, 1], worker: "c", pins: "0")
        try merge(order, into: "merged.db")
        try stores.make("whole.db", runs: [1, 2, 3, 4, 5])
        let (merged, whole) = try (stores.dump("merged.db"), stores.dump("whole.db"))
        let runs: (String) -> Bool = { !$0.hasPrefix("[\"plan") }
        #expect(merged.filter(runs) == whole.filter(runs))
        #expect(merged.count { $0.hasPrefix("[\"plans\"") } == 2)
        #expect(merged.count { $0.hasPrefix("[\"planned\"") } == 6)
        // Runs 1 and 3 were made twice.
        #expect(try stores.query("merged.db", "SELECT count(*) FROM provenance") == [[.integer(7)]])
    }

    @Test func `a merge says how much was new`() throws {
        try stores.make("a.db", runs: [1, 2])
        try stores.make("b.db", runs: [2, 3, 4])
        let store = try ResultStore(opening: stores.path("a.db"))
        let merged = try store.merge(from: stores.path("b.db"))
        #expect(merged == ResultStore.Merged(runs: 2, plans: 0, known: 1))
        #expect(try store.merge(from: stores.path("b.db")) == ResultStore.Merged(runs: 0, plans: 0, known: 3))
    }

    @Test(arguments: [
        ("UPDATE devices SET calls = 99", "devices[position=0].calls is 20 and 99"),
        ("UPDATE runs SET elapsed_ns = 1", "runs.elapsed_ns is 2000 and 1"),
        (
            "UPDATE devices SET time_to_satisfaction_ns = 5",
            "devices[position=0].time_to_satisfaction_ns is nothing and 5"
        ),
        (
            "UPDATE call_histograms SET calls = 2 WHERE upper_ns = 510000",
            "call_histograms[position=0,upper_ns=510000].calls is 1 and 2"
        ),
        ("DELETE FROM area_samples", "area_samples has 1 and 0 rows"),
    ])
    func `a run with two results is refused, with run and field, and nothing is merged`(
        change: String, field: String
    ) throws {
        try stores.make("a.db", runs: [1, 2])
        try stores.make("b.db", runs: [2, 3])
        try ResultStore(opening: stores.path("b.db")).write { db in try db.execute(sql: change) }
        let before = try stores.dump("a.db")
        let store = try ResultStore(opening: stores.path("a.db"))
        let error = #expect(throws: StoreError.self) { try store.merge(from: stores.path("b.db")) }
        #expect(error?.code == .conflict)
        #expect(
            error?.description
                == "\(stores.path("b.db")): run \(SampleStores.run(2).hash.prefix(12)) has another result in "
                + "\(stores.path("a.db")): \(field); nothing was merged")
        #expect(try stores.dump("a.db") == before)
    }

    @Test(arguments: [["ended.db", "late.db"], ["late.db", "ended.db"]])
    func `a result takes the place of a run that took too long`(order: [String]) throws {
        try stores.make("ended.db", runs: [1])
        let late = try ResultStore(opening: stores.path("late.db"))
        let plan = try late.add(SampleStores.plan())
        var record = SampleStores.record(1)
        record.outcome = RunOutcome(.timedOut)
        try late.record(
            record, of: SampleStores.run(1), in: plan, exit: 2, by: SampleStores.provenance("late"))
        try merge(order, into: "merged.db")
        #expect(try stores.dump("merged.db") == stores.dump("ended.db"))
    }

    @Test func `a store of a plan with other keys adds their columns`() throws {
        try stores.make("a.db", runs: [1])
        let store = try ResultStore(opening: stores.path("b.db"))
        let plan = try store.add(
            PlanHeader(version: "v", summary: "s", scene: "", scenePath: nil, keys: ["o'clock.x"]))
        let run = PlannedRun(
            number: 1, values: ["o'clock.x": "NV12"], strategy: nil, seed: 9,
            hash: SampleStores.run(9).hash)
        try store.record(SampleStores.record(9), of: run, in: plan, exit: 0, by: SampleStores.provenance("w"))
        _ = try store.merge(from: stores.path("a.db"))
        #expect(
            try stores.query("b.db", #"SELECT "o'clock.x", "machine.pins" FROM results ORDER BY seed"#)
                == [
                    [.null, .integer(1)], [.text("NV12"), .null],
                ])
    }

    @Test func `a store of devemu 0_1_0 is read, merged and gone on with`() throws {
        try EarlierStore.make("old.db", runs: [1, 2], in: stores)
        try stores.make("new.db", runs: [2, 3])
        let reader = try StoreReader(opening: stores.path("old.db"))
        var reserved: [Double?] = []
        try reader.forEachRun(of: try #require(try reader.plans().first)) { reserved.append($0[.reserved]) }
        #expect(reserved == [0, 0])
        let merged = try ResultStore(opening: stores.path("new.db")).merge(from: stores.path("old.db"))
        #expect(merged.runs == 1)
        #expect(merged.known == 1)
        #expect(
            try stores.query("new.db", "SELECT count(*), sum(reserved_bytes) FROM areas") == [
                [.integer(3), .integer(0)]
            ])
        _ = try ResultStore(opening: stores.path("old.db"))
        #expect(try stores.query("old.db", "SELECT sum(preparation_ns) FROM areas") == [[.integer(0)]])
        #expect(
            try stores.query("new.db", "SELECT DISTINCT kernel FROM runs") == [[.text("linux-6.1")]])
        #expect(try stores.query("old.db", "SELECT count(*) FROM compared") == [[.integer(0)]])
    }
}
