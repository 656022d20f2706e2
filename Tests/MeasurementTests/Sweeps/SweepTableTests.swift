import Testing

@testable import Measurement

@Suite struct SweepTableTests {
    /// Two values of a key under two strategies, two seeds each.
    private static let runs: [SweepRun] = [
        SweepRun([.integer(1)], strategy: "a", seed: 1, stall: 10),
        SweepRun([.integer(1)], strategy: "a", seed: 2, stall: 14),
        SweepRun([.integer(1)], strategy: "b", seed: 1, stall: 20),
        SweepRun([.integer(1)], strategy: "b", seed: 2, stall: 20),
        SweepRun([.integer(2)], strategy: "a", seed: 1, stall: 30, satisfied: false),
        SweepRun([.integer(2)], strategy: "a", seed: 2, stall: 30, satisfied: false),
        SweepRun([.integer(2)], strategy: "b", seed: 1, stall: 50),
        SweepRun([.integer(2)], strategy: "b", seed: 2, stall: 50),
    ]

    @Test func `a cell has the mean, the extremes and the number of its runs`() throws {
        let table = try #require(try SweepResult.made(Self.runs, keys: ["k"]).table("k", "strategy"))
        let stall = try #require(table.responses[.stall])
        #expect(table.runs == [2, 2, 2, 2])
        #expect(stall.mean == [12, 20, 30, 50])
        #expect(stall.min == [10, 20, 30, 50])
        #expect(stall.max == [14, 20, 30, 50])
        #expect(stall.count == [2, 2, 2, 2])
        #expect(table.responses[.satisfied]?.mean == [1, 1, 0, 1])
        #expect([table.compared, table.leftOut] == [1, 0])
    }

    @Test func `the interval of a mean is Student's over the seeds, and one seed has none`() throws {
        let table = try #require(try SweepResult.made(Self.runs, keys: ["k"]).table("k", "strategy"))
        let stall = try #require(table.responses[.stall])
        // Two values 4 apart: a standard error of 2, one degree of freedom; nothing is below zero.
        #expect(stall.high == [37.412, 20, 30, 50])
        #expect(stall.low == [0, 20, 30, 50])
        let first = Self.runs.filter { $0.seed == 1 }
        let one = try #require(try SweepResult.made(first, keys: ["k"]).table("k", "strategy"))
        #expect(try #require(one.responses[.stall]).high == [nil, nil, nil, nil])
    }

    @Test func `three of three satisfied runs are no certainty`() throws {
        let runs =
            (0..<3).flatMap { seed in
                [1, 2].map { SweepRun([.integer($0)], seed: UInt64(seed), stall: 1) }
            }
        let table = try #require(try SweepResult.made(runs, keys: ["k"]).table("k"))
        let low = try #require(table.responses[.satisfied]?.low[0])
        #expect(low > 0.4 && low < 0.5)
    }

    @Test func `a table of one strategy has its runs alone, and all of them the sum`() throws {
        let runs = Self.runs.map { run in
            SweepRun(
                values: run.values + [.integer(run.values == [.integer(1)] ? 7 : 8)], strategy: run.strategy,
                seed: run.seed, outcome: run.outcome, responses: run.responses)
        }
        let result = try SweepResult.made(runs, keys: ["k", "l"])
        let (a, b) = (
            try #require(result.table("k", "l", strategy: "a")),
            try #require(result.table("k", "l", strategy: "b"))
        )
        #expect(a.runs == [2, 0, 0, 2])
        #expect(zip(a.runs, b.runs).map { $0 + $1 } == result.table("k", "l")?.runs)
    }

    @Test func `runs that ended badly are counted, satisfied nobody and have no other figure`() throws {
        let crashed = [
            SweepRun([.integer(1)], strategy: "a", seed: 3, stall: 1_000_000, outcome: "crashed"),
            SweepRun([.integer(1)], strategy: "b", seed: 3, stall: 20),
            SweepRun([.integer(2)], strategy: "a", seed: 3, stall: 30, satisfied: false),
            SweepRun([.integer(2)], strategy: "b", seed: 3, stall: 50),
        ]
        let lost = SweepRun([.integer(3)], strategy: "a", seed: 1, stall: 1_000_000, outcome: "lost")
        let result = try SweepResult.made(Self.runs + crashed + [lost], keys: ["k"])
        #expect(
            result.endings == [
                SweepEnding(name: "crashed", runs: 1, isLeftOut: false),
                SweepEnding(name: "lost", runs: 1, isLeftOut: true),
            ])
        #expect(result.runs == 13)
        #expect(result.factors[0].levels.map(\.name) == ["1", "2"])
        let table = try #require(result.table("k"))
        #expect(table.failed == [1, 0])
        #expect(table.responses[.stall]?.max == [20, 50])
        #expect(table.responses[.satisfied]?.mean == [0.83333, 0.5])
    }

    @Test func `a result whose parts do not fit together is told from one that was made`() throws {
        let whole = try SweepResult.made(Self.runs, keys: ["k"], by: ["k"])
        #expect(whole.complaint == nil)
        var cut = whole
        cut.tables[0].failed.removeLast()
        #expect(cut.complaint == "the table by k has not 2 cells")
        var renamed = whole
        renamed.by?.factors = ["l"]
        #expect(renamed.complaint == "a table is by l, which are no factors of it")
        var short = whole
        short.front.choices[0].option.values.removeLast()
        #expect(short.complaint == "an option of its front has not one value for each factor")
        var single = whole
        single.factors[0].levels.removeLast()
        #expect(single.complaint == "its factor k has fewer than two levels")
    }

    @Test func `a number is kept with five digits`() {
        let numbers: [Double] = [0, 1, 0.1234567, 123_456_789, 2e-7, 99_999.7]
        #expect(numbers.map(\.shortened) == [0, 1, 0.12346, 123_460_000, 2e-7, 100_000])
    }

    @Test func `a sweep of very many cells keeps so many that a page can hold them`() throws {
        let runs = (0..<40_000).map { index -> SweepRun in
            let levels: [Int] = [index % 30, index / 30 % 30, index / 900 % 30, index % 7]
            return SweepRun(
                levels.map { TableValue.integer(Int64($0)) }, strategy: "s\(index % 11)", stall: Double(index)
            )
        }
        let result = try SweepResult.made(runs, keys: ["a", "b", "c", "d"])
        #expect(result.tables.filter { $0.factors.count == 2 }.reduce(0) { $0 + $1.runs.count } <= 4000)
        #expect(result.tables.filter { $0.factors.count == 1 }.count == 5)
        #expect(result.front.points.stall.count <= 2000)
        #expect(result.complaint == nil)
    }
}
