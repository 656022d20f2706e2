import Foundation
import TestSupport
import Testing

/// The reference of host calls lists every call that there is.
@Suite struct PluginPagesTests {
    @Test func `the reference of calls has every inline function of the headers, and none that is not there`()
        throws
    {
        var functions: Set<String> = []
        for header in try FileManager.default.contentsOfDirectory(atPath: Fixture.headers + "/devemu") {
            let text = try String(contentsOfFile: Fixture.headers + "/devemu/" + header, encoding: .utf8)
            functions.formUnion(text.matches(of: /static inline [^(;]*?(\w+)\(/).map { String($0.1) })
        }
        #expect(functions.count > 50)
        let page = try DocumentationPages.article("HostCalls")
        let listed = page.matches(of: /(?m)^\| `(\w+)` \| (?:[WS]|any)/).map { String($0.1) }
        #expect(Set(listed) == functions)
        #expect(listed.count == functions.count)
    }

    @Test func `the reference of calls has every field of the host's table`() throws {
        let page = try DocumentationPages.article("HostCalls")
        for field in try HostTable.fields where !["size", "abi"].contains(field) {
            #expect(page.contains("`\(field)`"), "\(field)")
        }
    }
}

/// The host's table as the header declares it.
enum HostTable {
    /// The names of the fields, in order.
    static var fields: [String] {
        get throws {
            let header = try String(contentsOfFile: Fixture.headers + "/devemu/plugin.h", encoding: .utf8)
            let start = try #require(header.range(of: "struct devemu_host {")).upperBound
            let end = try #require(header.range(of: "\n};", range: start..<header.endIndex)).lowerBound
            return header[start..<end].matches(of: /\(\*(\w+)\)\(|[ *](\w+);/)
                .compactMap { ($0.1 ?? $0.2).map(String.init) }
        }
    }
}
