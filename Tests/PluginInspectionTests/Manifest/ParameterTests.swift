import PluginInspection
import Testing

@Suite struct ParameterTests {
    private func parameter(_ type: ValueType, _ range: ParameterRange = .none) -> Parameter {
        Parameter(name: "width", type: type, defaultValue: .text(""), range: range)
    }

    @Test(
        arguments: [
            (.i8, "-128", .signed(-128)), (.i8, "127", .signed(127)), (.i16, "-0x8000", .signed(-32768)),
            (.i32, "0x7fffffff", .signed(2_147_483_647)), (.i64, "-9223372036854775808", .signed(.min)),
            (.i64, "9223372036854775807", .signed(.max)), (.u8, "0XfF", .unsigned(255)),
            (.u8, "-0", .unsigned(0)), (.u16, "65535", .unsigned(65535)),
            (.u32, "4294967295", .unsigned(4_294_967_295)), (.u64, "0xffffffffffffffff", .unsigned(.max)),
            (.size, "007", .unsigned(7)), (.f32, "1e38", .real(1e38)), (.f64, "-0.5", .real(-0.5)),
            (.cstr, "", .text("")), (.cstr, "a b", .text("a b")),
        ] as [(ValueType, String, ParameterValue)])
    func `a text of the type becomes its value`(type: ValueType, text: String, value: ParameterValue) throws {
        #expect(try parameter(type).value(parsing: text) == value)
    }

    @Test(
        arguments: [
            (.i8, "128"), (.i8, "-129"), (.i16, "32768"), (.i32, "2147483648"), (.i64, "9223372036854775808"),
            (.i64, "-9223372036854775809"), (.u8, "256"), (.u8, "-1"), (.u16, "65536"), (.u32, "4294967296"),
            (.u64, "18446744073709551616"), (.size, "-1"), (.f32, "1e39"), (.f64, "inf"), (.f64, "1e999"),
        ] as [(ValueType, String)])
    func `a number beyond the type is refused as such`(type: ValueType, text: String) {
        let error = #expect(throws: ParameterError.self) { try parameter(type).value(parsing: text) }
        #expect(error?.code == .outsideType)
    }

    @Test(arguments: ["", "-", "0x", "+1", "1.0", "1_000", " 1", "1 ", "0xg", "--1", "١"])
    func `what is no whole number is refused as such`(text: String) {
        let error = #expect(throws: ParameterError.self) { try parameter(.u32).value(parsing: text) }
        #expect(error?.code == .notWholeNumber)
    }

    @Test(arguments: ["", "nan", "1,5", "x", " 1"])
    func `what is no number is refused as such`(text: String) {
        let error = #expect(throws: ParameterError.self) { try parameter(.f64).value(parsing: text) }
        #expect(error?.code == .notNumber)
    }

    @Test(
        arguments: [
            (.i32, .integers(-5...5), "-5", "6"), (.u32, .unsigned(16...8192), "8192", "15"),
            (.f64, .reals(0.5...1.5), "1.5", "1.6"), (.cstr, .choices(["a", "b"]), "b", "c"),
        ] as [(ValueType, ParameterRange, String, String)])
    func `the bounds belong to the range and the next value does not`(
        type: ValueType, range: ParameterRange, inside: String, outside: String
    ) throws {
        _ = try parameter(type, range).value(parsing: inside)
        #expect(throws: ParameterError.self) { try parameter(type, range).value(parsing: outside) }
    }

    @Test(
        arguments: [
            (.u32, .unsigned(16...8192), "99999", "width: 99999 is out of range 16..8192"),
            (.u8, .none, "300", "width: 300 does not fit u8, which holds 0..255"),
            (
                .cstr, .choices(["RAW10", "RAW12", "NV12", "YUYV"]), "NV21",
                "width: 'NV21' is not one of RAW10, RAW12, NV12, YUYV"
            ),
            (
                .i32, .none, "wide",
                "width: 'wide' is not a whole number; write digits, or 0x and hexadecimal digits"
            ),
            (.f32, .none, "wide", "width: 'wide' is not a number; write digits such as 0.5 or 1e-3"),
            (
                .cstr, .none, "a\0b",
                "width: the text contains a NUL, which would end it in C; leave it out"
            ),
        ] as [(ValueType, ParameterRange, String, String)])
    func `the error says what would be right`(
        type: ValueType, range: ParameterRange, text: String, description: String
    ) {
        let error = #expect(throws: ParameterError.self) { try parameter(type, range).value(parsing: text) }
        #expect(error?.description == description)
    }
}
