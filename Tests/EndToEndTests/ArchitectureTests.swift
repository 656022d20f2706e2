import Foundation
import TestSupport
import Testing

/// The walls between the modules, held against the sources.
@Suite struct ArchitectureTests {
    /// Modules of which a Swift source contains the pattern outside of comments.
    private func modules(containing pattern: String) throws -> Set<String> {
        let sources = URL(fileURLWithPath: Devemu.root + "/Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            // Text that devemu writes, not code that it is made of.
            if file.path.contains("/PluginTemplates/Templates/") { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
                .replacingOccurrences(of: "(?m)^ *//.*$", with: "", options: .regularExpression)
            if text.range(of: pattern, options: .regularExpression) != nil {
                // A module is a folder of Sources, with folders by subject in it.
                let path = file.path.dropFirst(sources.path.count + 1)
                found.insert(String(path.prefix { $0 != "/" }))
            }
        }
        return found
    }

    private func importers(of module: String) throws -> Set<String> {
        try modules(containing: "(?m)^(@\\w+ )?(public |package |internal |private )?import \(module)\\b")
    }

    @Test func `memory, devices and measurement know no operating system`() throws {
        for library in ["Foundation", "FoundationEssentials", "Glibc"] {
            #expect(
                try importers(of: library)
                    .isDisjoint(with: ["PhysicalMemory", "Measurement", "KernelFormats"]), "\(library)")
        }
    }

    @Test func `each foreign library has one door`() throws {
        #expect(try importers(of: "CLibELF") == ["PluginInspection"])
        #expect(try importers(of: "CLibFFI") == ["PluginHost"])
        #expect(try importers(of: "CLibFDT") == ["KernelFormats"])
        #expect(try importers(of: "CDevEmu") == ["PluginHost"])
        #expect(try importers(of: "CLibSeccomp") == ["WorkerProcess"])
        #expect(try importers(of: "ArgumentParser") == ["devemu"])
        #expect(try importers(of: "Yams") == ["Scenes"])
        #expect(try importers(of: "CLibCrypto") == ["Sweeps"])
        #expect(try importers(of: "GRDB") == ["ResultStore"])
    }

    @Test func `plans and grids touch no file`() throws {
        for library in ["Foundation", "Glibc", "GRDB", "WorkerProcess", "PluginHost"] {
            #expect(try !importers(of: library).contains("Sweeps"), "\(library)")
        }
    }

    @Test func `one module loads code, one starts processes`() throws {
        #expect(try modules(containing: "\\bdlopen\\(") == ["PluginHost"])
        #expect(
            try modules(containing: "\\bposix_spawnp?\\(|(?<![.\\w]|func )fork\\(|\\bexecv\\w*\\(") == [
                "WorkerProcess"
            ])
    }

    /// Files that have a number of this size which is not the size of a page or of a pageblock, and what it is.
    private static let otherNumbers = [
        "ResultPages.swift": "the page of a result that does not name it, part of the schema",
        "ELFDynamicTable.swift": "entries of a dynamic table", "ELFImage.swift": "characters of a name",
        "FileCopy.swift": "MiB of a plugin", "InputFile.swift": "MiB of a file, bytes of a first read",
        "WorkloadRules.swift": "characters of a logged line",
        "SystemCallFilter.swift": "instructions of a filter",
        "WorkerResult.swift": "characters of a message", "Recording.swift": "busy offsets of a call",
        "BootInput.swift": "bytes that show what a file is", "IndexLocks.swift": "bits of a device number",
        "WorkerRuns.swift": "pages of the machine that warms a worker up",
        "AreaSeries.swift": "samples of a series",
        "RecordingParser.swift": "the largest errno", "ConformanceRule.swift": "the largest errno",
        "KernelLog.swift": "the largest errno", "FTraceFields.swift": "the largest errno",
        "RunPlan.swift": "the largest errno",
    ]

    @Test func `the sizes of a page and of a pageblock are numbers in one file`() throws {
        let sources = URL(fileURLWithPath: Devemu.root + "/Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let name = file.lastPathComponent
            if file.path.contains("/PluginTemplates/Templates/") || name == "PageGeometry.swift" { continue }
            // Comments and texts may tell a number to a reader.
            let text = try String(contentsOf: file, encoding: .utf8)
                .replacingOccurrences(of: "(?s)\"\"\".*?\"\"\"", with: "", options: .regularExpression)
                .replacingOccurrences(of: "\"[^\"\n]*\"", with: "", options: .regularExpression)
                .replacingOccurrences(of: "(?m)//.*$", with: "", options: .regularExpression)
            let pattern = "\\b(4_?096|4095|0x1000|0xfff|512|511)\\b|(<<|>>) ?(12|9)\\b"
            if text.range(of: pattern, options: .regularExpression) != nil { found.insert(name) }
        }
        #expect(found.subtracting(Self.otherNumbers.keys) == [])
        #expect(Set(Self.otherNumbers.keys).subtracting(found) == [], "entries that are no longer needed")
    }
}
