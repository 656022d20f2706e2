import PluginHost
import PluginInspection
import Testing

@Suite struct ForeignValueTests {
    @Test func `a parameter's value becomes an argument of the parameter's type`() {
        let cases: [(ParameterValue, ValueType, ForeignValue)] = [
            (.signed(-1), .i8, .i8(-1)), (.signed(-1), .i16, .i16(-1)), (.signed(-1), .i32, .i32(-1)),
            (.signed(.min), .i64, .i64(.min)), (.unsigned(255), .u8, .u8(255)),
            (.unsigned(1), .u16, .u16(1)), (.unsigned(1), .u32, .u32(1)),
            (.unsigned(.max), .u64, .u64(.max)), (.unsigned(7), .size, .size(7)),
            (.real(0.1), .f32, .f32(0.1)), (.real(0.1), .f64, .f64(0.1)), (.text("a"), .cstr, .cstr("a")),
        ]
        for (value, type, expected) in cases {
            #expect(ForeignValue(value, as: type) == expected)
            #expect(expected.type == type)
        }
    }

    @Test func `a value that the type cannot hold becomes none`() {
        let cases: [(ParameterValue, ValueType)] = [
            (.signed(128), .i8), (.signed(-1), .u32), (.unsigned(256), .u8), (.unsigned(.max), .i64),
            (.real(1), .i32), (.text("1"), .u8), (.signed(1), .f64), (.text("1"), .f32), (.signed(1), .cstr),
            (.signed(1), .ptr), (.signed(1), .void),
        ]
        for (value, type) in cases { #expect(ForeignValue(value, as: type) == nil) }
    }
}
