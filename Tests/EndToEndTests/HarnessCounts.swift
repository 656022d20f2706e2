import Foundation
import TestSupport

/// How large each harness of the tests is, counted in the sources.
enum HarnessCounts {
    /// Every harness that the page of tests lists, in its order.
    static func all(in scratch: Scratch) throws -> [(name: String, number: Int)] {
        let tests = try texts(below: "Tests", ending: ".swift")
        let tables = try texts(below: "Tests", ending: "x86_64.txt")
        let corpus = try files(below: "Tests/Fuzz/Corpus", ending: ".tar.gz").reduce(0) { sum, archive in
            try scratch.run(["tar", "-tzf", archive], output: "corpus.txt")
            let names = String(decoding: try scratch.bytes(of: "corpus.txt"), as: UTF8.self).split(
                separator: "\n")
            return sum + names.filter { !$0.hasSuffix("/") }.count
        }
        return [
            ("Tests", tests.reduce(0) { $0 + $1.matches(of: /(?m)^ *@Test\b/).count }),
            (
                "Recordings",
                try files(below: "Tests/RecordingsTests", ending: ".txt.gz") { $0.contains("Recordings/") }
                    .count
            ),
            (
                "Traces and captures",
                try files(below: "Tests", ending: ".txt.gz") { $0.contains("/Traces/") }.count
                    + files(below: "Tests", ending: ".capture.tgz").count
            ),
            ("Hostile plugins", try files(below: "Tests/HostilePlugins/Zoo", ending: ".c").count),
            ("System calls", tables.reduce(0) { $0 + $1.matches(of: /(?m)^\d+\s/).count }),
            (
                "Misbehaving fixtures",
                try files(below: "Tests/EndToEndTests/Fixtures", ending: ".c").count
                    + files(below: "Tests/EndToEndTests/Fixtures", ending: ".cpp").count
            ),
            ("Fuzz targets", try files(below: "Tests/Fuzz/Corpus", ending: ".tar.gz").count),
            ("Fuzz corpus", corpus),
            ("Fuzz findings", try files(below: "Tests/Fuzz/Findings", ending: "").count),
            (
                "Sessions",
                try DocumentationPages.all.reduce(0) {
                    $0 + DocumentationPages.commands(of: try DocumentationPages.text(of: $1)).count
                }
            ),
        ]
    }

    /// A number rounded down to two digits, which changes seldom.
    static func rounded(_ number: Int) -> Int {
        var unit = 1
        while number / unit >= 100 { unit *= 10 }
        return number / unit * unit
    }

    /// Regular files below a folder of the repository, as paths.
    private static func files(
        below folder: String, ending: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws -> [String] {
        let root = Devemu.root + "/" + folder
        return try FileManager.default.subpathsOfDirectory(atPath: root).map { root + "/" + $0 }.filter {
            var isFolder: ObjCBool = false
            return $0.hasSuffix(ending) && isWanted($0)
                && FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    private static func texts(below folder: String, ending: String) throws -> [String] {
        try files(below: folder, ending: ending).map { try String(contentsOfFile: $0, encoding: .utf8) }
    }
}
