import Testing

@testable import TextSupport

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("width", "width", 0), ("widht", "width", 1),
        ("kitten", "sitting", 3), ("heigth", "height", 1),
    ])
    func `edits are counted, a swap of neighbours as one`(left: String, right: String, distance: Int) {
        #expect(Spelling.editDistance(Array(left.unicodeScalars), Array(right.unicodeScalars)) == distance)
        #expect(Spelling.editDistance(Array(right.unicodeScalars), Array(left.unicodeScalars)) == distance)
    }

    @Test func `the nearest name is found, a far one is not offered`() {
        #expect(Spelling.nearest(to: "widht", among: ["height", "width", "pages"]) == "width")
        #expect(Spelling.nearest(to: "colour", among: ["height", "width", "pages"]) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
    }

    @Test func `names too long to be typed are not compared`() {
        let long = String(repeating: "a", count: 100_000)
        #expect(Spelling.nearest(to: long, among: [long]) == nil)
        #expect(Spelling.nearest(to: "a", among: [long, "b"]) == "b")
    }

    @Test func `quoted text stays on one line and is cut`() {
        #expect(quoted("a\nb\u{7f}\u{2028}") == "'a\\u{a}b\\u{7f}\\u{2028}'")
        #expect(quoted(String(repeating: "x", count: 65)) == "'" + String(repeating: "x", count: 64) + "...'")
    }

    @Test func `what is a control does not depend on the way it is told`() {
        for scalar in (0...0x3000).compactMap(Unicode.Scalar.init) {
            let category = scalar.properties.generalCategory
            let isLine = category == .lineSeparator || category == .paragraphSeparator
            #expect(isControl(scalar) == (category == .control || isLine))
        }
    }
}
