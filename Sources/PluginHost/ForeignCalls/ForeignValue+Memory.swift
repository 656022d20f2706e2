internal import CLibFFI
internal import PluginInspection

/// How values stand in the slots that libffi reads and writes.
extension ForeignValue {
    /// Writes an argument the way C lays it out. A text is not written by value: its address is.
    func store(to slot: UnsafeMutableRawPointer, textAt text: UnsafeMutableRawPointer? = nil) {
        switch self {
        case .void: break
        case .i8(let value): slot.storeBytes(of: value, as: Int8.self)
        case .i16(let value): slot.storeBytes(of: value, as: Int16.self)
        case .i32(let value): slot.storeBytes(of: value, as: Int32.self)
        case .i64(let value): slot.storeBytes(of: value, as: Int64.self)
        case .u8(let value): slot.storeBytes(of: value, as: UInt8.self)
        case .u16(let value): slot.storeBytes(of: value, as: UInt16.self)
        case .u32(let value): slot.storeBytes(of: value, as: UInt32.self)
        case .u64(let value): slot.storeBytes(of: value, as: UInt64.self)
        case .f32(let value): slot.storeBytes(of: value, as: Float.self)
        case .f64(let value): slot.storeBytes(of: value, as: Double.self)
        case .size(let value): slot.storeBytes(of: value, as: UInt.self)
        case .ptr(let value): slot.storeBytes(of: value, as: UnsafeMutableRawPointer?.self)
        case .cstr: slot.storeBytes(of: text, as: UnsafeMutableRawPointer?.self)
        case .record(let fields):
            let layout = RecordLayout(fields.map(\.type))
            for (field, offset) in zip(fields, layout.offsets) { field.store(to: slot + offset) }
        }
    }

    /// Reads an argument the way C lays it out.
    init(argument slot: UnsafeRawPointer, _ type: ValueType) {
        switch type {
        case .void: self = .void
        case .i8: self = .i8(slot.load(as: Int8.self))
        case .i16: self = .i16(slot.load(as: Int16.self))
        case .i32: self = .i32(slot.load(as: Int32.self))
        case .i64: self = .i64(slot.load(as: Int64.self))
        case .u8: self = .u8(slot.load(as: UInt8.self))
        case .u16: self = .u16(slot.load(as: UInt16.self))
        case .u32: self = .u32(slot.load(as: UInt32.self))
        case .u64: self = .u64(slot.load(as: UInt64.self))
        case .f32: self = .f32(slot.load(as: Float.self))
        case .f64: self = .f64(slot.load(as: Double.self))
        case .size: self = .size(slot.load(as: UInt.self))
        case .ptr: self = .ptr(slot.load(as: UnsafeMutableRawPointer?.self))
        case .cstr: self = .cstr(Self.text(slot))
        case .record(let types):
            let layout = RecordLayout(types)
            self = .record(
                zip(types, layout.offsets).map { ForeignValue(argument: slot + $1, $0) })
        }
    }

    /// Reads a result. libffi widens integers smaller than a register to `ffi_arg`; what is above
    /// their width is not theirs.
    init(result slot: UnsafeRawPointer, _ type: ValueType) {
        let word = slot.load(as: ffi_arg.self)
        switch type {
        case .i8: self = .i8(Int8(truncatingIfNeeded: word))
        case .i16: self = .i16(Int16(truncatingIfNeeded: word))
        case .i32: self = .i32(Int32(truncatingIfNeeded: word))
        case .u8: self = .u8(UInt8(truncatingIfNeeded: word))
        case .u16: self = .u16(UInt16(truncatingIfNeeded: word))
        case .u32: self = .u32(UInt32(truncatingIfNeeded: word))
        case .void, .i64, .u64, .f32, .f64, .size, .ptr, .cstr, .record: self.init(argument: slot, type)
        }
    }

    /// Writes the result of a closure, integers widened to `ffi_arg` as libffi expects them.
    func storeResult(to slot: UnsafeMutableRawPointer) {
        switch self {
        case .i8(let value): slot.storeBytes(of: ffi_arg(truncatingIfNeeded: value), as: ffi_arg.self)
        case .i16(let value): slot.storeBytes(of: ffi_arg(truncatingIfNeeded: value), as: ffi_arg.self)
        case .i32(let value): slot.storeBytes(of: ffi_arg(truncatingIfNeeded: value), as: ffi_arg.self)
        case .u8(let value): slot.storeBytes(of: ffi_arg(value), as: ffi_arg.self)
        case .u16(let value): slot.storeBytes(of: ffi_arg(value), as: ffi_arg.self)
        case .u32(let value): slot.storeBytes(of: ffi_arg(value), as: ffi_arg.self)
        case .void, .i64, .u64, .f32, .f64, .size, .ptr, .cstr, .record: store(to: slot)
        }
    }

    private static func text(_ slot: UnsafeRawPointer) -> String? {
        slot.load(as: UnsafePointer<CChar>?.self).map { String(cString: $0) }
    }
}
