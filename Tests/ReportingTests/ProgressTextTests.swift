import Reporting
import Testing

@Suite struct ProgressTextTests {
    private static let second: UInt64 = 1_000_000_000

    private func line(done: Int, of total: Int, after seconds: UInt64) -> String? {
        var text = ProgressText(command: "compare", total: total, now: 5 * Self.second)
        return text.line(done: done, now: (5 + seconds) * Self.second)
    }

    @Test func `the rest is guessed from what is done`() {
        #expect(line(done: 50, of: 200, after: 4) == "compare: 50 of 200 runs, about 12 s left")
        #expect(line(done: 37, of: 200, after: 1) == "compare: 37 of 200 runs, about 5 s left")
        #expect(line(done: 1, of: 100, after: 2) == "compare: 1 of 100 runs, about 4 min left")
    }

    @Test func `nothing is guessed before the first run and after the last`() {
        #expect(line(done: 0, of: 200, after: 4) == "compare: 0 of 200 runs")
        #expect(line(done: 1, of: 1, after: 4) == "compare: 1 of 1 run")
    }

    @Test func `a line is at least a tenth of a second after the one before`() {
        var text = ProgressText(command: "compare", total: 9, now: 0)
        #expect(text.line(done: 0, now: 0) != nil)
        #expect(text.line(done: 1, now: 99_999_999) == nil)
        #expect(text.line(done: 2, now: 100_000_000) != nil)
        #expect(text.line(done: 3, now: 150_000_000) == nil)
        #expect(text.line(done: 4, now: 200_000_000) != nil)
    }

    @Test(arguments: [
        (0, "0 s"), (1.2, "2 s"), (119, "119 s"), (120, "2 min"), (121, "3 min"), (7199, "120 min"),
        (7200, "2 h"),
        (7201, "3 h"), (172_800, "2 days"), (1e300, "24856 days"),
    ])
    func `a guess is as coarse as it deserves, and never too short`(seconds: Double, text: String) {
        #expect(ProgressText.rough(seconds * 1e9) == text)
    }
}
