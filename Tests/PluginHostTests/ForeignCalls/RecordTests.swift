import PluginInspection
import Testing

@testable import PluginHost

/// Structs by value, held against what a C compiler makes of them.
@Suite struct RecordTests {
    /// Spelling in C, spelling in a note, and two values, the second what C returns of the first.
    private static var numbers: [(c: String, type: String, value: ForeignValue, next: ForeignValue)] {
        [
            ("int8_t", "i8", .i8(-2), .i8(-1)), ("int16_t", "i16", .i16(-300), .i16(-299)),
            ("int32_t", "i32", .i32(-70000), .i32(-69999)), ("int64_t", "i64", .i64(.min), .i64(.min + 1)),
            ("uint8_t", "u8", .u8(254), .u8(255)), ("uint16_t", "u16", .u16(65534), .u16(65535)),
            ("uint32_t", "u32", .u32(.max - 1), .u32(.max)), ("uint64_t", "u64", .u64(.max - 1), .u64(.max)),
            ("float", "f32", .f32(-1.5), .f32(-0.5)), ("double", "f64", .f64(0.25), .f64(1.25)),
            ("size_t", "size", .size(6), .size(7)),
        ]
    }

    /// A struct type, a function that adds one to each field, one that takes structs between other
    /// arguments, one that calls back, and the layout as the compiler sees it.
    private static func source(_ indices: [Int], _ n: Int) -> String {
        let fields = indices.enumerated().map { "\(numbers[$1].c) f\($0);" }.joined(separator: " ")
        let steps = indices.indices.map { "v.f\($0) += 1;" }.joined(separator: " ")
        let offsets = indices.indices.map { "offsetof(struct r\(n), f\($0))" }.joined(separator: ", ")
        return """
            struct r\(n) { \(fields) };
            struct r\(n) next_\(n)(struct r\(n) v) { \(steps) return v; }
            struct r\(n) second_\(n)(int8_t a, struct r\(n) v, double b, struct r\(n) w, float c, struct r\(n) x) {
                return a == -7 && b == 0.5 && c == 0.25f ? w : v;
            }
            struct r\(n) call_\(n)(struct r\(n) (*f)(struct r\(n), int16_t), struct r\(n) v) { return f(v, -9); }
            const size_t layout_\(n)[] = { sizeof(struct r\(n)), _Alignof(struct r\(n)), \(offsets) };
            """
    }

    /// Every pair of types, and records of 1, 3, 4 and 8 fields: in registers of either kind, in both, and
    /// in memory.
    private static let shapes: [[Int]] =
        numbers.indices.map { [$0] } + numbers.indices.flatMap { a in numbers.indices.map { [a, $0] } }
        + [
            [8, 8, 8], [8, 8, 8, 8], [9, 2], [8, 2, 9], [4, 5, 6, 7], [0, 9, 0], [8, 8, 2, 2], [9, 9, 9],
            [0, 1, 2, 3, 4, 5, 6, 8], [4, 4, 4, 4, 4, 4, 4, 4], [9, 8, 7, 6, 5, 4, 3, 10], [3, 3, 0],
        ]

    /// All shapes in one library, so that the compiler runs once.
    private static func library() throws -> CLibrary {
        try CLibrary(shapes.enumerated().map { source($1, $0) }.joined(separator: "\n"))
    }

    private static func value(_ shape: [Int]) -> ForeignValue { .record(shape.map { numbers[$0].value }) }
    private static func next(_ shape: [Int]) -> ForeignValue { .record(shape.map { numbers[$0].next }) }

    @Test func `a record has the layout that C gives it`() throws {
        let library = try Self.library()
        for (index, shape) in Self.shapes.enumerated() {
            let layout = RecordLayout(shape.map { Self.numbers[$0].value.type })
            let words = try #require(library["layout_\(index)"]).assumingMemoryBound(to: UInt.self)
            #expect(layout.size == Int(words[0]), "\(shape)")
            #expect(layout.alignment == Int(words[1]), "\(shape)")
            #expect(layout.offsets == shape.indices.map { Int(words[2 + $0]) }, "\(shape)")
        }
    }

