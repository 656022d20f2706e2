import Measurement
import Testing

@testable import Reporting

@Suite struct ComparisonMarkdownTests {
    @Test func `each table is a block of equally wide lines with as many bars`() {
        let lines = ComparisonMarkdown.render(SampleComparison.comparison).split(separator: "\n")
            .filter { $0.hasPrefix("|") }
        #expect(lines.count == 4 * 6)
        #expect(Set(lines.map(\.count)).count == 1)
        #expect(Set(lines.map { $0.count { $0 == "|" } }) == [ComparisonColumn.allCases.count + 1])
    }

    @Test func `a table has its heading, its verdict and its failed runs`() {
        let text = ComparisonMarkdown.render(SampleComparison.comparison)
        #expect(text.hasPrefix("### camera, case quiet\n\n| strategy "))
        #expect(text.contains("\n\ncamera: fail-fast and mine.so cannot be told apart"))
        #expect(text.contains("\n- failed: mine.so, seed 3: mine.so: killed by SIGSEGV in phase run\n"))
    }

    @Test func `names cannot break a table or pass for markup`() {
        let sample = RunSample(
            caseName: "<b>", device: "cam_1", strategy: "a|b*", seed: 1, buffersWanted: 1, buffersMin: 1,
            values: [.satisfied: 1])
        let text = ComparisonMarkdown.render(Comparison(samples: [sample], reference: "normal"))
        #expect(text.hasPrefix("### cam\\_1, case \\<b>\n"))
        #expect(text.contains("| a\\|b\\*"))
    }
}
