import PluginInspection
import Testing

/// Entries as the operations that a scene calls.
@Suite struct OperationTests {
    private func manifest(id: String, symbols: [String]) throws -> PluginManifest {
        let entries = symbols.map { "entry=\($0):i32(ptr host)\0" }.joined()
        let text = "abi-min=2\0abi=2\0id=\(id)\0version=1\0license=MIT\0summary=s\0" + entries
        return try PluginManifest(payload: Array(text.utf8))
    }

    @Test func `an operation is the symbol without the last part of the id`() throws {
        let manifest = try manifest(
            id: "org.example.secure-heap",
            symbols: ["secure_heap_run", "secure_heap_still", "flush", "secure_heap_", "heap_run"])
        #expect(
            manifest.entries.map { manifest.operationName(of: $0) }
                == ["run", "still", "flush", "secure_heap_", "heap_run"])
        #expect(manifest.entry(ofOperation: "still")?.symbol == "secure_heap_still")
        #expect(manifest.entry(ofOperation: "flush")?.symbol == "flush")
        #expect(manifest.entry(ofOperation: "secure_heap_run") == nil)
    }

    @Test func `of two entries that are one operation the first is called`() throws {
        let manifest = try manifest(id: "a.b", symbols: ["run", "b_run"])
        #expect(manifest.entry(ofOperation: "run")?.symbol == "run")
    }

    private func cycles(_ fields: String...) throws -> [[String]] {
        let common = ["abi-min=2", "abi=2", "id=a.b", "version=1", "license=MIT", "summary=s"]
        let entries = ["entry=b_start:i32(ptr host)", "entry=b_stop:i32(ptr host)"]
        let text = (common + entries + fields).map { $0 + "\0" }.joined()
        return try PluginManifest(payload: Array(text.utf8)).cycles
    }

    @Test func `a cycle is a list of operations`() throws {
        #expect(try cycles() == [])
        #expect(try cycles("cycle=start stop", "cycle=stop") == [["start", "stop"], ["stop"]])
    }

    @Test(arguments: [
        ("", "cycle= is for workloads and names operations, with spaces between; write cycle=start stop"),
        ("start stpo", "cycle= 'stpo' is no operation of the plugin; did you mean stop?"),
        ("b_start", "cycle= 'b_start' is no operation of the plugin"),
    ])
    func `a cycle of something else is refused`(text: String, message: String) {
        let error = #expect(throws: ManifestError.self) { try cycles("cycle=" + text) }
        #expect(error?.description.contains(message) == true)
    }
}
