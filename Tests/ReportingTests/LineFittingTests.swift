import Testing
import TextSupport

@testable import Reporting

@Suite struct LineFittingTests {
    /// Numbers of its own, the same in every run.
    private struct Noise {
        var state: UInt64

        mutating func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    private static func plain(_ line: String) -> String { line.replacing(#/\u{1b}\[[0-9]*m/#, with: "") }

    @Test(arguments: 0..<200)
    func `fitted lines have the same words, none is too wide, and each closes its colour`(seed: Int) {
        var noise = Noise(state: UInt64(seed))
        let style = TextStyle(isColored: true)
        let colors: [TextStyle.Color?] = [nil, .red, .green]
        let words = (0..<noise.below(40) + 1).map { _ in
            String(repeating: "abcdefgh".randomCharacter(&noise.state), count: noise.below(12) + 1)
        }
        let text = words.map { word in
            colors[noise.below(3)].map { style.paint(word, $0) } ?? word
        }.joined(separator: " ")
        let columns = 20 + noise.below(80)
        let lines = LineFitting(columns: columns).fitted(text, indent: noise.below(14))
        #expect(lines.allSatisfy { Self.plain($0).count <= columns })
        #expect(lines.flatMap { Self.plain($0).split(separator: " ").map(String.init) } == words)
        for line in lines {
            let codes = line.matches(of: #/\u{1b}\[([0-9]*)m/#).map { $0.1 }
            #expect(codes.isEmpty || codes.last == "0", "\(line.debugDescription)")
        }
    }

    @Test func `a number stays whole, and with its unit`() {
        let fitting = LineFitting(columns: 20)
        #expect(
            fitting.fitted("it migrated about 12 345 pages", indent: 2) == [
                "it migrated about", "  12 345 pages",
            ])
        #expect(fitting.fitted("it was ready in 12.4 ms,", indent: 2) == ["it was ready in", "  12.4 ms,"])
    }

    @Test func `a word longer than a line is cut into lines`() {
        let lines = LineFitting(columns: 20).fitted(String(repeating: "x", count: 50), indent: 4)
        #expect(lines.map(\.count) == [20, 20, 18])
    }

    @Test func `a table leaves out what matters least, then shortens names, and says so`() {
        let columns = [
            TextTable.Column(title: "name", isNumber: false), .init(title: "first", isNumber: true),
            .init(title: "second", isNumber: true),
        ]
        let rows = [[TextTable.Cell(String(repeating: "n", count: 30)), .init("1"), .init("2")]]
        func table(_ limit: Int) -> FittedTable {
            FittedTable(columns, rows: rows, limit: limit, droppable: [2])
        }
        let style = TextStyle(isColored: false)
        #expect(table(80).leftOut.isEmpty && table(80).note(80) == nil)
        #expect(table(38).leftOut == ["second"])
        #expect(table(38).note(38)?.hasPrefix("not shown in 38 columns: second") == true)
        for limit in 12...60 {
            let fitted = table(limit)
            let lines = fitted.head(style) + fitted.lines(style)
            #expect(lines.allSatisfy { $0.count <= limit }, "\(limit)")
        }
        #expect(table(20).lines(style)[0].contains("…"))
    }
}

extension String {
    fileprivate func randomCharacter(_ state: inout UInt64) -> String {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return String(Array(self)[Int(state >> 33) % count])
    }
}
