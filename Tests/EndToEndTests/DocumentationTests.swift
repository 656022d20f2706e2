import Foundation
import TestSupport
import Testing

/// The README and the pages show what really happens: each session in them is executed, each patch applied,
/// each source compiled; and what they link to, name or list exists.
///
/// With DEVEMU_UPDATE_README in the environment sessions and counts are rewritten instead.
@Suite struct DocumentationTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    static let pagesWithSessions = DocumentationPages.all.filter {
        (try? DocumentationPages.text(of: $0)).map { $0.contains("```console") } ?? true
    }

    @Test(arguments: pagesWithSessions)
    func `every session ends as it is shown`(page: String) throws {
        for folder in ["Sources", "Tests", "Workloads"] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path(folder), withDestinationPath: Devemu.root + "/" + folder)
        }
        #expect(try PageSessions(scratch: scratch, path: Devemu.root + "/" + page).run() >= 1)
    }

    @Test func `the README fits on a screen or two, and leads to every question`() throws {
        let text = try DocumentationPages.text(of: "README.md")
        #expect(text.utf8.count <= 10_240)
        for page in ["Sizing", "Strategies", "Kernels/Linux-6.1", "WritingAPlugin"] {
            #expect(text.contains("](\(DocumentationPages.catalog)/\(page).md)"), "\(page)")
        }
    }

    @Test func `the table of exit codes is complete`() throws {
        let text = try DocumentationPages.text(of: "README.md")
        let source = try String(
            contentsOfFile: Devemu.root + "/Sources/devemu/ExitStatus.swift", encoding: .utf8)
        let codes = source.split(separator: "\n").compactMap { line -> Int? in
            guard line.hasPrefix("    case "), let equals = line.lastIndex(of: "=") else { return nil }
            return Int(line[line.index(after: equals)...].drop { $0 == " " })
        }
        #expect(codes.count == 12)
        let listed = text.matches(of: /(?m)^\| (\d+) \|/).compactMap { Int($0.1) }
        #expect(Set(listed) == Set(codes + [0]))
        #expect(listed.count == codes.count + 1)
    }

    @Test func `the table of modules is that of the sources, and so are their folders`() throws {
        let text = try DocumentationPages.article("Architecture")
        let rows = text.matches(of: /(?m)^\| `(\w+)` \| ((?:`\w+` ?)*) ?\|/)
        let sources = Devemu.root + "/Sources"
        #expect(
            rows.map { String($0.1) }.sorted()
                == (try FileManager.default.contentsOfDirectory(atPath: sources).sorted()))
        let folders = rows.flatMap { row in row.2.matches(of: /`(\w+)`/).map { "\(row.1)/\($0.1)" } }
        #expect(folders.filter { !FileManager.default.fileExists(atPath: sources + "/" + $0) } == [])
    }

    @Test(arguments: DocumentationPages.all)
    func `every link leads to a page and a heading that exist`(page: String) throws {
        let prose = DocumentationPages.prose(of: try DocumentationPages.text(of: page))
        let isArticle = page.hasPrefix(DocumentationPages.catalog)
        for link in prose.matches(of: /<doc:([^>#]+)(?:#([^>]+))?>/) {
            #expect(isArticle, "\(link.0): only articles of the catalog link so")
            let target = try? DocumentationPages.article(String(link.1))
            #expect(target != nil, "\(link.0)")
            guard let target, let anchor = link.2 else { continue }
            #expect(
                DocumentationPages.headings(of: target).map(Self.anchor).contains(String(anchor)), "\(link.0)"
            )
        }
        let folder = URL(fileURLWithPath: Devemu.root + "/" + page).deletingLastPathComponent()
        for link in prose.matches(of: /\]\(([^)#\s]*)(?:#([^)\s]+))?\)/) where !link.1.hasPrefix("https://") {
            #expect(!isArticle, "\(link.0): articles link to each other by <doc:NAME>")
            let target =
                link.1.isEmpty ? Devemu.root + "/" + page : folder.appending(path: String(link.1)).path
            #expect(FileManager.default.fileExists(atPath: target), "\(link.0)")
            guard let anchor = link.2, let text = try? String(contentsOfFile: target, encoding: .utf8) else {
                continue
            }
            let anchors = DocumentationPages.headings(of: text).map { Self.anchor($0).lowercased() }
            #expect(anchors.contains(String(anchor)), "\(link.0)")
        }
    }

    /// The anchor that DocC makes of a heading; a forge's is the same in small letters.
    private static func anchor(_ heading: Substring) -> String {
        String(heading.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" })
            .replacingOccurrences(of: " ", with: "-")
    }

    @Test func `the landing page links to every article, each of which has a name of its own and a summary`()
        throws
    {
        let landing = try DocumentationPages.article("devemu")
        let names = DocumentationPages.articles.map {
            (($0 as NSString).lastPathComponent as NSString).deletingPathExtension
        }
        #expect(Set(names).count == names.count)
        for name in names where name != "devemu" {
            #expect(landing.contains("\n- <doc:\(name)>\n"), "\(name)")
        }
        for page in DocumentationPages.articles {
            let lines = try DocumentationPages.text(of: page).components(separatedBy: "\n")
            #expect(lines[0].hasPrefix("# ") && lines[1].isEmpty, "\(page): a title")
            #expect(lines[2].first?.isLetter == true && lines[2].hasSuffix("."), "\(page): a sentence")
            #expect(lines[3].isEmpty && lines[4].hasPrefix("## "), "\(page): sections")
        }
    }

    /// Names that pages make up, or that their sessions create.
    private static let examples: Set<Substring> = [
        "AboutCommand.swift", "Plugins/tuner/", "mic-array.c", "cmdline.txt", "memory.h",
    ]

    @Test(arguments: DocumentationPages.all)
    func `every file that is named exists`(page: String) throws {
        let prose = DocumentationPages.prose(of: try DocumentationPages.text(of: page))
        let names = prose.matches(of: /`([^`\s*…]+)`/).map(\.1).filter {
            !Self.examples.contains($0)
                && ($0.prefixMatch(of: /(Sources|Tests|Workloads|Plugins|\.github)\//) != nil
                    || $0.wholeMatch(of: /[\w+\/.-]+\.(swift|c|h|rs|md)/) != nil)
        }
        let missing = names.filter { name in
            let stem = "/" + (name.hasSuffix("/") ? name.dropLast() : name)
            return !Self.files.contains { $0.hasSuffix(stem) }
        }
        #expect(missing == [])
    }

    /// Every file and folder that a page may name, with a slash in front.
    private static let files: [String] =
        ["Sources", "Tests", "Workloads", "Plugins", ".github"].flatMap { folder in
            let inside = FileManager.default.enumerator(atPath: Devemu.root + "/" + folder)?.compactMap {
                $0 as? String
            }
            return ["/" + folder] + (inside ?? []).map { "/\(folder)/\($0)" }
        } + ["/README.md", "/CHANGELOG.md", "/Package.swift"]

    @Test func `the counts of the page of tests are those of the sources, or a little older`() throws {
        let path = Devemu.root + "/\(DocumentationPages.catalog)/Testing.md"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        let isUpdate = ProcessInfo.processInfo.environment["DEVEMU_UPDATE_README"] != nil
        let rows = text.matches(of: /(?m)^\| ([A-Z][a-z ]+) \| (\d+) \|/).map {
            (String($0.1), Int($0.2) ?? 0)
        }
        let counts = try HarnessCounts.all(in: scratch)
        #expect(rows.map(\.0) == counts.map(\.name))
        for (row, count) in zip(rows, counts) {
            let rounded = HarnessCounts.rounded(count.number)
            if isUpdate {
                text = text.replacingOccurrences(
                    of: "\n| \(row.0) | \(row.1) | ", with: "\n| \(row.0) | \(rounded) | ")
            } else {
                #expect(
                    row.1 <= count.number && count.number * 4 <= row.1 * 5 + 4, "\(row.0): \(count.number)")
            }
        }
        if isUpdate { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    }
}
