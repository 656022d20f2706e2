import Glibc
import Measurement
import PluginInspection

/// Arguments and results of host calls as a trace shows them. The same run gives the same trace, so
/// addresses in the plugin's memory are not shown.
enum HostCallText {
    /// Bytes of a text that are shown.
    private static let textLimit = 1024

    static func argument(
        _ declared: Signature.Argument, _ value: ForeignValue
    ) -> (name: String, value: TracedCall.Value) {
        (declared.name ?? "", declared.type == .cstr ? text(value) : self.value(value))
    }

    static func value(_ value: ForeignValue) -> TracedCall.Value {
        switch value {
        case .i8(let number): .signed(Int64(number))
        case .i16(let number): .signed(Int64(number))
        case .i32(let number): .signed(Int64(number))
        case .i64(let number): .signed(number)
        case .u8(let number): .unsigned(UInt64(number))
        case .u16(let number): .unsigned(UInt64(number))
        case .u32(let number): .unsigned(UInt64(number))
        case .u64(let number): .unsigned(number)
        case .size(let number): .unsigned(UInt64(number))
        case .ptr(let address?): .text(HandleSpace.name(of: UInt(bitPattern: address)) ?? "memory")
        case .cstr(let text?): .text(text)
        case .void, .f32, .f64, .ptr(nil), .cstr(nil), .record: .nothing
        }
    }

    /// The text at an address, repaired and cut.
    private static func text(_ value: ForeignValue) -> TracedCall.Value {
        guard case .ptr(let address?) = value else { return self.value(value) }
        let length = strnlen(address.assumingMemoryBound(to: CChar.self), textLimit)
        return .text(String(decoding: UnsafeRawBufferPointer(start: address, count: length), as: UTF8.self))
    }
}
