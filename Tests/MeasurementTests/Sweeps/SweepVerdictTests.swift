import Testing

@testable import Measurement

@Suite struct SweepVerdictTests {
    private static let size = "machine.areas[0].size"

    /// Runs on machines with so many pins, two sizes and five seeds, as `make` has them.
    private func runs(
        seeds: Int = 5, _ make: (_ pins: Int, _ size: Int, _ strategy: String, _ seed: UInt64) -> SweepRun
    ) -> [SweepRun] {
        [0, 300].flatMap { pins in
            [16, 64].flatMap { size in
                ["normal", "fail-fast", "pool"].flatMap { strategy in
                    (1...seeds).map { make(pins, size, strategy, UInt64($0)) }
                }
            }
        }
    }

    private func run(
        _ pins: Int, _ size: Int, _ strategy: String, _ seed: UInt64, stall: Double, satisfied: Bool = true,
        buffers: Double = 1, reserved: Double = 0
    ) -> SweepRun {
        SweepRun(
            [.integer(Int64(pins)), .integer(Int64(size << 20))], strategy: strategy, seed: seed,
            stall: stall + Double(seed), satisfied: satisfied, buffers: buffers, reserved: reserved)
    }

    private func result(_ runs: [SweepRun], roles: FactorRoles = FactorRoles()) throws -> SweepResult {
        try .made(runs, keys: ["machine.pins", Self.size], roles: roles)
    }

    @Test func `choices are strategies and sizes, machines are given, and the front is over choices`() throws
    {
        let result = try result(
            runs {
                run($0, $1, $2, $3, stall: ($2 == "normal" ? 100 : 50) + Double($0), satisfied: $2 != "pool")
            })
        #expect(result.factors.map(\.role) == [.condition, .choice, .choice])
        #expect(result.front.factors == [Self.size, "strategy"])
        #expect(result.front.compared == 2)
        #expect(result.front.options == 6)
        // A larger area changes nothing here; pool is never satisfied.
        #expect(result.front.choices.map(\.option.values) == [["16M", "fail-fast"]])
        #expect(result.front.choices[0].memory == 16 * 1_048_576)
        // Over machines with and without pins: 50 and 350, and 3 for the mean of the seeds.
        #expect(result.front.choices[0].option.stall == 203)
    }

    @Test func `memory is a cost of the front: a larger area and a pool have to be worth it`() throws {
        let result = try result(
            runs { pins, size, strategy, seed in
                run(
                    pins, size, strategy, seed, stall: strategy == "pool" ? 1 : size == 64 ? 50 : 100,
                    reserved: strategy == "pool" ? 2 * 1_048_576 : 0)
            })
        let front = result.front.choices.map {
            "\($0.option.values.joined(separator: " ")) \(Int($0.memory) >> 20)"
        }
        #expect(front == ["16M pool 18", "16M normal 16", "16M fail-fast 16"])
    }

