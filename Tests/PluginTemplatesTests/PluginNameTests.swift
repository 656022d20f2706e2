import PluginTemplates
import Testing

@Suite struct PluginNameTests {
    @Test(arguments: [("mic-array", "mic_array"), ("a", "a"), ("isp3", "isp3"), ("a-1-b", "a_1_b")])
    func `words with hyphens are a name, in C with underscores`(text: String, symbol: String) throws {
        let name = try PluginName(text)
        #expect(name.text == text)
        #expect(name.symbol == symbol)
    }

    @Test(arguments: [
        "", "-", "-a", "a-", "a--b", "3d", "Camera", "mic_array", "mic.array", "../up", "a/b", "a b", "a\n",
        "ä",
        ".", "..", "a\0",
    ])
    func `what a shell, a file system or C could misread is no name`(text: String) {
        #expect(throws: PluginNameError(text: text)) { try PluginName(text) }
    }

    @Test func `40 characters are a name, 41 are not`() throws {
        let longest = String(repeating: "x", count: PluginName.maximumLength)
        #expect(try PluginName(longest).text.count == 40)
        #expect(throws: PluginNameError.self) { try PluginName(longest + "x") }
    }

    @Test func `the error says in one line what would be right`() {
        let text = PluginNameError(text: "3d").description
        #expect(text.contains("mic-array"))
        #expect(text.contains("at most 40 characters"))
        #expect(!text.contains { $0.isNewline })
    }
}
