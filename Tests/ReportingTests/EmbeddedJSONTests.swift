import Foundation
import Testing

@testable import Reporting

@Suite struct EmbeddedJSONTests {
    private func embedded(_ json: String) -> String {
        String(decoding: EmbeddedJSON.bytes(of: Array(json.utf8)), as: UTF8.self)
    }

    @Test func `space between tokens goes, and what could end the element`() {
        #expect(
            embedded("\u{feff}{ \"a b\" :\n\t[ 1, \"</script>\\\" x\" ] }")
                == "{\"a b\":[1,\"\\u003c/script>\\\" x\"]}")
    }

    @Test(arguments: [
        ("\u{202e}", "\u{fffd}"), ("\\u202e", "\u{fffd}"), ("\\u202E", "\u{fffd}"), ("\\u2028", "\u{fffd}"),
        ("\\u001b", "\u{fffd}"), ("\u{7f}", "\u{fffd}"), ("\u{e0041}", "\u{fffd}"),
        ("\\udb40\\udc41", "\u{fffd}"), ("\\u200d", "\u{fffd}"), ("\\n", "\\n"), ("\\t", "\\t"),
        ("\\u000a", "\\u000a"), ("\\u00e4", "\\u00e4"), ("ä", "ä"), ("\\ud83d\\ude00", "\\ud83d\\ude00"),
        ("😀", "😀"), ("\\ud83d", "\\ud83d"), ("\\\\u202e", "\\\\u202e"), ("\\\"", "\\\""),
    ])
    func `characters that do not show become U+FFFD, written out or escaped`(text: String, shown: String) {
        #expect(embedded("[\"a\(text)b\"]") == "[\"a\(shown)b\"]")
    }

    @Test func `whatever bytes there are, none is read twice and the end is found`() {
        for bytes: [UInt8] in [
            [0x22, 0x5c], [0x22, 0xe2, 0x80], [0x22, 0x5c, 0x75, 0x32], [0xef, 0xbb, 0xbf], [],
        ] {
            #expect(EmbeddedJSON.bytes(of: bytes).count <= bytes.count + 3)
        }
    }
}
