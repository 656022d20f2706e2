import PluginInspection
import Testing

/// Records: numbers that are passed together, by value.
@Suite struct RecordTypeTests {
    @Test func `a record is read with its fields, and written in one form`() throws {
        let signature = try Signature(parsing: "{ f32 , u8}(ptr host, {u32,u32} size, { i64 })")
        #expect(signature.result == .record([.f32, .u8]))
        #expect(signature.arguments.map(\.type) == [.ptr, .record([.u32, .u32]), .record([.i64])])
        #expect(signature.arguments.map(\.name) == ["host", "size", nil])
        #expect(signature.description == "{f32,u8}(ptr host, {u32,u32} size, {i64})")
        #expect(try Signature(parsing: signature.description) == signature)
    }

    @Test(arguments: [
        ("i32({})", 5, "'}' where a type is expected"), ("i32({", 5, "the end where a type is expected"),
        ("i32({u32", 8, "the end where ',' or '}' is expected; a record is {TYPE,TYPE}"),
        ("i32({u32 width})", 9, "'w' where ',' or '}' is expected"),
        ("i32({u32,})", 9, "'}' where a type is expected"),
        ("i32({u32,ptr})", 9, "'ptr' in a record; its fields are numbers: i8 i16 "),
        ("i32({cstr})", 5, "'cstr' in a record"), ("{void}()", 1, "'void' in a record"),
        ("i32({u8,{u8}})", 8, "'{' in a record; its fields are numbers"),
        ("i32({u33})", 5, "unknown type 'u33'; did you mean u32?"),
        ("i32({u8,u8,u8,u8,u8,u8,u8,u8,u8})", 29, "more than 8 fields; pass the rest as further arguments"),
        ("i32({u8}})", 8, "'}' where ',' or ')' is expected"),
    ])
    func `what is no record is refused at its place`(text: String, offset: Int, message: String) {
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test func `the parser ends on any beginning and any damaged byte of a record`() throws {
        let text = "{i8}({u32,f64} size, cstr mode)"
        for index in 0..<text.utf8.count {
            let start = String(decoding: text.utf8.prefix(index), as: UTF8.self)
            #expect(throws: SignatureError.self) { try Signature(parsing: start) }
            for byte in UInt8.min...UInt8.max {
                var bytes = Array(text.utf8)
                bytes[index] = byte
                do {
                    let read = try Signature(parsing: String(decoding: bytes, as: UTF8.self))
                    #expect(try Signature(parsing: read.description) == read)
                } catch {
                    #expect(error.offset <= error.text.utf8.count)
                }
            }
        }
    }

    private func manifest(_ fields: String...) throws -> PluginManifest {
        let common = ["abi-min=2", "abi=2", "id=a.b", "version=1", "license=MIT", "summary=s"]
        return try PluginManifest(payload: Array((common + fields).map { $0 + "\0" }.joined().utf8))
    }

    @Test func `a parameter can be a record`() throws {
        let manifest = try manifest(
            "entry=b_run:i32(ptr host, {u32,u32} size)", "param=size:{u32,u32}:640,0x1e0::frame: size")
        let parameter = try #require(manifest.parameters.first)
        #expect(parameter.type == .record([.u32, .u32]))
        #expect(parameter.defaultValue == .record([.unsigned(640), .unsigned(480)]))
        #expect(parameter.defaultValue.description == "640,480")
        #expect(parameter.help == "frame: size")
        let bound = try manifest.bind(settings: [("size", "1280,720")])
        #expect(bound.first?.value == .record([.unsigned(1280), .unsigned(720)]))
    }

    @Test(arguments: [
        ("1280", "size: '1280' is no {u32,f32}; write 2 numbers with commas between"),
        ("1,2,3", "size: '1,2,3' is no {u32,f32}; write 2 numbers with commas between"),
        ("", "size: '' is no {u32,f32}; write 2 numbers with commas between"),
        (",", "size: '' is not a whole number; write digits, or 0x and hexadecimal digits"),
        ("-1,2", "size: -1 does not fit u32, which holds 0..4294967295"),
        ("1,x", "size: 'x' is not a number; write digits such as 0.5 or 1e-3"),
        ("1, 2", "size: ' 2' is not a number; write digits such as 0.5 or 1e-3"),
    ])
    func `a value that is none is refused`(text: String, message: String) throws {
        let manifest = try manifest("entry=run:i32({u32,f32} size)", "param=size:{u32,f32}:1,0.5::")
        let error = #expect(throws: ParameterError.self) { try manifest.bind(settings: [("size", text)]) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("param=size:{u32}:1:0..9:", "param= size: a record has no range; leave '0..9' out"),
        ("param=size:{u32,ptr}:1,2::", "param= size: '{u32,ptr}' is not the type of a param; the types are"),
        ("param=size:{u32}x:1::", "param= size: '{u32}x' is not the type of a param"),
        ("param=size:{u32,u32}:1::", "param= default of size: '1' is no {u32,u32}; write 2 numbers"),
        (
            "param=size:{u32,u16}:1,2::",
            "entry= argument '{u32,u32} size' has a param of type {u32,u16}; make the two types the same"
        ),
    ])
    func `a declaration that is none is refused`(field: String, message: String) {
        let error = #expect(throws: ManifestError.self) {
            try manifest("entry=run:i32({u32,u32} size)", field)
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
}
