import Foundation
import Measurement
import Testing
import TextSupport

@testable import Reporting

@Suite struct SweepResultTextTests {
    /// Runs of two values of a key under two strategies, two seeds each; the second value satisfies nobody.
    static func result(
        _ more: [SweepRun] = [], planned: Int = 8, by: [String] = [], key: String = "machine.pins"
    ) throws -> SweepResult {
        let runs = [0, 40].flatMap { pins in
            ["normal", "fail-fast"].flatMap { strategy in
                [1, 3].map { run(pins, strategy, seed: $0, stall: Double($0 + UInt64(pins)) * 1e6) }
            }
        }
        return try SweepResult(
            .init(hash: "abcdef0123456789", summary: "a sample", version: "devemu 0.1.0", runs: planned),
            runs: runs + more, keys: [key], by: by)
    }

    static func run(
        _ pins: Int, _ strategy: String, seed: UInt64, stall: Double, outcome: String = "ok"
    ) -> SweepRun {
        SweepRun(
            values: [.integer(Int64(pins))], strategy: strategy, seed: seed, outcome: outcome,
            responses: SweepResponse.allCases.map { response in
                switch response {
                case .satisfied: pins == 0 ? 1 : 0
                case .stall: stall
                default: nil
                }
            })
    }

    private func text(_ result: SweepResult) -> String {
        SweepResultText(result, style: TextStyle(isColored: false), columns: 120).render()
    }

    @Test func `what matters comes in the order of its share`() throws {
        let lines = text(try Self.result()).split(separator: "\n")
        let head = try #require(lines.firstIndex { $0.hasPrefix("share of the variance") })
        #expect(lines[head + 2].hasPrefix("machine.pins"))
        #expect(lines[head + 2].contains("100 %"))
        #expect(lines[head + 3].hasPrefix("strategy"))
        #expect(lines[head + 4].hasPrefix("the seed"))
    }

    @Test func `runs that ended badly or are missing are told`() throws {
        let text = text(
            try Self.result(
                [
                    Self.run(0, "normal", seed: 5, stall: 0, outcome: "crashed"),
                    Self.run(0, "fail-fast", seed: 5, stall: 0),
                    Self.run(0, "normal", seed: 7, stall: 0, outcome: "timed-out"),
                    Self.run(0, "fail-fast", seed: 7, stall: 0),
                ], planned: 20))
        #expect(
            text.contains(
                "\ncompared on 5 machines with a seed that every strategy has; 1 left out, with 1 run\n"))
        #expect(text.contains("\n12 of the plan's 20 runs: 4 configurations, 2 to 3 seeds each\n"))
        #expect(text.contains("\nended badly: 1 crashed; not satisfied, and without any other figure\n"))
        #expect(
            text.contains("\nleft out: 1 timed-out, which says something about the machine that ran them\n"))
    }

    @Test func `a table by two keys has the levels of the second beside each other`() throws {
        let text = text(try Self.result(by: ["machine.pins", "strategy"]))
        #expect(text.contains("\nBy machine.pins and strategy: longest call\n"))
        #expect(text.contains("\n40  42.0 ms    42.0 ms\n"))
    }

    @Test func `what can be chosen is said, and why no best choice is named`() throws {
        let text = text(try Self.result())
        #expect(text.contains("\nto choose: strategy; given: machine.pins\n"))
        #expect(
            text.contains(
                "\nBest choice of strategy\nnone is named: a machine needs 5 seeds for that, and has 2 at most\n"
            ))
        #expect(text.contains("\nPareto front of success against stall\n"))
    }

    @Test func `the best choice is named over all machines and on each`() throws {
        let runs = [0, 40].flatMap { pins in
            ["normal", "fail-fast"].flatMap { strategy in
                (1...6).map { seed -> SweepRun in
                    let stall = (strategy == "normal" ? 9.0 : 5.0) + Double(seed) / 100
                    return Self.run(pins, strategy, seed: UInt64(seed), stall: stall * 1e6)
                }
            }
        }
        let result = try SweepResult(
            .init(hash: "ab", summary: "s", version: "v", runs: 24), runs: runs, keys: ["machine.pins"])
        let lines = text(result).split(separator: "\n", omittingEmptySubsequences: false)
        let title = try #require(lines.firstIndex(of: "Best choice of strategy"))
        #expect(
            lines[title + 1] == "overall: fail-fast: 50.0 % [25..75] of 12 runs, 5.04 ms [5.02..5.05]")
        #expect(lines[title + 2].hasPrefix("machine.pins  best"))
        #expect(lines[title + 4].hasPrefix("0             fail-fast: 100 % [61..100] of 6 runs, 5.04 ms ["))
        #expect(lines[title + 5] == "40            none is satisfied in half of the runs")
        #expect(lines.allSatisfy { $0.count <= 120 })
    }

    @Test func `control characters of a key do not reach the terminal`() throws {
        #expect(!text(try Self.result(key: "a.\u{1b}[31m")).contains("\u{1b}"))
    }

    @Test func `CSV has a record for each level, and quotes what needs it`() throws {
        let records = SweepCSV.render(try Self.result(key: "a,b")).components(separatedBy: "\r\n")
        #expect(records.count == 6)
        #expect(records[1].hasPrefix("\"a,b\",0,4,0,1,1,1,"))
        #expect(records[3].hasPrefix("strategy,normal,4,0,0.5,0,1,"))
    }
}
