import Testing

@testable import Measurement

@Suite struct SweepEffectsTests {
    /// Runs of every combination, each value as often as it is in the list of its cell.
    private func runs(_ cells: [[[Double]]]) -> [SweepRun] {
        cells.enumerated().flatMap { row, columns in
            columns.enumerated().flatMap { column, values in
                values.map { SweepRun([.integer(Int64(row)), .integer(Int64(column))], stall: $0) }
            }
        }
    }

    private func isNear(_ left: Double?, _ right: Double) -> Bool {
        left.map { ($0 - right).magnitude < 1e-9 } ?? false
    }

    @Test func `two by two cells have the shares that a hand comes to`() throws {
        // Means 10, 14, 20, 28: rows 12 and 24, columns 15 and 21, mean 18. The variance between cells is
        // 36 for the rows, 9 for the columns and 1 for both together; within them it is 1.
        let result = try SweepResult.made(
            runs([[[9, 11], [13, 15]], [[19, 21], [27, 29]]]), keys: ["a", "b"])
        #expect(isNear(result.share("a"), 36.0 / 47))
        #expect(isNear(result.share("b"), 9.0 / 47))
        #expect(isNear(result.share("a", "b"), 1.0 / 47))
        let effects = try #require(result.effects(of: .stall))
        #expect(isNear(effects.seeds, 1.0 / 47))
        #expect(isNear(effects.mean, 18))
        #expect(effects.isBalanced)
        #expect(effects.rest == nil)
    }

    @Test func `two by three cells have the shares that a hand comes to`() throws {
        // Rows 2 and 6, columns 1, 4 and 7, mean 4; every cell is 2 from its column's mean.
        let result = try SweepResult.made(runs([[[-1], [2], [5]], [[3], [6], [9]]]), keys: ["a", "b"])
        #expect(isNear(result.share("a"), 4.0 / 10))
        #expect(isNear(result.share("b"), 6.0 / 10))
        #expect(isNear(result.share("a", "b"), 0))
        #expect(try #require(result.effects(of: .stall)).seeds == nil)
    }

    @Test(arguments: 1...20)
    func `shares of balanced runs add up to one`(seed: Int) throws {
        var draws = SeededDraws(state: UInt64(seed))
        let counts = (0..<3).map { _ in 2 + draws.below(3) }
        var runs: [SweepRun] = []
        for a in 0..<counts[0] {
            for b in 0..<counts[1] {
                for strategy in 0..<counts[2] {
                    for _ in 0..<3 {
                        runs.append(
                            SweepRun(
                                [.integer(Int64(a)), .text("b\(b)")], strategy: "s\(strategy)",
                                stall: Double(draws.below(1000)), satisfied: draws.below(3) > 0))
                    }
                }
            }
        }
        let result = try SweepResult.made(runs, keys: ["a", "b"])
        for response in [SweepResponse.stall, .satisfied] {
            let effects = try #require(result.effects(of: response))
            #expect(effects.isBalanced)
            let sum =
                effects.effects.reduce(0) { $0 + ($1.share ?? .nan) } + (effects.seeds ?? .nan)
                + (effects.rest ?? .nan)
            #expect(isNear(sum, 1), "\(response): \(sum)")
        }
    }

    @Test(arguments: 1...10)
    func `the order of runs changes nothing`(seed: Int) throws {
        var draws = SeededDraws(state: UInt64(seed))
        let runs = (0..<200).map { seed in
            SweepRun(
                [.integer(Int64(draws.below(4))), .real(0.5 + Double(draws.below(3)))], seed: UInt64(seed),
                stall: Double(draws.below(1_000_000)) / 7, satisfied: draws.below(2) > 0,
                outcome: draws.below(10) > 0 ? "ok" : "crashed")
        }
        let once = try SweepResult.made(runs, keys: ["a", "b"], by: ["b", "a"])
        #expect(try SweepResult.made(draws.shuffled(runs), keys: ["a", "b"], by: ["b", "a"]) == once)
    }

    @Test func `a missing combination is told, and a pair of few machines has no share`() throws {
        let result = try SweepResult.made(runs([[[1], [2]], [[3], []]]), keys: ["a", "b"])
        let effects = try #require(result.effects(of: .stall))
        #expect(!effects.isBalanced)
        #expect(effects.rest == nil)
        #expect(result.share("a") != nil)
        #expect(result.share("a", "b") == nil)
    }

    @Test func `what is always the same depends on nothing`() throws {
        let result = try SweepResult.made(
            runs([[[5, 5], [5, 5]], [[5, 5], [5, 5]]]), keys: ["a", "b"])
        let effects = try #require(result.effects(of: .stall))
        #expect(effects.deviation == 0)
        #expect(effects.effects.allSatisfy { $0.share == nil })
        #expect(effects.seeds == nil)
    }
}
