import PluginInspection
import Testing

@Suite struct ParameterBindingTests {
    private let manifest: PluginManifest

    init() throws {
        manifest = try PluginManifest(
            fields: ["param=width:u32:640:16..8192:pixels", "param=format:cstr:NV12:RAW10|NV12:layout"])
    }

    @Test func `without settings every parameter has its default, in the order of the note`() throws {
        let bindings = try manifest.bind(settings: [])
        #expect(bindings.map(\.parameter.name) == ["width", "format"])
        #expect(bindings.map(\.value) == [.unsigned(640), .text("NV12")])
    }

    @Test func `of several settings of a parameter the last wins`() throws {
        let bindings = try manifest.bind(settings: [
            ("width", "16"), ("format", "RAW10"), ("width", "32"),
        ])
        #expect(bindings.map(\.value) == [.unsigned(32), .text("RAW10")])
    }

    @Test func `a setting that another one overrides is checked all the same`() {
        let error = #expect(throws: ParameterError.self) {
            try manifest.bind(settings: [("width", "15"), ("width", "16")])
        }
        #expect(error?.code == .outsideRange)
    }

    @Test(arguments: [
        ("widht", "no parameter 'widht'; did you mean width?"),
        ("colour", "no parameter 'colour'; there are width, format"),
    ])
    func `an unknown name is answered with the right ones`(name: String, description: String) {
        let error = #expect(throws: ParameterError.self) { try manifest.bind(settings: [(name, "1")]) }
        #expect(error?.code == .unknownName)
        #expect(error?.description == description)
    }

    @Test func `a plugin without parameters says so`() throws {
        let bare = try PluginManifest(fields: [])
        let error = #expect(throws: ParameterError.self) { try bare.bind(settings: [("x", "1")]) }
        #expect(error?.description == "no parameter 'x'; the plugin has none")
    }
}