    @Test func `a record goes in and comes out by value, alone and between others`() throws {
        let library = try Self.library()
        for (index, shape) in Self.shapes.enumerated() {
            let type = Self.value(shape).type
            #expect(
                type.description == "{" + shape.map { Self.numbers[$0].type }.joined(separator: ",") + "}")
            let next = try ForeignFunction(
                address: try #require(library["next_\(index)"]),
                signature: Signature(parsing: "\(type)(\(type) v)"))
            #expect(try next.call([Self.value(shape)]) == Self.next(shape), "\(type)")
            let second = try ForeignFunction(
                address: try #require(library["second_\(index)"]),
                signature: Signature(parsing: "\(type)(i8, \(type), f64, \(type), f32, \(type))"))
            let result = try second.call([
                .i8(-7), Self.value(shape), .f64(0.5), Self.next(shape), .f32(0.25), Self.value(shape),
            ])
            #expect(result == Self.next(shape), "\(type)")
        }
    }

    @Test func `a closure is given records, and returns them`() throws {
        let library = try Self.library()
        for (index, shape) in Self.shapes.enumerated() {
            let type = Self.value(shape).type
            var seen: [ForeignValue] = []
            let closure = try ForeignClosure(signature: Signature(parsing: "\(type)(\(type), i16)")) {
                values in
                seen = values
                return Self.next(shape)
            }
            let call = try ForeignFunction(
                address: try #require(library["call_\(index)"]),
                signature: Signature(parsing: "\(type)(ptr, \(type))"))
            let result = try withExtendedLifetime(closure) {
                try call.call([
                    .ptr(UnsafeMutableRawPointer(mutating: closure.address)), Self.value(shape),
                ])
            }
            #expect(seen == [Self.value(shape), .i16(-9)], "\(type)")
            #expect(result == Self.next(shape), "\(type)")
        }
    }

    @Test func `the memory of a call has room for its records`() throws {
        let record = ForeignValue.record([.u64(1), .u64(2), .u8(3)])
        let frame = CallFrame([.u8(7), record, .u16(9)], returning: record.type)
        #expect(frame.slot(0) - frame.result == 24)
        #expect(frame.slot(1) - frame.slot(0) == 8)
        #expect(frame.slot(2) - frame.slot(1) == 24)
        #expect(ForeignValue(argument: frame.slot(1), record.type) == record)
    }

    @Test func `a record of another type is refused`() throws {
        let library = try CLibrary(
            "struct r { uint32_t a, b; }; uint32_t sum(struct r v) { return v.a + v.b; }")
        let sum = try ForeignFunction(
            address: try #require(library["sum"]), signature: Signature(parsing: "u32({u32,u32} v)"))
        #expect(try sum.call([.record([.u32(40), .u32(2)])]) == .u32(42))
        for wrong in [ForeignValue.record([.u32(1)]), .record([.u32(1), .i32(1)]), .u64(1)] {
            let error = #expect(throws: ForeignCallError.self) { try sum.call([wrong]) }
            #expect(error?.description == "u32({u32,u32} v): argument 1 is \(wrong.type); give {u32,u32} v")
        }
    }

    @Test func `a parameter's record becomes an argument`() {
        let value = ParameterValue.record([.unsigned(640), .signed(-1), .real(0.5)])
        #expect(
            ForeignValue(value, as: .record([.u32, .i8, .f32]))
                == .record([.u32(640), .i8(-1), .f32(0.5)]))
        #expect(ForeignValue(value, as: .record([.u32, .i8])) == nil)
        #expect(ForeignValue(value, as: .record([.u32, .u8, .f32])) == nil)
        #expect(ForeignValue(value, as: .u32) == nil)
    }
}
