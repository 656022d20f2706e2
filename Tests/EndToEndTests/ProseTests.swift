import Foundation
import Testing

/// Phrases that the project's English avoids, in every document.
@Suite struct ProseTests {
    /// What is read, from the repository.
    static let documents = DocumentationPages.all + ["CHANGELOG.md"]

    /// A phrase, and what to write instead.
    struct Marker: Sendable, CustomTestStringConvertible {
        let pattern: String
        let instead: String
        var testDescription: String { pattern }

        init(_ pattern: String, instead: String) {
            self.pattern = pattern
            self.instead = instead
        }
    }

    static let markers = [
        Marker(
            #"\b(?!there\b)\w+ (is|are|was|were) no(ne of)? (?!longer\b|more\b|fewer\b|less\b)"#,
            instead: "is not a, is not one of"),
        Marker(#"\bbehind\b"#, instead: "after, following, hidden by"),
        Marker(#"\bnobody\b"#, instead: "the agent that does not act, or the passive"),
        Marker(#"\b(is|are|was|were|be) had\b"#, instead: "can be allocated, is available"),
        Marker(#"\bwhat (there (is|was)|(is|was|can be) (there|had|in it))\b"#, instead: "the noun"),
        Marker(#"\bhears? of\b"#, instead: "is notified of"),
        Marker(#"\bwho(ever)? (asks|comes|gives|reads|wants)\b"#, instead: "the noun"),
        Marker(#"\b(held|hold|holds) \w* ?against\b"#, instead: "is compared with, is checked against"),
        Marker(#"\bso many\b"#, instead: "this number of"),
        Marker(#"\bmeanwhile\b"#, instead: "at the same time, while"),
    ]

    /// A document as one line without code, which is quoted from elsewhere.
    private func sentences(of document: String) throws -> String {
        DocumentationPages.prose(of: try DocumentationPages.text(of: document))
            .replacingOccurrences(of: "`[^`]*`", with: "`", options: .regularExpression)
            .replacingOccurrences(of: "\\s+", with: " ", options: .regularExpression)
    }

    @Test(arguments: documents)
    func `no document has a phrase that an editor would strike`(document: String) throws {
        let text = try sentences(of: document)
        for marker in Self.markers {
            let pattern = try Regex("(?i).{0,30}" + marker.pattern + ".{0,30}")
            for found in text.matches(of: pattern) {
                Issue.record("\(document): \"\(text[found.range])\"; write \(marker.instead)")
            }
        }
    }

    @Test func `each phrase is found where it stands`() throws {
        let samples = [
            "a handle is no address", "the page behind it", "nobody asks", "no window is to be had",
            "it prints what there is", "it hears of each page", "only for who asks",
            "it is held against the kernel",
            "so many pages", "others run meanwhile",
        ]
        for (marker, sample) in zip(Self.markers, samples) {
            #expect(sample.firstMatch(of: try Regex("(?i)" + marker.pattern)) != nil, "\(sample)")
            let fine =
                "There is no page after it, and it is no longer held by the device against which it was checked."
            #expect(fine.firstMatch(of: try Regex("(?i)" + marker.pattern)) == nil, "\(marker.pattern)")
        }
        #expect(samples.count == Self.markers.count)
    }
}
