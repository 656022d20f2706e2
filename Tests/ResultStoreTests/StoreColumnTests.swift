import Foundation
import Measurement
import Testing

@testable import ResultStore

@Suite struct StoreColumnTests {
    private let stores: SampleStores

    init() throws { stores = try SampleStores() }

    /// Columns of `devices` that a result calls otherwise, or has elsewhere.
    private static let otherNames = [
        "device": "name", "own_strategy": "strategy", "violations": "violation_count",
    ]

    /// Whole numbers of a result that are all different, under the names that its JSON has.
    private func distinctDevice() throws -> (record: DeviceRecord, numbers: [String: Int]) {
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(DeviceRecord(name: "camera")))
        var fields = try #require(json as? [String: Any])
        var numbers: [String: Int] = [:]
        for (index, name) in fields.keys.sorted().enumerated() where fields[name] as? Int == 0 {
            numbers[name] = 100 + index
        }
        numbers["time_to_satisfaction_ns"] = 91
        for (name, number) in numbers { fields[name] = number }
        fields["call_ns"] = ["p50": 11, "p99": 12, "max": 13]
        fields["satisfied"] = true
        fields["area"] = "linux,cma"
        let data = try JSONSerialization.data(withJSONObject: fields)
        return (try JSONDecoder().decode(DeviceRecord.self, from: data), numbers)
    }

    @Test func `each figure of a device is in the column of its name`() throws {
        let (device, numbers) = try distinctDevice()
        #expect(Set(numbers.values).count == numbers.count && numbers.count > 15)
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        var record = SampleStores.record(1)
        record.devices = [device]
        try store.record(
            record, of: SampleStores.run(1), in: plan, exit: 0, by: SampleStores.provenance("w"))
        var found: [String: Int] = [:]
        var names: [String] = []
        try StoreReader(opening: stores.path("a.db")).query(
            "SELECT * FROM devices", columns: { names = $0 },
            row: { row in
                for (name, value) in zip(names, row) {
                    if case .integer(let number) = value { found[name] = Int(number) }
                }
            })
        for name in names where !["run", "position", "satisfied"].contains(name) {
            let wanted: Int? =
                switch name {
                case "call_p50_ns": 11
                case "call_p99_ns": 12
                case "call_max_ns": 13
                case "peak_held_bytes": 48 * 4096
                case "held_at_exit_bytes": (numbers["pages_held_at_exit"] ?? 0) * 4096
                default: numbers[Self.otherNames[name] ?? name]
                }
            #expect(found[name] == wanted, "\(name)")
        }
    }

    @Test func `bytes of held pages follow the size of the result's pages`() throws {
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        var record = SampleStores.record(1)
        record.pageBytes = 16384
        try store.record(
            record, of: SampleStores.run(1), in: plan, exit: 0, by: SampleStores.provenance("w"))
        #expect(
            try stores.query("a.db", "SELECT size_bytes, peak_held_bytes FROM areas")
                == [[.integer(16384 * 16384), .integer(48 * 16384)]])
        #expect(
            try stores.query("a.db", "SELECT peak_held_bytes FROM devices") == [[.integer(48 * 16384)]])
    }

    @Test func `the kernel of each run is a column to select and group by`() throws {
        let store = try ResultStore(opening: stores.path("a.db"))
        let plan = try store.add(SampleStores.plan())
        for (number, kernel) in [(1, "linux-6.1"), (2, "linux-6.12"), (3, "linux-6.12")] {
            var record = SampleStores.record(number)
            record.kernel = kernel
            try store.record(
                record, of: SampleStores.run(number), in: plan, exit: 0, by: SampleStores.provenance("w"))
        }
        #expect(
            try stores.query("a.db", "SELECT kernel, count(*) FROM results GROUP BY kernel ORDER BY kernel")
                == [[.text("linux-6.1"), .integer(1)], [.text("linux-6.12"), .integer(2)]])
        #expect(try StoreReader(opening: stores.path("a.db")).earlierNote() == nil)
    }

    @Test func `a store of devemu 0_1_0 opens for reading, with one line, and stays as it is`() throws {
        try EarlierStore.make("old.db", runs: [1, 2], in: stores)
        let before = try Data(contentsOf: URL(fileURLWithPath: stores.path("old.db")))
        let reader = try StoreReader(opening: stores.path("old.db"))
        let note = try #require(try reader.earlierNote())
        #expect(note.hasPrefix("\(stores.path("old.db")): an earlier devemu made this store"))
        #expect(!note.contains("\n"))
        #expect(try stores.query("old.db", "SELECT count(*) FROM results") == [[.integer(2)]])
        var lines = 0
        try reader.dump { _ in lines += 1 }
        #expect(lines > 8)
        #expect(try Data(contentsOf: URL(fileURLWithPath: stores.path("old.db"))) == before)
    }

    @Test func `the next writer gives a store of devemu 0_1_0 the columns of today`() throws {
        try EarlierStore.make("old.db", runs: [1, 2], in: stores)
        _ = try ResultStore(opening: stores.path("old.db"))
        #expect(
            try stores.query("old.db", "SELECT kernel, strategy FROM results ORDER BY number") == [
                [.text("linux-6.1"), .null], [.text("linux-6.1"), .text("normal")],
            ])
        #expect(try stores.dump("old.db") == stores.dump("today-old.db"))
    }
}
