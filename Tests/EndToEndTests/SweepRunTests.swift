import Foundation
import TestSupport
import Testing

/// `devemu sweep run` and `sweep shard`: nothing lost, nothing run for nothing.
@Suite struct SweepRunTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let machine = """
        machine: {memory: 16M, areas: [{name: cma, size: 4M}], pins: 20}
        devices: [{name: cam, plugin: camera.so, params: {width: 320, height: 240}}]

        """

    /// Plans runs of a small camera; their number is 4 times that of the seeds.
    private func plan(seeds: Int, scene: String = machine) throws -> String {
        try scratch.write("summary: a small camera\n" + scene, to: "scene.yaml")
        try scratch.write(
            """
            summary: a small camera
            scene: scene.yaml
            strategies: [normal, fail-fast]
            seeds: \(seeds)
            vary:
              machine.pins: [0, 40]
            """, to: "grid.yaml")
        let outcome = try Devemu.run("sweep", "plan", "grid.yaml", "-o", "plan.jsonl", in: scratch.folder)
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return scratch.path("plan.jsonl")
    }

    private func sweep(_ more: String..., store: String = "runs.db") throws -> Devemu.Outcome {
        try Devemu.run(
            ["sweep", "run", "plan.jsonl", "--store", store, "--jobs", "2"] + more, in: scratch.folder)
    }

    /// Everything that a store has, but who made it.
    private func content(of store: String) throws -> String {
        let tables = ["results", "call_histograms", "areas", "area_samples"]
        return try tables.map { table in
            let outcome = try Devemu.run(
                "sweep", "export", "--store", store, "--table", table, "--format", "csv", in: scratch.folder)
            try #require(outcome.status == 0, "\(outcome.standardError)")
            return outcome.text
        }.joined()
    }

    /// Thrown, not recorded: some tests ask until the store is made.
    private struct QueryFailure: Error, CustomStringConvertible { let description: String }

    private func count(_ sql: String, in store: String = "runs.db") throws -> String {
        let outcome = try Devemu.run(
            "sweep", "query", "--store", store, "--format", "csv", sql, in: scratch.folder)
        guard outcome.status == 0 else { throw QueryFailure(description: outcome.standardError) }
        return outcome.text.split(whereSeparator: \.isNewline).dropFirst().joined()
    }

    @Test func `what is in the store is not run again`() throws {
        _ = try plan(seeds: 3)
        let first = try sweep()
        #expect(first.status == 0, "\(first.standardError)")
        #expect(
            first.text
                == "12 runs planned, 0 in the store before, 12 made\nof these 12 satisfied, 0 not, 0 ended badly\n"
        )
        let second = try sweep()
        #expect(second.status == 0)
        #expect(second.text == "12 runs planned, 12 in the store before, 0 made\n")
        #expect(try count("select count(*) from runs") == "12")
    }

    @Test func `a sweep has the results of the runs that it is made of`() throws {
        _ = try plan(seeds: 2)
        _ = try sweep()
        let run = try Devemu.run(
            "run", "scene.yaml", "--seed", "2", "--pins", "40", "--strategy", "fail-fast", "--format", "json",
            in: scratch.folder)
        let device = try #require((try run.json()["devices"] as? [[String: Any]])?.first)
        let calls = try #require(device["calls"] as? Int)
        let gathering = try #require(device["gathering_ns"] as? Int)
        let query = """
            select d.calls, d.gathering_ns from runs r join devices d on d.run = r.id \
            join planned p on p.run = r.id \
            where r.seed = 2 and r.strategy = 'fail-fast' and json_extract(p."values", '$."machine.pins"') = 40
            """
        #expect(try count(query) == "\(calls),\(gathering)")
    }

    @Test func `a sweep that is killed again and again ends with the store of an undisturbed one`() throws {
        _ = try plan(seeds: 500)
        let undisturbed = try sweep(store: "whole.db")
        try #require(undisturbed.status == 0, "\(undisturbed.standardError)")
        var generator = SystemRandomNumberGenerator()
        var kills = 0
        while kills < 20 {
            let process = try Devemu.start(
                [Devemu.binary, "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "2"],
                in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
            // Whenever it comes, what is left at the end is the same.
            usleep(UInt32.random(in: 20_000...600_000, using: &generator))
            kill(process, SIGKILL)
            guard try Devemu.wait(for: process) == -SIGKILL else { break }
            kills += 1
        }
        let last = try sweep()
        #expect(last.status == 0, "\(last.standardError)")
        #expect(try count("select count(*) from in_flight") == "0")
        #expect(try content(of: "runs.db") == content(of: "whole.db"))
        #expect(try count("select count(*) from runs") == "2000")
    }

    @Test func `runs that were lost are told`() throws {
        _ = try plan(seeds: 200)
        let process = try Devemu.start(
            [Devemu.binary, "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "2"],
            in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        try #require(eventually { ((try? count("select count(*) from runs")).flatMap { Int($0) } ?? 0) > 0 })
        kill(process, SIGKILL)
        try #require(try Devemu.wait(for: process) == -SIGKILL)
        let lost = try count("select count(*) from in_flight")
        let outcome = try sweep("--shard", "1/1")
        #expect(outcome.complaints.count { $0.contains(" was lost with process ") } == Int(lost))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal ends a sweep between runs, and the same command goes on`(signal: Int32) throws {
        _ = try plan(seeds: 300)
        let process = try Devemu.start(
            [Devemu.binary, "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "2"],
            in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        try #require(eventually { ((try? count("select count(*) from runs")).flatMap { Int($0) } ?? 0) > 0 })
        kill(process, signal)
        let status = try Devemu.wait(for: process)
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(status == 75, "\(said)")
        #expect(
            said.hasPrefix("devemu: interrupted: ") && said.hasSuffix(" left; the same command goes on\n"))
        #expect(try count("select count(*) from in_flight") == "0")
    }

    @Test func `a run whose process somebody kills is made again`() throws {
        _ = try plan(seeds: 200)
        let process = try Devemu.start(
            [Devemu.binary, "sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "2"],
            in: scratch.folder, environment: [:], output: scratch.path("out"), error: scratch.path("err"))
        // As the kernel does it to whoever takes the last memory.
        let killed = eventually {
            let children = "/proc/\(process)/task/\(process)/children"
            guard let text = try? String(contentsOfFile: children, encoding: .utf8),
                // The first child is the zygote.
                let worker = text.split(separator: " ").dropFirst().last.flatMap({ pid_t($0) })
            else { return false }
            return kill(worker, SIGKILL) == 0
                && ((try? String(contentsOfFile: scratch.path("err"), encoding: .utf8)) ?? "").contains(
                    " was lost: ")
        }
        #expect(killed)
        let status = try Devemu.wait(for: process)
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(status == 0, "\(said)")
        #expect(said.contains("; it is made again\n"))
        #expect(try count("select count(*) from runs where outcome = 'ok'") == "800")
    }

    @Test func `a plugin that crashes is a result, and the others go on`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        _ = try plan(
            seeds: 1,
            scene: """
                machine: {memory: 16M, areas: [{name: cma, size: 4M}]}
                devices: [{name: bad, plugin: \(plugin)}]

                """)
        let outcome = try sweep()
        #expect(outcome.status == 2)
        #expect(outcome.text.contains("4 ended badly"))
        #expect(try count("select count(*) from runs where outcome = 'crashed'") == "4")
    }

    @Test func `a plan that was changed by hand is refused with its line`() throws {
        let path = try plan(seeds: 2)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n")
        let changed = try #require(lines.firstIndex { $0.contains("\"seed\":2") })
        try scratch.write(text.replacingOccurrences(of: "\"seed\":2", with: "\"seed\":3"), to: "plan.jsonl")
        let outcome = try sweep()
        #expect(outcome.status == 65)
        #expect(
            outcome.standardError.hasPrefix("devemu: plan.jsonl:\(changed + 1): "), "\(outcome.standardError)"
        )
    }

    @Test func `a shard has every strategy of each of its machines and seeds`() throws {
        _ = try plan(seeds: 6)
        for shard in 1...5 {
            let store = "shard-\(shard).db"
            let outcome = try sweep("--shard", "\(shard)/5", store: store)
            #expect(outcome.status == 0, "\(outcome.standardError)")
            // 12 machines with a seed, dealt out to five.
            let groups = shard <= 2 ? 3 : 2
            #expect(outcome.text.hasPrefix("\(2 * groups) runs planned, "))
            let pairs = """
                select count(*) from (select 1 from results group by "machine.pins", seed \
                having count(distinct strategy) = 2)
                """
            #expect(try count(pairs, in: store) == "\(groups)")
        }
    }

    @Test func `a part is published once, and a second copy of the task finds it there`() throws {
        _ = try plan(seeds: 2)
        func shard(_ job: String) throws -> Devemu.Outcome {
            try Devemu.run(
                "sweep", "shard", "plan.jsonl", "--results", ".", "--shard", "2/3", in: scratch.folder,
                environment: ["SLURM_JOB_ID": job])
        }
        let first = try shard("7")
        #expect(first.status == 0, "\(first.standardError)")
        #expect(first.text.hasSuffix("./shard-00002-of-00003.db: published\n"))
        let second = try shard("8")
        #expect(second.status == 0)
        #expect(second.text == "./shard-00002-of-00003.db: was published before\n")
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(files.filter { $0.hasPrefix("shard") } == ["shard-00002-of-00003.db"])
    }

    @Test func `a part goes on with what a lost copy of its task has left, and tidies up`() throws {
        _ = try plan(seeds: 4)
        let left = "shard-00002-of-00003.part-6-0.db"
        #expect(try sweep("--shard", "2/6", store: left).text.contains(", 4 made\n"))
        let outcome = try Devemu.run(
            "sweep", "shard", "plan.jsonl", "--results", ".", "--shard", "2/3", in: scratch.folder)
        #expect(outcome.status == 0, "\(outcome.standardError)")
        #expect(outcome.text.hasPrefix("shard 2/3: 6 runs, 2 made\n"))
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(files.filter { $0.hasPrefix("shard") } == ["shard-00002-of-00003.db"])
    }

    @Test func `other results of a part that was published meanwhile are an error, and both stay`() throws {
        _ = try plan(seeds: 100)
        let part = "shard-00001-of-00001.part-9-0.db"
        let process = try Devemu.start(
            [Devemu.binary, "sweep", "shard", "plan.jsonl", "--results", ".", "--shard", "1/1"],
            in: scratch.folder, environment: ["SLURM_JOB_ID": "9"], output: scratch.path("out"),
            error: scratch.path("err"))
        try #require(
            eventually { ((try? count("select count(*) from runs", in: part)).flatMap { Int($0) } ?? 0) > 0 })
        kill(process, SIGSTOP)
        #expect(try sweep("--shard", "1/100", store: "shard-00001-of-00001.db").status == 0)
        kill(process, SIGCONT)
        #expect(try Devemu.wait(for: process) == 65)
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(
            said.contains(
                "somebody else published other results of the same runs; mine are kept in ./\(part)"))
        #expect(try count("select count(*) from runs", in: part) == "400")
        #expect(try count("select count(*) from runs", in: "shard-00001-of-00001.db") == "4")
    }

    /// Runs a script where it may mount what nobody else sees.
    private static func mounting(_ script: String, in scratch: Scratch) throws -> Int32 {
        let process = try Devemu.start(
            ["unshare", "-rm", "sh", "-c", script], in: scratch.folder, environment: [:],
            output: scratch.path("out"), error: scratch.path("err"))
        return try Devemu.wait(for: process)
    }

    private static func canMount() -> Bool {
        (try? mounting("mount -t tmpfs none /mnt", in: Scratch())) == 0
    }

    @Test(.enabled(if: canMount(), "no file systems of one's own here"))
    func `a full disk keeps what was recorded, and the same command goes on`() throws {
        _ = try plan(seeds: 100)
        let script = """
            mount -t tmpfs -o size=300k none /mnt
            devemu() { "\(Devemu.binary)" "$@"; }
            devemu sweep run plan.jsonl --store /mnt/runs.db; echo $?
            devemu sweep query --store /mnt/runs.db --format csv 'select count(*) > 0, count(*) < 400 from runs'
            mount -o remount,size=10m /mnt
            devemu sweep run plan.jsonl --store /mnt/runs.db; echo $?
            devemu sweep query --store /mnt/runs.db --format csv 'select count(*) from runs'
            """
        #expect(try Self.mounting(script, in: scratch) == 0)
        let lines = String(decoding: try scratch.bytes(of: "out"), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        let said = String(decoding: try scratch.bytes(of: "err"), as: UTF8.self)
        #expect(lines.first == "74", "\(said)")
        #expect(lines.dropFirst(2).first == "1,1")
        #expect(lines.suffix(3) == ["0", "count(*)", "400"])
        #expect(
            said.hasPrefix(
                "devemu: /mnt/runs.db: no room left on the disk; what was recorded before is kept\n"))
    }
}
