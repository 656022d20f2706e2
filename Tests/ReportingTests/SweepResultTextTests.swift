import Foundation
import Measurement
import SweepAnalysis
import Testing

@testable import Reporting

@Suite struct SweepResultTextTests {
    /// Runs of two values of a key under two strategies, two seeds each; the second value satisfies nobody.
    static func result(
        _ more: [SweepRun] = [], planned: Int = 8, by: [String] = [], key: String = "machine.pins"
    ) throws -> SweepResult {
        let runs = [0, 40].flatMap { pins in
            ["normal", "fail-fast"].flatMap { strategy in
                [1.0, 3.0].map { run(pins, strategy, stall: ($0 + Double(pins)) * 1e6) }
            }
        }
        return try SweepResult(
            .init(hash: "abcdef0123456789", summary: "a sample", version: "devemu 0.1.0", runs: planned),
            runs: runs + more, keys: [key], by: by)
    }

    static func run(_ pins: Int, _ strategy: String, stall: Double, outcome: String = "ok") -> SweepRun {
        SweepRun(
            values: [.integer(Int64(pins))], strategy: strategy, outcome: outcome,
            responses: SweepResponse.allCases.map { response in
                switch response {
                case .satisfied: pins == 0 ? 1 : 0
                case .stall: stall
                default: nil
                }
            })
    }

    private func text(_ result: SweepResult) -> String {
        SweepResultText(result, style: TextStyle(isColored: false)).render()
    }

    @Test func `what matters comes in the order of its share`() throws {
        let lines = text(try Self.result()).split(separator: "\n")
        let head = try #require(lines.firstIndex { $0.hasPrefix("share of the variance") })
        #expect(lines[head + 2].hasPrefix("machine.pins"))
        #expect(lines[head + 2].contains("100.0 %"))
        #expect(lines[head + 3].hasPrefix("strategy"))
        #expect(lines[head + 4].hasPrefix("the seed"))
    }

    @Test func `runs that ended badly or are missing are told`() throws {
        let text = text(
            try Self.result(
                [
                    Self.run(0, "normal", stall: 0, outcome: "crashed"),
                    Self.run(0, "normal", stall: 0, outcome: "timed-out"),
                ], planned: 20))
        #expect(text.contains("\n10 of the plan's 20 runs: 4 configurations, 2 to 3 seeds each\n"))
        #expect(text.contains("\nended badly: 1 crashed; not satisfied, and without any other figure\n"))
        #expect(text.contains("\nleft out: 1 timed-out, which tells of the machine that ran them\n"))
    }

    @Test func `a table by two keys has the levels of the second beside each other`() throws {
        let text = text(try Self.result(by: ["machine.pins", "strategy"]))
        #expect(text.contains("\nBy machine.pins and strategy: longest call\n"))
        #expect(text.contains("\n40  42.0 ms    42.0 ms\n"))
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
