import PluginInspection
import Testing

@testable import PluginHost

@Suite struct ForeignClosureTests {
    private static let source = """
        int8_t call_i8(int8_t (*f)(int8_t), int8_t v) { return f(v); }
        int16_t call_i16(int16_t (*f)(int16_t), int16_t v) { return f(v); }
        int32_t call_i32(int32_t (*f)(int32_t), int32_t v) { return f(v); }
        int64_t call_i64(int64_t (*f)(int64_t), int64_t v) { return f(v); }
        uint8_t call_u8(uint8_t (*f)(uint8_t), uint8_t v) { return f(v); }
        uint16_t call_u16(uint16_t (*f)(uint16_t), uint16_t v) { return f(v); }
        uint32_t call_u32(uint32_t (*f)(uint32_t), uint32_t v) { return f(v); }
        uint64_t call_u64(uint64_t (*f)(uint64_t), uint64_t v) { return f(v); }
        size_t call_size(size_t (*f)(size_t), size_t v) { return f(v); }
        float call_f32(float (*f)(float), float v) { return f(v); }
        double call_f64(double (*f)(double), double v) { return f(v); }
        void *call_ptr(void *(*f)(void *), void *v) { return f(v); }
        int64_t sum(int64_t (*f)(int32_t), int32_t n) {
            int64_t s = 0;
            for (int32_t i = 0; i < n; i++) s += f(i);
            return s;
        }
        double both(double (*f)(const char *, int8_t, double, float, uint64_t)) {
            return f("text", -1, 0.5, 0.25f, UINT64_MAX);
        }
        void notify(void (*f)(const char *)) { f(0); }
        """

    private let library: CLibrary

    init() throws { library = try CLibrary(Self.source) }

    /// Calls a C function whose first argument is the closure.
    private func call(
        _ name: String, _ signature: String, _ closure: ForeignClosure, _ rest: [ForeignValue] = []
    ) throws -> ForeignValue {
        let function = try ForeignFunction(
            address: try #require(library[name]), signature: Signature(parsing: signature))
        return try withExtendedLifetime(closure) {
            try function.call([.ptr(UnsafeMutableRawPointer(mutating: closure.address))] + rest)
        }
    }

    @Test func `every type reaches the body and comes back as it was`() throws {
        let values: [ForeignValue] = [
            .i8(-128), .i8(127), .i16(-32768), .i32(-1), .i32(.min), .i64(.min), .u8(255), .u16(65535),
            .u32(.max), .u64(.max), .size(.max), .f32(-0.25), .f64(1e-300), .ptr(nil),
            .ptr(UnsafeMutableRawPointer(bitPattern: 0x1234)),
        ]
        for value in values {
            let type = value.type
            let closure = try ForeignClosure(signature: Signature(parsing: "\(type)(\(type))")) { arguments in
                arguments[0]
            }
            #expect(try call("call_\(type)", "\(type)(ptr, \(type))", closure, [value]) == value)
        }
    }

    @Test func `the body sees what it captured`() throws {
        var calls = 0
        let factor: Int64 = 3
        let closure = try ForeignClosure(signature: Signature(parsing: "i64(i32)")) { arguments in
            calls += 1
            guard case .i32(let value) = arguments.first else { return .i64(0) }
            return .i64(factor * Int64(value))
        }
        #expect(try call("sum", "i64(ptr, i32)", closure, [.i32(100)]) == .i64(14850))
        #expect(calls == 100)
    }

    @Test func `mixed arguments arrive each in its place, texts as copies`() throws {
        var seen: [ForeignValue] = []
        let closure = try ForeignClosure(
            signature: Signature(parsing: "f64(cstr, i8, f64, f32, u64)")
        ) { arguments in
            seen = arguments
            return .f64(-0.5)
        }
        #expect(try call("both", "f64(ptr)", closure) == .f64(-0.5))
        #expect(seen == [.cstr("text"), .i8(-1), .f64(0.5), .f32(0.25), .u64(.max)])
    }

    @Test func `a body without a result gets NULL as nil`() throws {
        var seen: [ForeignValue] = []
        let closure = try ForeignClosure(signature: Signature(parsing: "void(cstr)")) { arguments in
            seen = arguments
            return .void
        }
        #expect(try call("notify", "void(ptr)", closure) == .void)
        #expect(seen == [.cstr(nil)])
    }

    @Test func `the body is let go with the closure`() throws {
        final class Witness {}
        weak var witness: Witness?
        do {
            let captured = Witness()
            witness = captured
            let closure = try ForeignClosure(signature: Signature(parsing: "void()")) { _ in
                withExtendedLifetime(captured) { .void }
            }
            withExtendedLifetime(closure) { #expect(witness != nil) }
        }
        #expect(witness == nil)
    }

    @Test func `a system without closures is an error, not a crash`() throws {
        let signature = try Signature(parsing: "i32(u32)")
        let error = #expect(throws: ForeignCallError.self) {
            try ForeignClosure(signature: signature, allocator: { _, _ in nil }, body: { _ in .i32(0) })
        }
        #expect(error?.code == .closuresUnavailable)
        #expect(
            error?.description
                == "i32(u32): this system gives no closures: no executable memory; pass a C function and a context pointer instead"
        )
    }

    @Test func `a closure that would return a text is refused`() throws {
        let signature = try Signature(parsing: "cstr()")
        let error = #expect(throws: ForeignCallError.self) {
            try ForeignClosure(signature: signature) { _ in .cstr("") }
        }
        #expect(error?.code == .closureReturnsText)
    }
}
