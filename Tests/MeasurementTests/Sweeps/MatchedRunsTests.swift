import Testing

@testable import Measurement

/// Levels are compared on the same of everything else.
@Suite struct MatchedRunsTests {
    /// Runs of a part of a grid: each is there with a probability of some tenths.
    private func part(seed: Int, tenths: Int) -> [SweepRun] {
        var draws = SeededDraws(state: UInt64(seed))
        var runs: [SweepRun] = []
        for a in 0..<3 {
            for b in 0..<3 {
                for strategy in ["s", "t", nil] {
                    for seed in 1...3 where draws.below(10) < tenths {
                        runs.append(
                            SweepRun(
                                [.integer(Int64(a)), .text("b\(b)")], strategy: strategy, seed: UInt64(seed),
                                stall: Double(draws.below(1000)),
                                outcome: draws.below(9) > 0 ? "ok" : "timed-out"))
                    }
                }
            }
        }
        return runs
    }

    private func isSame(_ one: SweepRun, _ other: SweepRun) -> Bool {
        one.values == other.values && one.seed == other.seed
    }

    @Test(arguments: 1...60, [9, 7, 4])
    func `strategies are compared on the machines and seeds that each has, and nothing else counts`(
        seed: Int, tenths: Int
    ) throws {
        let runs = part(seed: seed, tenths: tenths)
        let conclusive = runs.filter { $0.outcome == "ok" }
        let strategies = Set(conclusive.map(\.strategy))
        // The definition, run against run.
        let complete = conclusive.filter { run in
            strategies.allSatisfy { strategy in
                conclusive.contains { $0.strategy == strategy && isSame($0, run) }
            }
        }
        let result = try SweepResult.made(runs, keys: ["a", "b"])
        #expect(result.groups.compared == complete.count / max(strategies.count, 1))
        guard !complete.isEmpty else {
            #expect(result.groups.runsLeftOut == 0)
            return
        }
        #expect(result.groups.runsLeftOut == conclusive.count - complete.count)
        guard let table = result.table("strategy") else { return }
        let names = result.factors.last?.levels.map(\.name) ?? []
        for (name, mean) in zip(names, table.responses[.stall]?.mean ?? []) {
            let stalls = complete.filter { ($0.strategy ?? "as-asked") == name }
                .compactMap { $0.responses[SweepResponse.stall.place] }
            #expect(table.runs.allSatisfy { $0 == result.groups.compared })
            #expect(((mean ?? .nan) - stalls.reduce(0, +) / Double(stalls.count)).magnitude < 0.1)
        }
    }

    @Test(arguments: 1...60)
    func `levels of a key are compared on the same of everything else, with as many seeds of each`(
        seed: Int
    ) throws {
        let result = try SweepResult.made(part(seed: seed, tenths: 9), keys: ["a", "b"])
        guard let table = result.table("a"), table.compared > 0 else { return }
        #expect(Set(table.runs).count == 1)
        // Each combination of b and strategy has one to three seeds.
        #expect(table.runs[0] >= table.compared && table.runs[0] <= 3 * table.compared)
        let pair = try #require(result.table("a", "b"))
        if pair.compared > 0 { #expect(Set(pair.runs.filter { $0 > 0 }).count == 1) }
    }

    @Test func `where no combination has every level that is said, and all runs count`() throws {
        let runs = (0..<4).flatMap { index in
            ["s", "t"].map {
                SweepRun(
                    [.integer(Int64(index)), .integer(Int64(index * 7 % 4))], strategy: $0, seed: 1,
                    stall: Double(index))
            }
        }
        let result = try SweepResult.made(runs, keys: ["a", "b"])
        let table = try #require(result.table("a"))
        #expect([table.compared, table.leftOut] == [0, 8])
        #expect(table.runs == [2, 2, 2, 2])
        // Strategies were run on all of them.
        let strategies = try #require(result.table("strategy"))
        #expect([strategies.compared, strategies.leftOut] == [4, 0])
    }

    @Test func `strategies on different sizes are not compared, as a shard of the grid's order had them`()
        throws
    {
        let runs = [("normal", 16), ("range-tracking", 64)].flatMap { strategy, size -> [SweepRun] in
            (1...5).map { seed in
                SweepRun(
                    [.integer(Int64(size << 20))], strategy: strategy, seed: UInt64(seed), stall: 1,
                    satisfied: size == 64 || seed > 1)
            }
        }
        let result = try SweepResult.made(runs, keys: ["machine.areas[0].size"])
        #expect(result.groups == SweepGroups(compared: 0, leftOut: 10, runsLeftOut: 0))
        #expect(result.table("strategy")?.compared == 0)
        #expect(result.table("strategy")?.leftOut == 2)
        #expect(result.verdicts.overall.allSatisfy { $0.winner == nil })
    }
}