    @Test func `the best choice is named on each machine and over all, at each size, with its intervals`()
        throws
    {
        let result = try result(
            runs {
                run(
                    $0, $1, $2, $3, stall: $0 == 0 ? ($2 == "normal" ? 50 : 100) : ($2 == "normal" ? 150 : 20)
                )
            })
        #expect(result.verdicts.factors == ["strategy"])
        #expect(
            result.verdicts.overall.map(\.terms)
                == ["16M", "64M"].map { [.init(factor: Self.size, level: $0)] })
        #expect(result.verdicts.conditions.count == 4)
        let quiet = try #require(result.verdicts.conditions.first)
        #expect(quiet.terms.map(\.level) == ["0", "16M"])
        #expect(quiet.basis == .faster)
        #expect(quiet.winner?.values == ["normal"])
        #expect(quiet.winner?.satisfied == 1)
        // Student's over five seeds from 51 to 55: 2.776 times 1.5811 by the root of 5.
        #expect(quiet.winner?.stallLow == 51.037)
        #expect(quiet.winner?.stallHigh == 54.963)
        #expect(result.verdicts.conditions[3].basis == .inseparable)
        #expect(result.verdicts.conditions[3].best.map(\.values) == [["fail-fast"], ["pool"]])
        // Over both: 203 against 123 on average.
        #expect(result.verdicts.overall[0].best.map(\.values) == [["fail-fast"], ["pool"]])
    }

    @Test func `four seeds name none, however clear`() throws {
        let result = try result(runs(seeds: 4) { run($0, $1, $2, $3, stall: $2 == "normal" ? 1000 : 1) })
        #expect(result.verdicts.overall.allSatisfy { $0.basis == .tooFewRuns && $0.winner == nil })
        #expect(result.verdicts.conditions.allSatisfy { $0.winner == nil })
    }

    @Test func `what holds memory or has fewer buffers is not ranked`() throws {
        let result = try result(
            runs { pins, size, strategy, seed in
                run(
                    pins, size, strategy, seed,
                    stall: strategy == "pool" ? 1 : strategy == "normal" ? 90 : 10,
                    buffers: strategy == "fail-fast" ? 0.5 : 1, reserved: strategy == "pool" ? 4096 : 0)
            })
        let verdict = try #require(result.verdicts.overall.first)
        #expect(verdict.winner == nil)
        #expect(verdict.basis == .unequalTerms)
        #expect(verdict.reserved.map(\.values) == [["pool"]])
        #expect(verdict.withFewerBuffers.map(\.values) == [["fail-fast"]])
    }

    @Test func `short calls of one that is satisfied less often win nothing`() throws {
        let result = try result(
            runs {
                run(
                    $0, $1, $2, $3, stall: $2 == "normal" ? 90 : $2 == "pool" ? 200 : 10,
                    satisfied: $2 != "fail-fast" || $3 > 1)
            })
        // 4 of 5 seeds are too few to be ruled out, and its calls are no lower bound.
        let condition = try #require(result.verdicts.conditions.first)
        #expect(condition.basis == .inseparable)
        #expect(condition.best.map(\.values) == [["normal"], ["fail-fast"]])
    }

    @Test func `none is named where none is satisfied in half of the runs`() throws {
        let result = try result(runs { run($0, $1, $2, $3, stall: 1, satisfied: $3 == 1) })
        #expect(result.verdicts.overall.allSatisfy { $0.basis == .neverSatisfied })
    }

    @Test func `a user says what is a choice and what is given`() throws {
        let runs = runs { run($0, $1, $2, $3, stall: Double($0 + $1)) }
        let turned = try result(runs, roles: FactorRoles(chosen: ["machine.pins"], given: [Self.size]))
        #expect(turned.factors.map(\.role) == [.choice, .condition, .choice])
        #expect(turned.front.factors == ["machine.pins", "strategy"])
        #expect(turned.verdicts.factors == ["machine.pins", "strategy"])
        #expect(throws: SweepFactorError.self) {
            try result(runs, roles: FactorRoles(chosen: ["machine.pin"]))
        }
        let none = try SweepResult.made(
            runs.filter { $0.strategy == "normal" }, keys: ["machine.pins", "x"],
            roles: FactorRoles(given: ["x"]))
        #expect(none.front.factors.isEmpty)
        #expect(none.verdicts.overall.isEmpty)
    }

    @Test(arguments: [
        ("strategy", true), ("machine.areas[0].size", true), ("machine.areas[1].base", true),
        ("camera.strategy", true), ("devices[2].area", true), ("camera.plugin", true),
        ("machine.pins", false), ("machine.fill", false), ("machine.memory", false), ("machine.costs", false),
        ("machine.mutex", false), ("background.writers", false), ("background.disk", false),
        ("camera.params.strategy", false), ("camera.buffers", false), ("events[0].t", false),
        ("duration", false),
        ("machine.strategy", false), ("machine.areas", false),
    ])
    func `of the keys of scenes these are choices`(key: String, isChoice: Bool) {
        #expect(FactorRoles().role(of: key) == (isChoice ? .choice : .condition))
    }
}
