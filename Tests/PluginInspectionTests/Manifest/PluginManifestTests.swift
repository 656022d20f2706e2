import PluginInspection
import Testing

extension PluginManifest {
    static let required = [
        "abi-min=1", "abi=2", "id=org.example.hello", "version=1.0", "license=Apache-2.0", "summary=greets",
    ]

    static func payload(_ strings: [String]) -> [UInt8] {
        strings.flatMap { Array($0.utf8) + [0] }
    }

    /// The required fields, an entry, and `fields`.
    init(fields: [String], entry: String = "run:i32(ptr host)") throws(ManifestError) {
        try self.init(payload: Self.payload(Self.required + ["entry=" + entry] + fields))
    }
}

@Suite struct PluginManifestTests {
    @Test func `a note is read into its fields`() throws {
        let manifest = try PluginManifest(
            fields: ["param=pages:u32:1:1..1024:pages: how many"], entry: "hello_run:i32(ptr host, u32 pages)"
        )
        #expect(manifest.abi == 1...2)
        #expect(manifest.id == "org.example.hello")
        #expect(manifest.version == "1.0")
        #expect(manifest.license == "Apache-2.0")
        #expect(manifest.summary == "greets")
        #expect(
            try manifest.entries == [
                .init(symbol: "hello_run", signature: Signature(parsing: "i32(ptr host, u32 pages)"))
            ])
        #expect(
            manifest.parameters == [
                Parameter(
                    name: "pages", type: .u32, defaultValue: .unsigned(1), range: .unsigned(1...1024),
                    help: "pages: how many")
            ])
        #expect(manifest.other.isEmpty)
    }

    @Test func `the order of the keys does not matter, not even of entry and param`() throws {
        let fields = PluginManifest.required + ["entry=run:void(u8 a)", "param=a:u8:1::"]
        #expect(
            try PluginManifest(payload: PluginManifest.payload(fields))
                == PluginManifest(payload: PluginManifest.payload(fields.reversed())))
    }

    @Test func `unknown keys are kept in their order, repeated or not`() throws {
        let manifest = try PluginManifest(fields: ["zoo=1", "author=A=B", "zoo="])
        #expect(
            manifest.other == [
                .init(key: "zoo", value: "1"), .init(key: "author", value: "A=B"),
                .init(key: "zoo", value: ""),
            ])
    }

    @Test func `the last string needs no NUL and may have many`() throws {
        let payload = PluginManifest.payload(PluginManifest.required + ["entry=run:void()"])
        let manifest = try PluginManifest(payload: payload)
        #expect(try PluginManifest(payload: payload.dropLast()) == manifest)
        #expect(try PluginManifest(payload: payload + [0, 0, 0]) == manifest)
    }

    @Test func `every number type and the text have a range of their kind`() throws {
        let manifest = try PluginManifest(fields: [
            "param=a:i16:-1:-5..0x10:", "param=b:f32:0.5:0.25...75:", "param=c:cstr:x:x|y..z:",
            "param=d:size:0::", "param=e:f64:1e3::e",
        ])
        #expect(
            manifest.parameters.map(\.range) == [
                .integers(-5...16), .reals(0.25...0.75), .choices(["x", "y..z"]), .none, .none,
            ])
    }

    @Test func `the limits themselves are allowed`() throws {
        let many = (0..<PluginManifest.maximumFields - 7).map { "k\($0)=" }
        #expect(try PluginManifest(fields: many).other.count == many.count)
        let used = PluginManifest.payload(PluginManifest.required + ["entry=run:i32(ptr host)", "k="]).count
        let long = String(repeating: "x", count: PluginManifest.maximumSize - used)
        #expect(try PluginManifest(fields: ["k=" + long]).other.first?.value == long)
        let error = #expect(throws: ManifestError.self) { try PluginManifest(fields: ["k=x" + long]) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `the ABI of a note can be read when the rest cannot`() throws {
        let payload = PluginManifest.payload(["abi-min=7", "abi=9", "entry=run:handle(future x)"])
        #expect(try PluginManifest.abi(ofPayload: payload) == 7...9)
        #expect(throws: ManifestError.self) { try PluginManifest(payload: payload) }
    }

    @Test func `no damaged byte and no beginning of a note stops the reader`() throws {
        let payload = PluginManifest.payload(
            PluginManifest.required + ["entry=run:i32(ptr host, u8 a)", "param=a:u8:1:0..9:help"])
        for length in payload.indices { _ = try? PluginManifest(payload: payload.prefix(length)) }
        for index in payload.indices {
            for byte: UInt8 in [0x00, 0x1b, 0x2e, 0x3a, 0x3d, 0x7c, 0x80, 0xff] {
                var damaged = payload
                damaged[index] = byte
                do {
                    _ = try PluginManifest(payload: damaged)
                } catch {
                    #expect(error.offset <= payload.count)
                    #expect(!error.description.contains { $0.isNewline })
                }
            }
        }
    }
}
