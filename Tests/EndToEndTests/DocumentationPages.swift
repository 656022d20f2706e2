import Foundation
import TestSupport

/// The README, the page for contributors and the catalog of articles.
enum DocumentationPages {
    /// The folder of the DocC catalog, from the repository.
    static let catalog = "Sources/devemu/Documentation.docc"

    /// Every article of the catalog, from the repository, in alphabetical order.
    static let articles: [String] = {
        let files = FileManager.default.enumerator(atPath: Devemu.root + "/" + catalog)?.compactMap {
            $0 as? String
        }
        return (files ?? []).filter { $0.hasSuffix(".md") }.sorted().map { catalog + "/" + $0 }
    }()

    /// Every page, from the repository.
    static let all = ["README.md", ".github/CONTRIBUTING.md"] + articles

    static func text(of page: String) throws -> String {
        try String(contentsOfFile: Devemu.root + "/" + page, encoding: .utf8)
    }

    /// The text of an article, by its name without `.md`.
    static func article(_ name: String) throws -> String {
        try text(of: articles.first { ($0 as NSString).lastPathComponent == name + ".md" } ?? name)
    }

    /// A page's text without what stands in fences.
    static func prose(of text: String) -> String {
        var isFenced = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
                return false
            }
            return !isFenced
        }.joined(separator: "\n")
    }

    /// The headings of a page, without their marks.
    static func headings(of text: String) -> [Substring] {
        prose(of: text).matches(of: /(?m)^#+ (.+)$/).map(\.1)
    }

    /// The commands that a page shows.
    static func commands(of text: String) -> [Substring] {
        text.matches(of: /(?ms)^```console\n(.*?)^```/).flatMap { block in
            block.1.split(separator: "\n").filter { $0.hasPrefix("$ ") }
        }
    }
}
