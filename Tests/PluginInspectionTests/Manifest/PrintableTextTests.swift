import Testing
import TextSupport

@Suite struct PrintableTextTests {
    /// Characters that a terminal obeys, that turn the direction of writing, or that do not show.
    static let hidden: [(scalar: Unicode.Scalar, name: String)] = [
        ("\u{0}", "NUL"), ("\u{7}", "BEL"), ("\u{9}", "tab"), ("\u{a}", "line feed"), ("\u{1b}", "escape"),
        ("\u{7f}", "delete"), ("\u{85}", "next line"), ("\u{9b}", "control sequence introducer"),
        ("\u{ad}", "soft hyphen"), ("\u{34f}", "combining grapheme joiner"),
        ("\u{61c}", "Arabic letter mark"),
        ("\u{115f}", "Hangul filler"), ("\u{180e}", "Mongolian vowel separator"),
        ("\u{200b}", "zero width space"), ("\u{200d}", "zero width joiner"),
        ("\u{200e}", "left-to-right mark"),
        ("\u{200f}", "right-to-left mark"), ("\u{2028}", "line separator"),
        ("\u{2029}", "paragraph separator"), ("\u{202a}", "left-to-right embedding"),
        ("\u{202e}", "right-to-left override"), ("\u{2060}", "word joiner"),
        ("\u{2066}", "left-to-right isolate"), ("\u{2069}", "pop directional isolate"),
        ("\u{3164}", "Hangul filler"), ("\u{fe0f}", "variation selector"), ("\u{feff}", "byte order mark"),
        ("\u{fff9}", "interlinear annotation"), ("\u{1d173}", "musical format"),
        ("\u{e0001}", "language tag"),
        ("\u{e0041}", "tag letter"), ("\u{e0100}", "variation selector"),
    ]

    @Test(arguments: hidden.map(\.scalar))
    func `what does not print is shown as U+FFFD`(scalar: Unicode.Scalar) {
        #expect(isUnprintable(scalar))
        #expect(printable("a\(scalar)b") == "a\u{fffd}b")
        #expect(printable("a\(scalar)b", keeping: String(scalar)) == "a\(scalar)b")
        #expect(printable("a\(scalar)b", mark: " ") == "a b")
        #expect(quoted("a\(scalar)b") == "'a\\u{\(String(scalar.value, radix: 16))}b'")
    }

    @Test(arguments: ["", "camera 1", "größer", "日本語", "שלום", "e\u{301}", "∞ ─ █", "😀", "\u{e000}"])
    func `what prints stays as it is`(text: String) {
        #expect(printable(text) == text)
    }
}
