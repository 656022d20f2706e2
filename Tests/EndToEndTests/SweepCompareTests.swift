import Foundation
import GRDB
import TestSupport
import Testing

/// `devemu compare` and `devemu report` on the store of a real sweep.
@Suite struct SweepCompareTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A store with 2 x 2 x 2 combinations of a small camera, with so many seeds.
    private func sweep(
        seeds: Int = 2, pins: String = "[0, 40]", into store: String = "runs.db"
    ) throws {
        try scratch.write(
            """
            summary: a small camera
            machine: {memory: 64M, areas: [{name: cma, size: 16M}], pins: 20}
            devices: [{name: cam, plugin: camera.so, params: {width: 320, height: 240}}]
            """, to: "scene.yaml")
        try scratch.write(
            """
            summary: pins under a small camera
            scene: scene.yaml
            strategies: [normal, fail-fast]
            seeds: \(seeds)
            vary: {machine.pins: \(pins), "machine.areas[0].size": [8M, 16M]}
            """, to: "grid.yaml")
        let plan = try Devemu.run("sweep", "plan", "grid.yaml", "-o", "\(store).jsonl", in: scratch.folder)
        try #require(plan.status == 0, "\(plan.standardError)")
        let run = try Devemu.run(
            ["sweep", "run", "\(store).jsonl", "--store", store, "--jobs", "2"], in: scratch.folder)
        try #require(run.status <= 1, "\(run.standardError)")
    }

    private func compare(_ more: String..., store: String = "runs.db") throws -> Devemu.Outcome {
        try Devemu.run(["compare", store, "--columns", "200"] + more, in: scratch.folder)
    }

    private func number(_ sql: String) throws -> Double? {
        let outcome = try Devemu.run(
            "sweep", "query", "--store", "runs.db", "--format", "csv", sql, in: scratch.folder)
        return outcome.text.split(whereSeparator: \.isNewline).dropFirst().first.flatMap { Double($0) }
    }

    /// Changes a database behind devemu's back.
    private func change(_ file: String, _ sql: String) throws {
        try DatabaseQueue(path: scratch.path(file)).write { try $0.execute(sql: sql) }
    }

    @Test func `a store is told in the terminal: what there is, what matters, what to choose from`() throws {
        try sweep()
        let outcome = try compare()
        #expect(outcome.status == 0, "\(outcome.standardError)")
        #expect(outcome.standardError.isEmpty)
        for line in [
            "pins under a small camera\n", "all 16 runs of the plan: 8 configurations, 2 seeds each\n",
            "\nmachine.areas[0].size  8M, 16M\n", "\nWhich factor matters\n",
            "\nto choose: machine.areas[0].size, strategy; given: machine.pins\n",
            "\nBest choice of strategy\n", "\nPareto front of success against stall and memory\n",
            "\nBy strategy\n",
        ] {
            #expect(outcome.text.contains(line), "\(line)")
        }
    }

    @Test func `the figures of the JSON are those that SQL has of the store`() throws {
        try sweep()
        let json = try compare("--by", "machine.pins", "--format", "json").json()
        #expect(json["schema"] as? String == "devemu.sweep/2")
        let by = try #require(json["by"] as? [String: Any])
        let responses = try #require(by["responses"] as? [String: [String: Any]])
        for (cell, pins) in [0, 40].enumerated() {
            let condition = #"from results where "machine.pins" = \#(pins)"#
            for (name, sql) in [
                ("satisfied", "avg(run_satisfied)"), ("stall_max_ns", "avg(call_max_ns)"),
                ("pages_migrated", "avg(pages_migrated)"),
            ] {
                let mean = try #require((responses[name]?["mean"] as? [Double])?[cell])
                let wanted = try #require(try number("select \(sql) \(condition)"))
                #expect((mean - wanted).magnitude <= wanted * 1e-4, "\(name) at \(pins)")
            }
        }
        #expect(by["runs"] as? [Int] == [8, 8])
    }

    @Test func `every key of the JSON is explained in the page of schemas`() throws {
        try sweep(seeds: 1)
        let text = try DocumentationPages.article("ResultSchemas")
        var keys: Set<String> = []
        func collect(_ value: Any) {
            if let object = value as? [String: Any] {
                keys.formUnion(object.keys)
                object.values.forEach(collect)
            } else {
                (value as? [Any])?.forEach(collect)
            }
        }
        collect(try compare("--by", "strategy", "--format", "json").json())
        let responses = try Regex(
            "satisfied|buffers_share|failed_calls|busy_retries|pages_migrated|.*_bytes|.*_ns")
        let unexplained = keys.filter { !text.contains("`\($0)`") && $0.wholeMatch(of: responses) == nil }
        #expect(keys.count > 40)
        #expect(unexplained.sorted() == [])
    }

    @Test func `a table by two keys has every cell, and CSV a record for each`() throws {
        try sweep()
        let text = try compare("--by", "machine.pins", "--by", "strategy").text
        #expect(text.contains("\nBy machine.pins and strategy: satisfied\n"))
        let csv = try compare("--by", "machine.pins", "--by", "strategy", "--format", "csv").text
        let records = csv.components(separatedBy: "\r\n").dropLast()
        #expect(records.count == 5)
        #expect(records[0].hasPrefix("factor,level,factor2,level2,runs,failed_runs,satisfied,"))
        #expect(records[1].hasPrefix("machine.pins,0,strategy,normal,4,0,"))
    }

    @Test func `a store that has a part of the plan says how much, and that its shares are approximate`()
        throws
    {
        try sweep()
        try change("runs.db", "delete from planned where number > 11")
        let outcome = try compare()
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("\n11 of the plan's 16 runs: "))
        // The last machine with a seed has one of the two strategies.
        #expect(
            outcome.text.contains(
                "\ncompared on 5 machines with a seed that every strategy has; 1 left out, with 1 run\n"))
        #expect(outcome.text.contains("approximate, from the means of configurations"))
        #expect(try number("select count(*) from results") == 11)
        #expect(try number("select count(*) from compared") == 10)
        let json = try compare("--format", "json").json()
        #expect(
            json["groups"] as? [String: Int] == ["compared": 5, "left_out": 1, "runs_left_out": 1])
        let tables = try #require(json["tables"] as? [[String: Any]])
        #expect(tables.first { $0["factors"] as? [String] == ["strategy"] }?["runs"] as? [Int] == [5, 5])
    }

    @Test func `each shard of a plan compares strategies on the same machines`() throws {
        try sweep(seeds: 3)
        for shard in 1...5 {
            let store = "shard-\(shard).db"
            let run = try Devemu.run(
                ["sweep", "run", "runs.db.jsonl", "--store", store, "--shard", "\(shard)/5"],
                in: scratch.folder)
            try #require(run.status <= 1, "\(run.standardError)")
            let json = try compare("--format", "json", store: store).json()
            let groups = shard <= 2 ? 3 : 2
            #expect(
                json["groups"] as? [String: Int] == ["compared": groups, "left_out": 0, "runs_left_out": 0])
            let tables = try #require(json["tables"] as? [[String: Any]])
            let strategies = tables.first { $0["factors"] as? [String] == ["strategy"] }
            #expect(strategies?["runs"] as? [Int] == [groups, groups])
        }
    }

    @Test func `five seeds name a choice, and what is one is for the user to say`() throws {
        try sweep(seeds: 5)
        let json = try compare("--format", "json").json()
        let verdicts = try #require(json["verdicts"] as? [String: Any])
        #expect(verdicts["factors"] as? [String] == ["strategy"])
        let conditions = try #require(verdicts["conditions"] as? [[String: Any]])
        #expect(conditions.count == 4)
        #expect(conditions.allSatisfy { $0["basis"] as? String != "too_few_runs" })
        let front = try #require(json["front"] as? [String: Any])
        #expect(front["factors"] as? [String] == ["machine.areas[0].size", "strategy"])
        let turned = try compare(
            "--choose", "machine.pins", "--given", "machine.areas[0].size", "--given", "strategy", "--format",
            "json"
        ).json()
        #expect((turned["front"] as? [String: Any])?["factors"] as? [String] == ["machine.pins"])
        let page = try Devemu.run(
            "report", "runs.db", "--choose", "machine.pins", "-o", "page.html", in: scratch.folder)
        #expect(page.status == 0, "\(page.standardError)")
    }

    @Test func `a store of two plans is asked for the plan`() throws {
        try sweep(seeds: 1)
        try sweep(seeds: 1, pins: "[0, 60]", into: "others.db")
        let merge = try Devemu.run("sweep", "merge", "--into", "runs.db", "others.db", in: scratch.folder)
        try #require(merge.status == 0, "\(merge.standardError)")
        let unclear = try compare()
        #expect(unclear.status == 64)
        #expect(unclear.complaints.count == 1)
        #expect(unclear.standardError.contains("a store of 2 plans; choose one with --plan: "))
        let hash = try #require(unclear.standardError.firstMatch(of: #/--plan: ([0-9a-f]{12}) /#)?.1)
        let chosen = try compare("--plan", String(hash))
        #expect(chosen.status == 0, "\(chosen.standardError)")
        #expect(chosen.text.contains("all 8 runs of the plan"))
        let wrong = try compare("--plan", "xyz")
        #expect(wrong.status == 64)
        #expect(wrong.standardError.contains("--plan 'xyz' begins no plan of runs.db; there are "))
    }

    @Test func `what is no store with results is refused in one line with its code`() throws {
        try sweep(seeds: 1)
        let empty = try scratch.write("", to: "empty.db")
        try change("other.db", "create table t (a)")
        try scratch.run("cp", "runs.db", "blank.db")
        try change("blank.db", "delete from planned")
        for (arguments, status, words) in [
            (["compare", "other.db"], 65, "an SQLite database, but no store of devemu"),
            (["report", "other.db", "-o", "page.html"], 65, "an SQLite database, but no store of devemu"),
            (
                ["compare", "blank.db"], 65,
                "none of the plan's 8 runs is there yet; devemu sweep run makes them"
            ),
            (["report", empty, "-o", "page.html"], 65, "not a JSON object"),
            (["compare", "runs.db", "--by", "machine.pin"], 64, "did you mean machine.pins?"),
            (["compare", "runs.db", "--by", "x", "--by", "y", "--by", "z"], 64, "two keys make a table"),
            (["compare", "runs.db", "--repeat", "3"], 64, "--repeat is for runs"),
            (["compare", "runs.db", "camera.so"], 64, "give it alone"),
            (["compare", "camera.so", "--by", "machine.pins"], 64, "no input is one"),
            (["compare", "camera.so", "--choose", "machine.pins"], 64, "no input is one"),
            (["compare", "runs.db", "--choose", "machine.pin"], 64, "did you mean machine.pins?"),
            (
                ["compare", "runs.db", "--choose", "machine.pins", "--given", "machine.pins"], 64,
                "contradict each other"
            ),
        ] as [([String], Int32, String)] {
            let outcome = try Devemu.run(arguments, in: scratch.folder)
            #expect(outcome.status == status, "\(arguments)")
            #expect(outcome.standardOutput.isEmpty)
            #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
        }
        #expect(!scratch.contains("page.html"))
    }

    @Test func `a store is known by its content, and its JSON makes the same page but for the command`()
        throws
    {
        try sweep()
        try scratch.run("cp", "runs.db", "results.json")
        let fromStore = try Devemu.run("report", "results.json", "-o", "page.html", in: scratch.folder)
        #expect(fromStore.status == 0, "\(fromStore.standardError)")
        let json = try compare("--format", "json", "-o", "sweep.json")
        #expect(json.status == 0)
        let fromJSON = try Devemu.run("report", "sweep.json", "-o", "again.html", in: scratch.folder)
        #expect(fromJSON.status == 0, "\(fromJSON.standardError)")
        func page(_ name: String) throws -> String {
            String(decoding: try scratch.bytes(of: name), as: UTF8.self)
                .replacing(/"reproduce":\{[^}]*\}/, with: "").replacing(/"command":"[^"]*"/, with: "")
        }
        #expect(try page("page.html") == page("again.html"))
    }
}
