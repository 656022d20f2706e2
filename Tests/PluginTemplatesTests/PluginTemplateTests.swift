import Foundation
import PluginTemplates
import Testing

@Suite struct PluginTemplateTests {
    private static let include = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/CDevEmu/include")

    private static let all = PluginTemplate.Language.allCases.flatMap { language in
        PluginTemplate.Kind.allCases.map { (language, $0) }
    }

    private func template(
        _ language: PluginTemplate.Language, _ kind: PluginTemplate.Kind
    ) throws -> PluginTemplate {
        PluginTemplate(try PluginName("mic-array"), language: language, kind: kind)
    }

    private func text(_ file: PluginTemplate.File) -> String { String(decoding: file.bytes, as: UTF8.self) }

    @Test(arguments: all)
    func `the source is at most 120 lines of 110 columns and has the plugin's name`(
        language: PluginTemplate.Language, kind: PluginTemplate.Kind
    ) throws {
        let template = try template(language, kind)
        let source = try #require(template.files.first)
        #expect(source.path == template.sourcePath)
        let lines = text(source).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count <= 120)
        #expect(lines.allSatisfy { $0.count <= 110 })
        #expect(text(source).contains("mic_array_\(kind == .workload ? "run" : "gather")"))
    }

    @Test(arguments: all)
    func `nothing of the placeholder is left, and no path stands twice`(
        language: PluginTemplate.Language, kind: PluginTemplate.Kind
    ) throws {
        let files = try template(language, kind).files
        for file in files {
            #expect(!file.path.contains("my-plugin"))
            #expect(!text(file).contains("my-plugin") && !text(file).contains("my_plugin"), "\(file.path)")
        }
        #expect(Set(files.map(\.path)).count == files.count)
    }

    @Test(arguments: all)
    func `the headers are those of the SDK, all of them, byte for byte`(
        language: PluginTemplate.Language, kind: PluginTemplate.Kind
    ) throws {
        let files = try template(language, kind).files.filter { $0.path.hasPrefix("include/") }
        let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.include.path)
            .filter { $0.contains(".") }
        #expect(Set(files.map(\.path)) == Set(paths.map { "include/" + $0 }))
        for file in files {
            let header = Self.include.appendingPathComponent(String(file.path.dropFirst("include/".count)))
            #expect(try Data(contentsOf: header) == Data(file.bytes), "\(file.path)")
        }
    }

    @Test func `the table in Rust is the beginning of the one in C, field by field`() throws {
        let rust = try #require(try template(.rust, .workload).files.first { $0.path == "devemu.rs" })
        let header = try String(
            contentsOf: Self.include.appendingPathComponent("devemu/plugin.h"), encoding: .utf8)
        let inC = try fields(
            of: header, from: "struct devemu_host {", name: /\(\*(\w+)\)\(|[ *](\w+);/)
        let inRust = try fields(of: text(rust), from: "pub struct Host {", name: /pub (\w+):/)
        #expect(inRust.count > 20)
        #expect(Array(inC.prefix(inRust.count)) == inRust)
    }

    /// The names of a struct's fields, in order.
    private func fields(
        of source: String, from start: String, name: Regex<(Substring, Substring?, Substring?)>
    ) throws -> [String] {
        try body(of: source, from: start).matches(of: name).compactMap { ($0.1 ?? $0.2).map(String.init) }
    }

    private func fields(
        of source: String, from start: String, name: Regex<(Substring, Substring)>
    ) throws -> [String] {
        try body(of: source, from: start).matches(of: name).map { String($0.1) }
    }

    private func body(of source: String, from start: String) throws -> Substring {
        let begin = try #require(source.range(of: start)).upperBound
        let end = try #require(source.range(of: "\n}", range: begin..<source.endIndex)).lowerBound
        return source[begin..<end]
    }
}
