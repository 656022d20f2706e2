import Scenes
import Testing

@Suite struct SceneSyntaxTests {
    @Test(arguments: [
        ("", "the file is empty; a scene begins with summary: TEXT", 1, 1),
        ("# nothing\n", "the file is empty", 1, 1),
        ("---\n", "nothing stands here; write a mapping", 2, 1),
        ("summary: s\nseed: [1\n", "no YAML: while parsing a flow sequence from line 2: ", 3, 1),
        ("summary: 'x\n", "no YAML: while scanning a quoted scalar from line 1: ", 2, 1),
        ("summary: s\n  seed: 1\n", "no YAML: mapping values are not allowed in this context", 2, 7),
        ("summary: s\nseed: @1\n", "no YAML: while scanning for the next token from line 2: ", 2, 7),
        ("machine:\n\tpins: 1\n", "no YAML: a tab cannot indent; write spaces", 2, 1),
        ("summary: a: b\n", "no YAML: mapping values are not allowed", 1, 11),
        ("summary: s\nseed: 1\nsummary: t\n", "key 'summary' stands twice; keep one of the two", 1, 1),
        ("machine:\n  pins: 1\n  'pins': 1\n", "key 'pins' stands twice", 2, 3),
        ("a*b: 1\na*b: 1\n", "key 'a*b' stands twice", 1, 1),
        ("summary: s\n---\nsummary: s\n", "another document begins; a file holds one scene", 2, 1),
        ("summary: &a s\n", "anchor '&a' in a scene; leave it out", 1, 10),
        ("machine: &m\n  pins: 1\n", "anchor '&m' in a scene; leave it out", 1, 10),
        ("summary: *a\n", "reference '*a' in a scene; write the value itself", 1, 10),
        ("seed: 1\nevents: [*a, *a]\n", "reference '*a' in a scene", 2, 10),
        ("<<: *a\n", "reference '*a' in a scene", 1, 5),
        ("*a : 1\n", "reference '*a' in a scene", 1, 1),
        ("&a [*a]\n", "anchor '&a' in a scene", 1, 1),
        ("seed: !!int 1\n", "tag 'tag:yaml.org,2002:int' in a scene; leave it out", 1, 7),
        ("machine: !x {pins: 1}\n", "tag '!x' in a scene; leave it out", 1, 10),
        ("events: !!set []\n", "tag 'tag:yaml.org,2002:set' in a scene", 1, 9),
        ("[a]: 1\n", "a key is one word, not a list", 1, 1),
        ("{a: 1}: 1\n", "a key is one word, not a mapping", 1, 1),
        ("[a]: 1\n[a]: 2\n", "a key is one word, not a list or a mapping", 1, 1),
        (": 1\n", "no YAML: while parsing a block mapping from line 1: did not find", 1, 1),
        ("? seed\n: 1\n", "no YAML", 2, 1), ("? seed: 1\n", "unknown key '? seed'", 1, 1),
        ("summary: |\n  a\n  b\n", "'a\\u{a}b\\u{a}' is more than one line of plain text", 1, 10),
        ("summary: \"a\\0b\"\n", "'a\\u{0}b' is more than one line of plain text", 1, 10),
        ("summary: s\0\n", "character '\\u{0}' (U+0) cannot stand in a scene; leave it out", 1, 11),
        ("é: s\r\na: b\u{2028}\n", "character '\\u{2028}' (U+2028) cannot stand", 2, 5),
        ("seed: 1\rseed: \u{1b}[2J\n", "character '\\u{1b}' (U+1B) cannot stand", 2, 7),
        ("a: \u{feff}\n", "(U+FEFF) cannot stand", 1, 4),
    ])
    func `what is no YAML, or more than a scene needs of it, is refused where it stands`(
        text: String, message: String, line: Int, column: Int
    ) {
        let error = Sample.error(text)
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test(arguments: [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]])
    func `bytes that are no UTF-8 are named with their place`(bytes: [UInt8]) {
        let error = Sample.error(Array("summary: é\nseed: ".utf8) + bytes + [10])
        #expect(error?.description == "no UTF-8; write the file in UTF-8")
        #expect(error?.line == 2)
        #expect(error?.column == 7)
    }

    @Test func `UTF-16 is no UTF-8`() {
        let bytes: [UInt8] =
            [0xff, 0xfe] + "summary: s\n".utf8.flatMap { (byte: UInt8) -> [UInt8] in [byte, 0] }
        #expect(Sample.error(bytes)?.description == "no UTF-8; write the file in UTF-8")
    }

    @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "[a: ", "&a [", "!x [", "- - ? "])
    func `nesting without end is refused`(opening: String) {
        for depth in [20, 990, 1010, 5000] {
            let closed = opening == "[" ? String(repeating: "]", count: depth) : ""
            let error = Sample.error(
                "summary: s\nseed:\n  " + String(repeating: opening, count: depth) + closed)
            #expect((error?.line ?? 0) > 0)
            #expect((error?.description.count ?? 1000) < 200)
        }
        let error = Sample.error(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))
        #expect(error?.description == "nested too deeply for a scene")
        #expect(error?.column == 17)
    }

    @Test func `references that grow without end are not followed`() {
        var text = "a0: &a0 {x: y}\n"
        for level in 1...40 {
            let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(references)]\n"
        }
        let error = Sample.error(text + "*a40 : 1\n")
        #expect(error?.description == "anchor '&a0' in a scene; leave it out")
        #expect(error?.line == 1)
    }

    @Test func `keys that are long lists in one another are not compared`() {
        let list = "[" + Array(repeating: "a", count: 100_000).joined(separator: ",") + "]"
        let error = Sample.error(String(repeating: "? ", count: 900) + list)
        #expect(error?.description.hasPrefix("one value stands here; write a mapping with") == true)
    }

    @Test func `asterisks, question marks and characters of private use inside a text are kept`() throws {
        let summary = "2 * 3 \u{e000}*\u{e001}? & ?more"
        #expect(try Sample.scene(Sample.short.replacing(": s\n", with: ": \(summary)\n")).summary == summary)
        let quoted = try Sample.scene(Sample.short.replacing(": s\n", with: ": '*s'\n"))
        #expect(quoted.summary == "*s")
    }

    @Test func `a file that is too large, or has every private-use character, is refused`() {
        let large = Sample.error(Array(repeating: 32, count: 1 << 20 + 1))
        #expect(large?.description == "the file has 1048577 bytes; a scene has at most 1048576")
        let every = (0xe000...0xf8ff).compactMap(Unicode.Scalar.init).map(String.init).joined()
        #expect(Sample.error("summary: " + every)?.message.hasPrefix("every private-use character") == true)
    }
}
