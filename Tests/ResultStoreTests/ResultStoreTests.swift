import Foundation
import Measurement
import Sweeps
import Testing

@testable import ResultStore

@Suite struct ResultStoreTests {
    private let stores: SampleStores

    init() throws { stores = try SampleStores() }

    @Test func `what is recorded is there when the store is opened again`() throws {
        try stores.make("a.db", runs: [1, 2])
        let rows = try stores.query(
            "a.db",
            """
            SELECT number, "machine.pins", "machine.areas[0].size", strategy, seed, outcome, exit, run_satisfied, device,
            satisfied, calls, peak_held_bytes FROM results ORDER BY number
            """)
        func expected(_ number: Int64, strategy: TableValue) -> [TableValue] {
            [
                .integer(number), .integer(number), .integer(64 << 20), strategy, .integer(number),
                .text("ok"),
                .integer(0), .integer(1), .text("camera"), .integer(1), .integer(10 * number),
                .integer(48 * 4096),
            ]
        }
        #expect(rows.count == 2)
        #expect(rows.first == expected(1, strategy: .null))
        #expect(rows.last == expected(2, strategy: .text("normal")))
        #expect(
            try stores.query("a.db", "SELECT upper_ns, sum(calls) FROM call_histograms GROUP BY 1 ORDER BY 1")
                == [
                    [.integer(290_000), .integer(18)], [.integer(510_000), .integer(2)],
                ])
        #expect(try stores.query("a.db", "SELECT t_ns FROM area_samples") == [[.integer(7)], [.integer(7)]])
    }

    @Test func `a store that nobody writes to is one file, and reading leaves it so`() throws {
        try stores.make("a.db", runs: [1])
        #expect(try stores.query("a.db", "SELECT count(*) FROM runs") == [[.integer(1)]])
        #expect(try FileManager.default.contentsOfDirectory(atPath: stores.folder) == ["a.db"])
    }

    @Test func `a run with a result is not claimed again, by another plan neither`() throws {
        try stores.make("a.db", runs: [1])
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        #expect(try !store.claim(SampleStores.run(1), of: plan, worker: "w", since: "now"))
        #expect(try store.isFinished(SampleStores.run(1).hash))
        #expect(try !store.isFinished(SampleStores.run(2).hash))
        let other = try store.add(SampleStores.plan(pins: "0"))
        #expect(other != plan)
        #expect(try !store.claim(SampleStores.run(1), of: other, worker: "w", since: "now"))
        #expect(
            try stores.query("a.db", "SELECT count(*), count(DISTINCT run) FROM planned") == [
                [.integer(2), .integer(1)]
            ])
    }

    @Test func `runs that were claimed and not recorded are told, once`() throws {
        do {
            let store = try ResultStore(opening: stores.path("a.db"))
            let plan = try store.add(SampleStores.plan())
            for number in 1...4 {
                #expect(try store.claim(SampleStores.run(number), of: plan, worker: "w\(number)", since: "t"))
            }
            try store.record(
                SampleStores.record(2), of: SampleStores.run(2), in: plan, exit: 0,
                by: SampleStores.provenance("w2"))
            try store.release(SampleStores.run(4))
        }
        let store = try ResultStore(opening: stores.path("a.db"))
        let lost = try store.takeLostRuns()
        #expect(lost.map(\.worker) == ["w1", "w3"])
        #expect(lost.map(\.hash) == [1, 3].map { SampleStores.run($0).hash })
        #expect(try store.takeLostRuns().isEmpty)
    }

    @Test func `the same result twice is one result made twice`() throws {
        try stores.make("a.db", runs: [1, 2])
        let before = try stores.dump("a.db")
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        try store.record(
            SampleStores.record(1), of: SampleStores.run(1), in: plan, exit: 0,
            by: SampleStores.provenance("other"))
        #expect(try stores.dump("a.db") == before)
        #expect(try stores.query("a.db", "SELECT count(*) FROM provenance") == [[.integer(3)]])
    }

    @Test func `another result of the same run is refused, with run and field, and changes nothing`() throws {
        try stores.make("a.db", runs: [1])
        let before = try stores.dump("a.db")
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        var record = SampleStores.record(1)
        record.devices[0].calls = 11
        let error = #expect(throws: StoreError.self) {
            try store.record(
                record, of: SampleStores.run(1), in: plan, exit: 0, by: SampleStores.provenance("other"))
        }
        #expect(error?.code == .conflict)
        #expect(
            error?.description.hasPrefix(
                "\(stores.path("a.db")): run 000000000000 came to two results: devices[position=0].calls is 10 and 11; "
            )
                == true)
        #expect(try stores.dump("a.db") == before)
        #expect(try stores.query("a.db", "SELECT count(*) FROM provenance") == [[.integer(1)]])
    }

    @Test func `a lost run is made again, one that took too long is kept until somebody comes to its end`()
        throws
    {
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        let run = SampleStores.run(1)
        func record(_ outcome: RunOutcome.Name) throws {
            var record = SampleStores.record(1)
            record.outcome = RunOutcome(outcome, text: "by \(outcome)")
            let exit: Int32 = outcome == .ok ? 0 : 2
            try store.record(record, of: run, in: plan, exit: exit, by: SampleStores.provenance("\(outcome)"))
        }
        func outcome() throws -> [[TableValue]] { try stores.query("a.db", "SELECT outcome FROM runs") }
        try record(.lost)
        #expect(try store.claim(run, of: plan, worker: "w", since: "t"))
        try record(.timedOut)
        #expect(try outcome() == [[.text("timed-out")]])
        #expect(try !store.claim(run, of: plan, worker: "w", since: "t"))
        try record(.lost)
        #expect(try outcome() == [[.text("timed-out")]])
        try record(.ok)
        try record(.timedOut)
        #expect(try outcome() == [[.text("ok")]])
        try stores.make("b.db", runs: [1])
        #expect(try stores.dump("a.db") == stores.dump("b.db"))
    }

    @Test func `how a run ended badly is there, who made it is not part of that`() throws {
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        var record = SampleStores.record(1)
        record.outcome = RunOutcome(.crashed, text: "in /home/me/camera.so")
        record.outcome.signal = "SIGSEGV"
        record.outcome.call = .init(number: 35, function: "cma_alloc", arguments: "area 0", returned: true)
        try store.record(record, of: SampleStores.run(1), in: plan, exit: 2, by: SampleStores.provenance("w"))
        #expect(
            try stores.query(
                "a.db", "SELECT outcome, ending ->> 'signal', ending ->> 'call', exit, satisfied FROM runs")
                == [
                    [.text("crashed"), .text("SIGSEGV"), .integer(35), .integer(2), .integer(0)]
                ])
        #expect(try !stores.dump("a.db").contains { $0.contains("/home/me") })
        #expect(
            try stores.query("a.db", "SELECT message FROM provenance") == [[.text("in /home/me/camera.so")]])
    }
}
