import PluginInspection
import Testing

@Suite struct ManifestErrorTests {
    @Test(arguments: PluginManifest.required.indices)
    func `a required key that is missing, doubled or empty is named`(index: Int) {
        var fields = PluginManifest.required + ["entry=run:void()"]
        let key = String(fields[index].prefix { $0 != "=" })
        func code(_ fields: [String]) -> ManifestError.Code? {
            let error = #expect(throws: ManifestError.self) {
                try PluginManifest(payload: PluginManifest.payload(fields))
            }
            #expect(error?.key == key)
            return error?.code
        }
        #expect(code(fields + [fields[index]]) == .duplicateKey)
        let removed = fields.remove(at: index)
        #expect(code(fields) == .missingKey)
        #expect(code(fields + [String(removed.prefix(key.count + 1))]) == .emptyValue)
    }

    @Test func `a note without an entry is refused`() {
        let error = #expect(throws: ManifestError.self) {
            try PluginManifest(payload: PluginManifest.payload(PluginManifest.required))
        }
        #expect(error?.code == .missingKey)
        #expect(error?.description == "note byte 83: entry= is missing; add \"entry=run:i32(ptr host)\\0\"")
    }

    @Test(
        arguments: [
            ("novalue", .notKeyValue), ("=x", .malformedKey), ("Key=x", .malformedKey),
            ("k=a\u{1b}b", .controlCharacter), ("k=a\nb", .controlCharacter), ("k=\u{85}", .controlCharacter),
            ("param=a", .malformedParameter), ("param=a:u8:1:", .malformedParameter),
            ("param=A:u8:1::", .malformedName), ("param=:u8:1::", .malformedName),
            ("param=host:u8:1::", .reservedName), ("param=a:ptr:1::", .parameterType),
            ("param=a:void:1::", .parameterType), ("param=a:u33:1::", .parameterType),
            ("param=a:u8:1:9:", .malformedRange), ("param=a:u8:1:a|b:", .malformedRange),
            ("param=a:u8:1:..9:", .malformedBound), ("param=a:u8:1:0..300:", .malformedBound),
            ("param=a:u8:1:0..0..9:", .malformedBound), ("param=a:u8:1:9..0:", .reversedRange),
            ("param=a:f32:1:9..0:", .reversedRange), ("param=a:i8:1:9..0:", .reversedRange),
            ("param=a:cstr:x:x||y:", .malformedChoices), ("param=a:cstr:x:x|x:", .malformedChoices),
            ("param=a:u8:10:0..9:", .malformedDefault), ("param=a:u8:::", .malformedDefault),
            ("param=a:cstr:z:x|y:", .malformedDefault), ("entry=run", .malformedEntry),
            ("entry=9run:void()", .malformedSymbol), ("entry=:void()", .malformedSymbol),
            ("entry=go:void(", .malformedSignature), ("entry=run:void()", .duplicateEntry),
            ("entry=go:void(ptr host, u8)", .unnamedArgument), ("entry=go:void(u8 host)", .hostArgumentType),
            ("entry=go:void(u8 a)", .unknownArgument), ("entry=go:void(ptr a)", .unknownArgument),
        ] as [(String, ManifestError.Code)])
    func `each mistake has its code and the place of its string`(field: String, code: ManifestError.Code) {
        let start = PluginManifest.payload(PluginManifest.required + ["entry=run:i32(ptr host)"]).count
        let error = #expect(throws: ManifestError.self) { try PluginManifest(fields: [field]) }
        #expect(error?.code == code)
        #expect((start...start + field.utf8.count).contains(error?.offset ?? 0))
    }

    @Test(
        arguments: [
            (["param=a:u8:1::", "param=a:u8:1::"], .duplicateParameter),
            (["param=a:u8:1::", "entry=go:void(u16 a)"], .argumentType),
        ] as [([String], ManifestError.Code)])
    func `fields that contradict each other are refused`(fields: [String], code: ManifestError.Code) {
        let error = #expect(throws: ManifestError.self) { try PluginManifest(fields: fields) }
        #expect(error?.code == code)
    }

    @Test(
        arguments: [
            ("1", "x", .malformedABI), ("0", "1", .malformedABI), ("-1", "1", .malformedABI),
            ("1", "9999999", .malformedABI), ("2", "1", .reversedABI),
        ] as [(String, String, ManifestError.Code)])
    func `an ABI range is two rising revisions`(low: String, high: String, code: ManifestError.Code) {
        let error = #expect(throws: ManifestError.self) {
            try PluginManifest.abi(ofPayload: PluginManifest.payload(["abi-min=" + low, "abi=" + high]))
        }
        #expect(error?.code == code)
    }

    @Test(arguments: ["hello", "org..hello", ".org", "org.", "org.exa mple", "org.ex\u{e4}mple"])
    func `an id is a reverse-domain name`(id: String) {
        let fields = PluginManifest.required.map { $0.hasPrefix("id=") ? "id=" + id : $0 }
        let error = #expect(throws: ManifestError.self) {
            try PluginManifest(payload: PluginManifest.payload(fields))
        }
        #expect(error?.code == .malformedID)
    }

    @Test func `bytes that are not UTF-8 are refused at their string`() {
        let start = PluginManifest.payload(["abi=1"])
        let error = #expect(throws: ManifestError.self) {
            try PluginManifest(payload: start + Array("k=".utf8) + [0xff])
        }
        #expect(error?.code == .notUTF8)
        #expect(error?.offset == start.count)
    }

    @Test func `more strings than the limit are refused`() {
        let fields = (0...PluginManifest.maximumFields).map { "k\($0)=" }
        let error = #expect(throws: ManifestError.self) {
            try PluginManifest(payload: PluginManifest.payload(fields))
        }
        #expect(error?.code == .tooManyFields)
    }

    @Test(arguments: [
        ("entry=go:i32(u33 a)", "note byte 120: entry= go: unknown type 'u33'; did you mean u32?"),
        ("entry=go:i32(ptr host, u8)", "note byte 113: entry= go: argument 2 has no name; write TYPE NAME"),
        ("param=a:u8:10:0..9:", "note byte 113: param= default of a: 10 is out of range 0..9"),
        (
            "param=a:u8:1:0..300:",
            "note byte 113: param= range of a: 300 does not fit u8, which holds 0..255"
        ),
    ])
    func `the description says where, what is wrong and what would be right`(
        field: String, description: String
    ) {
        let error = #expect(throws: ManifestError.self) { try PluginManifest(fields: [field]) }
        #expect(error?.description == description)
    }
}
