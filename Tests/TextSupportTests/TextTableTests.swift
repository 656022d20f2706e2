import Testing

@testable import TextSupport

@Suite struct TextTableTests {
    private static let columns = [
        TextTable.Column(title: "name", isNumber: false), TextTable.Column(title: "n", isNumber: true),
        TextTable.Column(title: "u", isNumber: false, isJoined: true),
    ]
    private static let row = [TextTable.Cell("a"), TextTable.Cell("µ12", .red), TextTable.Cell("x")]
    private static let plain = TextStyle(isColored: false)

    @Test func `names are left-aligned, numbers right-aligned, joined columns one space apart`() {
        let table = TextTable(Self.columns, widestOf: [Self.row])
        #expect(table.head(Self.plain) == ["name    n u", "───────────"])
        #expect(table.line(Self.row, Self.plain) == "a     µ12 x")
        #expect(table.width == 11)
    }

    @Test func `columns move together where they would not fit`() {
        let table = TextTable(Self.columns, widestOf: [Self.row], limit: 10)
        #expect(table.line(Self.row, Self.plain) == "a    µ12 x")
        #expect(TextTable(Self.columns, widestOf: [Self.row], limit: 11).width == 11)
    }

    @Test func `colour is on the text, not on the spaces around it`() {
        let table = TextTable(Self.columns, widestOf: [Self.row, [.init("b"), .init("12345"), .init("")]])
        #expect(table.line(Self.row, TextStyle(isColored: true)) == "a       \u{1b}[31mµ12\u{1b}[0m x")
    }

    @Test func `in Markdown the rule tells the alignment`() {
        let table = TextTable(Self.columns, widestOf: [Self.row])
        #expect(
            table.markdown([Self.row]) == [
                "| name |   n | u   |", "| ---- | --: | --- |", "| a    | µ12 | x   |",
            ])
    }
}
