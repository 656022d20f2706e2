import Testing

@testable import PluginInspection

@Suite struct SignatureTests {
    @Test func `a signature is read into its types and names`() throws {
        let signature = try Signature(parsing: "i32(ptr host, u32 pages, f64)")
        #expect(signature.result == .i32)
        #expect(
            signature.arguments == [
                .init(name: "host", type: .ptr), .init(name: "pages", type: .u32), .init(type: .f64),
            ])
    }

    @Test(arguments: ["void()", "  void  (  )  ", "void( )"])
    func `empty parentheses are no arguments`(text: String) throws {
        #expect(try Signature(parsing: text) == Signature(parsing: "void()"))
    }

    @Test func `the description is canonical and parses back to the same signature`() throws {
        let signature = try Signature(parsing: " u64 ( cstr name ,size,  i8 a ) ")
        #expect(signature.description == "u64(cstr name, size, i8 a)")
        #expect(try Signature(parsing: signature.description) == signature)
    }

    @Test func `every type is known as a result, and every type but void as an argument`() throws {
        for (_, type) in ValueType.named {
            #expect(try Signature(parsing: "\(type)()").result == type)
            guard type != .void else { continue }
            #expect(try Signature(parsing: "void(\(type) \(type))").arguments.first?.type == type)
        }
    }

    @Test func `sixteen arguments are read, a seventeenth is refused at its place`() throws {
        let sixteen = "void(" + Array(repeating: "u8", count: 16).joined(separator: ",")
        #expect(try Signature(parsing: sixteen + ")").arguments.count == 16)
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: sixteen + ",u8)") }
        #expect(error?.code == .tooManyArguments)
        #expect(error?.offset == sixteen.utf8.count + 1)
    }

    @Test func `the parser ends on any beginning and any damaged byte of a signature`() throws {
        let text = "i32(ptr host, u32 pages, cstr mode)"
        for length in 0..<text.utf8.count {
            let start = String(decoding: text.utf8.prefix(length), as: UTF8.self)
            #expect(throws: SignatureError.self) { try Signature(parsing: start) }
        }
        for index in 0..<text.utf8.count {
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
}
