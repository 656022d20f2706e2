import PluginHost
import PluginInspection
import Testing

@Suite struct ForeignFunctionTests {
    private static let source = """
        int8_t next_i8(int8_t v) { return v + 1; }
        int16_t next_i16(int16_t v) { return v + 1; }
        int32_t next_i32(int32_t v) { return v + 1; }
        int64_t next_i64(int64_t v) { return v + 1; }
        uint8_t next_u8(uint8_t v) { return v + 1; }
        uint16_t next_u16(uint16_t v) { return v + 1; }
        uint32_t next_u32(uint32_t v) { return v + 1; }
        uint64_t next_u64(uint64_t v) { return v + 1; }
        size_t next_size(size_t v) { return v + 1; }
        float next_f32(float v) { return v + 1; }
        double next_f64(double v) { return v + 1; }
        void *next_ptr(char *v) { return v ? v + 1 : 0; }
        const char *next_cstr(const char *v) { return v ? v + 1 : 0; }
        static int32_t seen;
        void see(int32_t v) { seen = v; }
        int32_t saw(void) { return seen; }
        size_t measure(const char *a, const char *b) { return strlen(a) * 1000 + strlen(b); }
        const char *broken(void) { return "a\\xff"; }
        double mix(int8_t a, double b, uint64_t c, float d, int16_t e, uint8_t f, int32_t g, double h,
                   uint16_t i, float j, int64_t k, uint32_t l, size_t m, const char *n, double *o, int8_t p) {
            return a + 2*b + 3.0*c + 4*d + 5*e + 6*f + 7.0*g + 8*h + 9*i + 10*j + 11.0*k + 12.0*l + 13.0*m
                 + 14*n[0] + 15 * *o + 16*p;
        }
        """

    private let library: CLibrary

    init() throws { library = try CLibrary(Self.source) }

    private func function(_ name: String, _ signature: String) throws -> ForeignFunction {
        try ForeignFunction(
            address: try #require(library[name]), signature: Signature(parsing: signature))
    }

    @Test func `every integer goes in and comes out with its sign and its width`() throws {
        let cases: [(ForeignValue, ForeignValue)] = [
            (.i8(-128), .i8(-127)), (.i8(-1), .i8(0)), (.i8(127), .i8(-128)),
            (.i16(-32768), .i16(-32767)), (.i16(32767), .i16(-32768)),
            (.i32(-2), .i32(-1)), (.i32(.min), .i32(.min + 1)),
            (.i64(.min), .i64(.min + 1)), (.i64(-2), .i64(-1)),
            (.u8(254), .u8(255)), (.u8(255), .u8(0)), (.u16(65534), .u16(65535)),
            (.u32(.max - 1), .u32(.max)), (.u32(.max), .u32(0)), (.u64(.max - 1), .u64(.max)),
            (.size(.max - 1), .size(.max)),
        ]
        for (argument, result) in cases {
            let type = argument.type
            #expect(try function("next_\(type)", "\(type)(\(type))").call([argument]) == result)
        }
    }

    @Test func `floating-point numbers go in and come out`() throws {
        #expect(try function("next_f32", "f32(f32)").call([.f32(-1.5)]) == .f32(-0.5))
        #expect(try function("next_f64", "f64(f64)").call([.f64(1e300)]) == .f64(1e300))
        #expect(try function("next_f32", "f32(f32)").call([.f32(.infinity)]) == .f32(.infinity))
    }

    @Test func `pointers go in and come out, NULL as nil`() throws {
        let next = try function("next_ptr", "ptr(ptr)")
        let start = UnsafeMutableRawPointer.allocate(byteCount: 2, alignment: 1)
        defer { start.deallocate() }
        #expect(try next.call([.ptr(start)]) == .ptr(start + 1))
        #expect(try next.call([.ptr(nil)]) == .ptr(nil))
    }

    @Test func `texts live as long as the call, and results are repaired copies`() throws {
        let long = String(repeating: "\u{e4}", count: 500)
        #expect(
            try function("measure", "size(cstr, cstr)").call([.cstr(long), .cstr("")]) == .size(1_000_000))
        let next = try function("next_cstr", "cstr(cstr)")
        #expect(try next.call([.cstr("abc")]) == .cstr("bc"))
        #expect(try next.call([.cstr(nil)]) == .cstr(nil))
        #expect(try function("broken", "cstr()").call([]) == .cstr("a\u{fffd}"))
    }

    @Test func `a function without a result is called and gives void`() throws {
        #expect(try function("see", "void(i32)").call([.i32(-7)]) == .void)
        #expect(try function("saw", "i32()").call([]) == .i32(-7))
    }

    @Test func `sixteen arguments of mixed types arrive each in its place`() throws {
        let mix = try function(
            "mix", "f64(i8,f64,u64,f32,i16,u8,i32,f64,u16,f32,i64,u32,size,cstr,ptr,i8)")
        var pointee = 0.25
        let result = try withUnsafeMutablePointer(to: &pointee) { pointer in
            try mix.call([
                .i8(-1), .f64(0.5), .u64(3), .f32(1.25), .i16(-5), .u8(200), .i32(-70000), .f64(-2.5),
                .u16(60000), .f32(0.125), .i64(-1 << 40), .u32(4_000_000_000), .size(1 << 33),
                .cstr("A"), .ptr(UnsafeMutableRawPointer(pointer)), .i8(-128),
            ])
        }
        let small = -1 + 2 * 0.5 + 9 + 4 * 1.25 - 25 + 1200 - 490000 + 8 * -2.5 + 540000 + 1.25
        let large = -11.0 * 1_099_511_627_776 + 48_000_000_000 + 13.0 * 8_589_934_592
        #expect(result == .f64(small + large + 14 * 65 + 15 * 0.25 - 16 * 128))
    }

    @Test func `a function is called again and again with the same description`() throws {
        let next = try function("next_u64", "u64(u64)")
        for value in 0..<1000 as Range<UInt64> { #expect(try next.call([.u64(value)]) == .u64(value + 1)) }
    }
}
