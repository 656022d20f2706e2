import PluginHost
import PluginInspection
import Testing

@Suite struct ForeignCallErrorTests {
    private let function: ForeignFunction

    init() throws {
        let library = try CLibrary("int32_t f(uint32_t a, const char *b) { __builtin_trap(); }")
        function = try ForeignFunction(
            address: try #require(library["f"]), signature: Signature(parsing: "i32(u32 a, cstr b)"))
    }

    @Test func `a wrong number of arguments is refused without a call`() {
        for arguments in [[], [.u32(1)], [.u32(1), .cstr(""), .u32(1)]] as [[ForeignValue]] {
            let error = #expect(throws: ForeignCallError.self) { try function.call(arguments) }
            #expect(error?.code == .wrongCount)
            #expect(error?.description == "i32(u32 a, cstr b): got \(arguments.count) arguments; give 2")
        }
    }

    @Test func `a wrong type is refused without a call`() {
        for argument in [.i32(1), .u64(1), .f32(1), .void, .ptr(nil)] as [ForeignValue] {
            let error = #expect(throws: ForeignCallError.self) { try function.call([argument, .cstr("")]) }
            #expect(error?.code == .wrongType)
            #expect(error?.argument == 0)
        }
        let error = #expect(throws: ForeignCallError.self) { try function.call([.u32(1), .ptr(nil)]) }
        #expect(error?.description == "i32(u32 a, cstr b): argument 2 is ptr; give cstr b")
    }

    @Test func `a text that C would cut short is refused without a call`() {
        let error = #expect(throws: ForeignCallError.self) { try function.call([.u32(1), .cstr("a\0b")]) }
        #expect(error?.code == .textContainsNUL)
        #expect(error?.argument == 1)
    }
}
