import Foundation
import Measurement
import Testing

@Suite struct ComparisonTests {
    private static let fast = (0..<10).map { 50e6 + Double($0) * 1e6 }
    private static let slow = (0..<10).map { 150e6 + Double($0) * 1e6 }

    private func compare(_ samples: [RunSample], order: Comparison.Order = .init()) -> Comparison {
        Comparison(samples: samples, reference: "normal", order: order)
    }

    private func encoded(_ comparison: Comparison) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(comparison)
    }

    private func row(_ comparison: Comparison, _ strategy: String) throws -> ComparisonRow {
        try #require(comparison.rows.first { $0.strategy == strategy })
    }

    @Test func `rows are in the order of the lists, unlisted names after them by the alphabet`() {
        var samples: [RunSample] = []
        for caseName in ["a", "b"] {
            for device in ["isp", "camera"] {
                for strategy in ["zeta", "alpha", "normal", "cached"] {
                    samples += runs(strategy, [1], device: device, caseName: caseName)
                }
            }
        }
        let comparison = compare(
            samples,
            order: .init(cases: ["b", "missing", "a"], devices: ["isp"], strategies: ["normal", "cached"]))
        #expect(
            comparison.rows.map { "\($0.caseName) \($0.device)" }
                == ["b isp", "b camera", "a isp", "a camera"].flatMap { Array(repeating: $0, count: 4) })
        #expect(comparison.rows.prefix(4).map(\.strategy) == ["normal", "cached", "alpha", "zeta"])
        #expect(
            comparison.verdicts.map { "\($0.caseName) \($0.device)" } == [
                "b isp", "b camera", "a isp", "a camera",
            ])
    }

    @Test func `the order in which runs finish does not change a byte`() throws {
        var samples =
            runs("normal", Self.slow) + runs("fail-fast", Self.fast)
            + runs("cached", [1e6, nil, nil, 3e6, 2e6])
            + failedRuns("cached", count: 3, first: 6) + runs("normal", Self.fast, device: "isp")
        let expected = try encoded(compare(samples))
        var sequence = TestSequence(state: 9)
        for _ in 0..<5 {
            for index in samples.indices.reversed() {
                samples.swapAt(index, Int(sequence.next() % UInt64(index + 1)))
            }
            #expect(try encoded(compare(samples)) == expected)
        }
    }

    @Test func `values are summed up over the seeds as their metric says`() throws {
        let row = try row(compare(runs("normal", [5, nil, 1, 3, 2], stall: 10)), "normal")
        #expect(row[.satisfied].value == 0.8)
        #expect(row[.buffersGot].value == 3.4)
        // The one that was never satisfied is longer than the four that were.
        #expect(row[.timeToSatisfaction].value == 3)
        #expect(row[.timeToSatisfaction].p99 == nil)
        #expect(row[.longestStall].value == 12)
        #expect(row[.longestStall].max == 14)
        #expect(row[.calls].low == 192)
        #expect(row[.drains].value == nil)
        #expect(row.satisfiedRuns == 4)
        #expect(try self.row(compare(runs("normal", Self.fast)), "normal")[.timeToSatisfaction].p99 == 59e6)
    }

    @Test func `a device that is satisfied in less than half of the seeds is ready never`() throws {
        let time = try row(compare(runs("normal", [1, nil, nil])), "normal")[.timeToSatisfaction]
        #expect(time.value == nil)
        #expect(time.high == nil)
    }

    @Test func `a satisfied device that asked for nothing has no time, not never`() throws {
        let sample = RunSample(
            caseName: "quiet", device: "idle", strategy: "normal", seed: 1, buffersWanted: 0, buffersMin: 0,
            values: [.satisfied: 1])
        let row = try row(compare([sample]), "normal")
        #expect(row[.timeToSatisfaction].value == nil)
        #expect(row.satisfiedRuns == row.runs)
    }

    @Test func `a run without a result counts for each device, as one that satisfied nobody`() throws {
        let comparison = compare(
            runs("normal", Self.fast) + runs("normal", Self.fast, device: "isp")
                + runs("mine.so", [1, 2, 3]) + failedRuns("mine.so", count: 2, first: 4))
        let rows = comparison.rows.filter { $0.strategy == "mine.so" }
        #expect(rows.map(\.device) == ["camera", "isp"])
        #expect(rows.map(\.runs) == [5, 2])
        #expect(rows.map { $0.failures.map(\.seed) } == [[4, 5], [4, 5]])
        #expect(rows.map { $0[.satisfied].value } == [0.6, 0])
        #expect(rows[0][.longestStall].value == 1e6 + 1)
        #expect(rows[1].buffersWanted == 4)
    }

    @Test func `a case in which every run failed is still shown`() throws {
        let comparison = compare(failedRuns("normal", count: 2))
        #expect(comparison.rows.map(\.device) == ["unknown"])
        #expect(comparison.rows.first?.failures.first == FailedRun(seed: 1, text: "killed by SIGSEGV"))
    }

    @Test func `ratios are those of the medians of seeds that both ran`() throws {
        let comparison = compare(
            runs("normal", [100, 300, 200]) + runs("fail-fast", [50, 150, 100, 9000], stall: 2e6))
        let row = try row(comparison, "fail-fast")
        #expect(row.timeRatio?.value == 0.5)
        #expect(row.timeRatio?.low == 0.5)
        #expect(row.timeRatio?.high == 0.5)
        #expect(row.stallRatio?.value == (2e6 + 1) / (1e6 + 1))
        #expect(try self.row(comparison, "normal").timeRatio?.value == 1)
    }

    @Test func `there is no ratio to or of what never happens, nor without the reference`() throws {
        let comparison = compare(runs("normal", [nil, nil]) + runs("fail-fast", [1, 2]))
        #expect(try row(comparison, "fail-fast").timeRatio == nil)
        #expect(
            try row(compare(runs("normal", [1, 2]) + runs("cached", [nil, nil])), "cached").timeRatio == nil)
        #expect(try row(compare(runs("cached", [1, 2])), "cached").timeRatio == nil)
    }

    @Test func `every metric and every bound is in the JSON, null included`() throws {
        let json = try JSONSerialization.jsonObject(with: encoded(compare(runs("normal", [nil, nil]))))
        let object = try #require(json as? [String: Any])
        #expect(object["schema"] as? String == "devemu.compare/1")
        #expect(object["reference"] as? String == "normal")
        let row = try #require((object["rows"] as? [[String: Any]])?.first)
        #expect(
            Set(row.keys)
                == Set(ComparedMetric.allCases.map(\.rawValue)).union([
                    "case", "device", "strategy", "runs", "failed_runs", "failures", "buffers_wanted",
                    "buffers_min", "time_ratio", "stall_ratio", "gathering_ratio",
                ]))
        let time = try #require(row["time_to_satisfaction_ns"] as? [String: Any])
        #expect(Set(time.keys) == ["value", "low", "high", "p99"])
        #expect(time.values.allSatisfy { $0 is NSNull })
        #expect(
            (row["stall_max_ns"] as? [String: Any]).map { Set($0.keys) } == ["value", "low", "high", "max"])
        #expect((row["drains"] as? [String: Any]).map { Set($0.keys) } == ["value", "low", "high"])
        #expect(row["time_ratio"] is NSNull)
        let verdict = try #require((object["verdicts"] as? [[String: Any]])?.first)
        #expect(
            Set(verdict.keys) == ["case", "device", "winner", "best", "basis", "reserved", "fewer_buffers"])
        #expect(verdict["winner"] is NSNull)
    }

    @Test func `what is written is read back the same`() throws {
        let comparison = compare(
            runs("normal", Self.slow) + runs("fail-fast", [1, nil])
                + failedRuns("fail-fast", count: 1, first: 3))
        #expect(try JSONDecoder().decode(Comparison.self, from: encoded(comparison)) == comparison)
    }
}
