import PluginInspection
import Testing

@testable import PluginHost

@Suite struct CallFrameTests {
    @Test(arguments: [ValueType.i8, .i16, .i32, .u8, .u16, .u32, .f32])
    func `a result smaller than a register leaves its neighbours as they are`(type: ValueType) throws {
        let names: [ValueType: String] = [
            .i8: "int8_t", .i16: "int16_t", .i32: "int32_t", .u8: "uint8_t", .u16: "uint16_t",
            .u32: "uint32_t", .f32: "float",
        ]
        let name = names[type] ?? ""
        let library = try CLibrary("\(name) f(uint64_t a, uint64_t b) { return a == b ? 0 : (\(name))-1; }")
        let interface = try CallInterface(Signature(parsing: "\(type)(u64, u64)"))
        let frame = CallFrame([.u64(0x0123_4567_89ab_cdef), .u64(.max)], returning: type)
        frame.call(try #require(library["f"]), interface)
        #expect(frame.slot(0) == frame.result + CallFrame.slotSize)
        #expect(frame.slot(0).load(as: UInt64.self) == 0x0123_4567_89ab_cdef)
        #expect(frame.slot(1).load(as: UInt64.self) == .max)
        #expect(frame.value(type).type == type)
    }
}
