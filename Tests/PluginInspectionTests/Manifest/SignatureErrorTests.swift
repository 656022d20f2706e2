import PluginInspection
import Testing

@Suite struct SignatureErrorTests {
    @Test(
        arguments: [
            ("", .missingType, 0),
            ("(", .missingType, 0),
            ("i32", .missingParenthesis, 3),
            ("i32 x()", .missingParenthesis, 4),
            ("int()", .unknownType, 0),
            ("i32(", .missingType, 4),
            ("i32(u32", .missingSeparator, 7),
            ("i32(u32,)", .missingType, 8),
            ("i32(u32 a b)", .missingSeparator, 10),
            ("i32(u33 a)", .unknownType, 4),
            ("i32(void)", .voidArgument, 4),
            ("i32(u32, ...)", .varargs, 9),
            ("i32(u32 Pages)", .malformedName, 8),
            ("i32(u32 _a)", .malformedName, 8),
            ("i32(u32 a, u8 a)", .duplicateName, 14),
            ("i32() i32", .trailingText, 6),
            ("i32(\u{00e4})", .missingType, 4),
        ] as [(String, SignatureError.Code, Int)])
    func `each mistake is named and placed`(text: String, code: SignatureError.Code, offset: Int) {
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [
        ("i32(u33 a)", "unknown type 'u33'; did you mean u32?"),
        (
            "i32(",
            "the end where a type is expected; the types are i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 size ptr cstr"
        ),
        ("i32(void)", "an argument cannot be void; write () when there is none"),
        ("i32(u8 a b)", "'b' where ',' or ')' is expected; an argument is TYPE or TYPE NAME"),
    ])
    func `the description says what would be right`(text: String, description: String) {
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: text) }
        #expect(error?.description == description)
    }

    @Test func `the caret stands below the mistake`() {
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: "i32(u33 a)") }
        #expect(error?.diagram == "i32(u33 a)\n    ^")
    }

    @Test func `a control character reaches neither the description nor the diagram`() {
        let error = #expect(throws: SignatureError.self) { try Signature(parsing: "i32(\u{1b}[2J)") }
        #expect(error?.description.hasPrefix("'\\u{1b}' where a type is expected") == true)
        #expect(error?.diagram == "i32(?[2J)\n    ^")
    }
}
