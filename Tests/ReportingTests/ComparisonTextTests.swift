import Measurement
import Testing
import TextSupport

@testable import Reporting

@Suite struct ComparisonTextTests {
    private func lines(
        _ comparison: Comparison, isColored: Bool = false, columns: Int = 120
    ) -> [String] {
        ComparisonText(comparison, style: TextStyle(isColored: isColored), columns: columns).render()
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines of the tables: titles, rules and rows.
    private func tables(_ lines: [String], strategies: [String]) -> [String] {
        lines.filter { line in
            line.hasPrefix("strategy ") || line.hasPrefix("───") || strategies.contains { line.hasPrefix($0) }
        }
    }

    /// One strategy with a name, in 5 seeds that differ widely.
    private func comparison(named name: String, caseName: String = "quiet") -> Comparison {
        let samples = (1...5).map { seed in
            RunSample(
                caseName: caseName, device: "camera", strategy: name, seed: UInt64(seed), buffersWanted: 16,
                buffersMin: 12,
                values: [
                    .satisfied: 1, .buffersGot: 12.5,
                    .timeToSatisfaction: 9.99e11 / Double(seed * seed * 977),
                    .longestStall: 123e6, .calls: 123_456, .busyRetries: 1_234_567,
                    .pagesMigrated: 99_950_000,
                    .drains: 4321, .othersWaited: 123e6, .largestFree: 261,
                ])
        }
        return Comparison(samples: samples, reference: "normal")
    }

    @Test func `all lines of all tables are equally wide`() {
        let tables = tables(
            lines(SampleComparison.comparison), strategies: ["normal", "fail-fast", "cached", "mine.so"])
        #expect(tables.count == 4 * 6)
        #expect(Set(tables.map(\.count)).count == 1)
    }

    @Test func `colour changes nothing but the colour`() {
        let plain = lines(SampleComparison.comparison)
        let colored = lines(SampleComparison.comparison, isColored: true)
        #expect(colored != plain)
        #expect(colored.map { $0.replacing(#/\u{1b}\[[0-9]+m/#, with: "") } == plain)
    }

    @Test(arguments: ["n", "fail-fast", "a-strategy-with-quite-a-name", String(repeating: "very", count: 50)])
    func `no line is wider than the terminal`(name: String) {
        for columns in [40, 80, 120] {
            let lines = lines(comparison(named: name), columns: columns)
            for line in lines { #expect(line.count <= columns, "\(line)") }
            let tables = tables(
                lines.filter { !$0.hasPrefix("not shown") }, strategies: [String(name.prefix(3))])
            #expect(tables.count == 3)
            #expect(Set(tables.map(\.count)).count == 1)
        }
    }

    @Test func `columns for which there is no room are named, and the others are explained`() {
        let lines = lines(SampleComparison.comparison, columns: 80)
        #expect(lines[1].split(separator: " ").last == "waited")
        let text = lines.joined(separator: " ").replacing(#/ +/#, with: " ")
        #expect(
            text.contains(
                "not shown in 80 columns: p99, calls, drains, free; a wider terminal or --columns 140 shows them"
            ))
        #expect(text.contains("medians over the seeds: longest (longest call), waited ("))
        #expect(!text.contains("drains of all CPUs"))
    }

    @Test func `a table has its device, case and figures`() throws {
        let lines = lines(SampleComparison.comparison)
        #expect(lines[0] == "camera, case quiet: 10 buffers wanted, at least 2 needed")
        #expect(
            lines[1].split(separator: " ") == [
                "strategy", "got", "seeds", "ready", "95", "%", "p99", "ratio", "longest", "calls", "busy",
                "moved",
                "drains", "waited", "free",
            ])
        #expect(
            lines[4]
                == "fail-fast   10/10  20/20  58.6 ms [57.0..60.2]  63.2 ms  0.38x   501 µs    480     16  3 095"
                + "       0  810 µs  12.2 MiB")
    }

    @Test func `what is never satisfied is red, the best of those that differ green`() throws {
        let lines = lines(SampleComparison.comparison, isColored: true)
        let row = try #require(lines.last { $0.hasPrefix("fail-fast") })
        #expect(row.contains("\u{1b}[31m5/20\u{1b}[0m"))
        #expect(row.contains("\u{1b}[31mnever\u{1b}[0m"))
        #expect(row.contains("\u{1b}[31m1.5/3\u{1b}[0m"))
        let best = try #require(lines.last { $0.hasPrefix("mine.so") })
        #expect(best.contains("\u{1b}[32m170 ms\u{1b}[0m"))
        #expect(best.contains("\u{1b}[31m18/20\u{1b}[0m"))
        // What is equal everywhere, or neither good nor bad, is no distinction.
        #expect(!best.contains("\u{1b}[32m144"))
        let quiet = try #require(lines.first { $0.hasPrefix("normal") })
        #expect(!quiet.contains("\u{1b}[32m10/10"))
        #expect(!quiet.contains("\u{1b}[32m3 095"))
    }

    @Test func `failed runs are named, many are counted, and none moves the cursor`() {
        let samples = (1...9).map {
            RunSample(caseName: "quiet", strategy: "mine.so", seed: $0, failure: "killed\u{1b}[2J by SIGSEGV")
        }
        let lines = lines(Comparison(samples: samples, reference: "normal"))
        let failures = lines.filter { $0.hasPrefix("failed: ") }
        #expect(failures.count == 7)
        #expect(failures.first == "failed: mine.so, seed 1: killed\u{fffd}[2J by SIGSEGV")
        #expect(failures.last == "failed: 3 more runs")
    }

    @Test func `a sentence too long for a line goes on in the next`() {
        let name = String(repeating: "b", count: 60)
        let samples = ["a" + name, "c" + name].flatMap { strategy in
            (1...5).map {
                RunSample(
                    caseName: "quiet", device: "camera", strategy: strategy, seed: $0, buffersWanted: 1,
                    buffersMin: 1, values: [.satisfied: 1, .timeToSatisfaction: 1e6])
            }
        }
        let lines = lines(Comparison(samples: samples, reference: "normal"))
        #expect(lines.contains { $0.hasPrefix("  c" + name + " cannot be told apart") })
    }
}
