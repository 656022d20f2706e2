import Foundation
import Measurement
import ResultStore
import Sweeps
import TestSupport
import Testing

/// `sweep query`, `export` and `merge` on stores that were written by the store's own writer.
@Suite struct StoreCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A store of runs with these numbers.
    private func store(_ name: String, runs: [Int], calls: Int = 10) throws {
        let store = try ResultStore(opening: scratch.path(name))
        let plan = try store.add(
            PlanHeader(
                version: "devemu 0.1.0", summary: "s", scene: "summary: s\n", scenePath: nil,
                keys: ["machine.areas[0].size", "camera.params.format"]))
        for number in runs {
            var device = DeviceRecord(name: "camera")
            device.satisfied = number > 1
            device.calls = calls
            let record = RunRecord(
                seed: UInt64(number), mode: "as-asked", costs: "c", memoryPages: 1024, areas: [], plugins: [],
                devices: [device], log: [], elapsedNanoseconds: 5)
            let run = PlannedRun(
                number: number,
                values: ["machine.areas[0].size": "\(number)M", "camera.params.format": "a,\"b\""],
                strategy: number == 1 ? nil : "normal", seed: UInt64(number),
                hash: String(repeating: "\(number)", count: 64))
            try store.record(
                record, of: run, in: plan, exit: number > 1 ? 0 : 1,
                by: .init(
                    version: "v", host: "h", worker: "w", started: "2026-01-01T00:00:00Z", wallNanoseconds: 1)
            )
        }
    }

    private func sweep(_ arguments: String...) throws -> Devemu.Outcome {
        try Devemu.run(["sweep"] + arguments, in: scratch.folder)
    }

    private static let question =
        #"SELECT "machine.areas[0].size" AS size, strategy, satisfied FROM results ORDER BY 1"#

    @Test func `a query is answered as a table, as CSV and as JSON`() throws {
        try store("a.db", runs: [1, 2])
        let text = try sweep("query", "--store", "a.db", Self.question)
        #expect(
            text.text == """
                   size  strategy  satisfied
                ────────────────────────────
                1048576                    0
                2097152  normal            1

                """)
        let csv = try sweep("query", "--store", "a.db", Self.question, "--format", "csv")
        #expect(csv.text == "size,strategy,satisfied\r\n1048576,,0\r\n2097152,normal,1\r\n")
        let json = try sweep("query", "--store", "a.db", Self.question, "--format", "json")
        #expect(
            json.text == """
                [
                {"size":1048576,"strategy":null,"satisfied":0},
                {"size":2097152,"strategy":"normal","satisfied":1}
                ]

                """)
        #expect(try sweep("query", "--store", "a.db", "SELECT 1 WHERE 0", "--format", "json").text == "[]\n")
    }

    @Test func `runs are grouped by the kernel that decided`() throws {
        try store("a.db", runs: [1, 2])
        let question = "SELECT kernel, count(*) AS runs FROM results GROUP BY kernel"
        let csv = try sweep("query", "--store", "a.db", question, "--format", "csv")
        #expect(csv.standardError == "")
        #expect(csv.text == "kernel,runs\r\nlinux-6.1,2\r\n")
    }

    @Test func `a query goes to a file, or nothing does`() throws {
        try store("a.db", runs: [1])
        #expect(
            try sweep("query", "--store", "a.db", "SELECT 1 AS a", "--format", "csv", "-o", "r.csv").status
                == 0)
        #expect(try scratch.bytes(of: "r.csv") == Array("a\r\n1\r\n".utf8))
        let wrong = try sweep("query", "--store", "a.db", "SELECT nope", "-o", "wrong.csv")
        #expect(wrong.status == 64)
        #expect(wrong.standardError == "devemu: the query: no such column: nope\n")
        #expect(try sweep("query", "--store", "a.db", "SELECT 1", "-o", "absent/r").status == 73)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted() == ["a.db", "r.csv"])
    }

    @Test func `an export has every row, and its CSV and JSON lines say the same`() throws {
        try store("a.db", runs: [2, 1, 3])
        let csv = try sweep("export", "--store", "a.db").text.split(separator: "\r\n")
        #expect(csv.count == 4)
        let columns = csv[0].split(separator: ",").map(String.init)
        #expect(
            columns.prefix(5) == ["plan", "number", "run", "camera.params.format", "machine.areas[0].size"])
        let lines = try sweep("export", "--store", "a.db", "--format", "jsonl").text.split(separator: "\n")
        let rows = try lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(rows.compactMap { $0["number"] as? Int } == [1, 2, 3])
        #expect(
            rows.compactMap { $0["camera.params.format"] as? String } == Array(repeating: "a,\"b\"", count: 3)
        )
        #expect(rows.allSatisfy { Set($0.keys) == Set(columns) })
        #expect(csv.dropFirst().allSatisfy { $0.contains(",\"a,\"\"b\"\"\",") })
    }

    @Test func `parquet-ready says the type of every column, also of those without a value`() throws {
        try store("a.db", runs: [1])
        let outcome = try sweep("export", "--store", "a.db", "--format", "parquet-ready", "-o", "r.csv")
        #expect(outcome.status == 0)
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(scratch.bytes(of: "r.csv.schema.json")))
                as? [String: Any])
        let types = try #require(schema["pandas"] as? [String: String])
        #expect(types["machine.areas[0].size"] == "Int64")
        #expect(types["camera.params.format"] == "string")
        #expect(types["strategy"] == "string")
        #expect(types["time_to_satisfaction_ns"] == "Int64")
        let query = try #require(schema["duckdb"] as? String)
        #expect(
            query.hasPrefix("SELECT * FROM read_csv('r.csv', header = true, columns = {'plan': 'VARCHAR', "))
        let head = String(decoding: try scratch.bytes(of: "r.csv"), as: UTF8.self).prefix { $0 != "\r\n" }
        #expect(head.split(separator: ",").count == types.count)
        #expect(try sweep("export", "--store", "a.db", "--format", "parquet-ready").status == 64)
    }

    @Test(arguments: ["call_histograms", "areas", "area_samples", "provenance"])
    func `each table can be exported`(table: String) throws {
        try store("a.db", runs: [1])
        let outcome = try sweep("export", "--store", "a.db", "--table", table)
        #expect(outcome.status == 0)
        #expect(outcome.text.hasPrefix("run,"))
    }

    @Test func `stores are merged, once or again, and two results of a run are refused`() throws {
        try store("a.db", runs: [1, 2])
        try store("b.db", runs: [2, 3])
        let first = try sweep("merge", "--into", "all.db", "a.db", "b.db")
        #expect(first.text == "a.db: 2 runs taken over, 0 known\nb.db: 1 run taken over, 1 known\n")
        #expect(try sweep("merge", "--into", "all.db", "b.db").text == "b.db: 0 runs taken over, 2 known\n")
        let count = try sweep(
            "query", "--store", "all.db", "SELECT count(*) AS n FROM runs", "--format", "csv")
        #expect(count.text == "n\r\n3\r\n")
        try store("c.db", runs: [2], calls: 11)
        let conflict = try sweep("merge", "--into", "all.db", "c.db")
        #expect(conflict.status == 65)
        #expect(
            conflict.standardError
                == "devemu: c.db: run 222222222222 has another result in all.db: devices[position=0].calls is 10 and 11; "
                + "nothing was merged\n")
    }

    @Test func `a store that is none, is not there or is in use is told in one line`() throws {
        try scratch.write("summary: no database, but long enough to be looked at as one\n", to: "scene.yaml")
        for command in [
            ["query", "--store", "scene.yaml", "SELECT 1"], ["export", "--store", "scene.yaml"],
        ] {
            let outcome = try Devemu.run(["sweep"] + command, in: scratch.folder)
            #expect(outcome.status == 65)
            #expect(outcome.standardError == "devemu: scene.yaml: no SQLite database\n")
        }
        let absent = try sweep("merge", "--into", "all.db", "absent.db")
        #expect(absent.status == 66)
        #expect(absent.standardError == "devemu: absent.db: No such file or directory\n")
        #expect(!scratch.contains("all.db"))
        try store("a.db", runs: [1])
        #expect(try sweep("merge", "--into", "a.db", "./a.db").status == 64)
        try store("b.db", runs: [2])
        let writer = try ResultStore(opening: scratch.path("a.db"))
        let locked = try sweep("merge", "--into", "a.db", "b.db")
        #expect(locked.status == 75)
        #expect(
            locked.standardError == "devemu: a.db: another devemu writes to it; try again when that is done\n"
        )
        #expect(try sweep("query", "--store", "a.db", "SELECT 1").status == 0)
        withExtendedLifetime(writer) {}
    }
}
