internal import CLibFFI
internal import PluginInspection

/// libffi's description of a signature. The memory stays where it is as long as this object, since
/// every call and every closure refers to it.
final class CallInterface {
    let signature: Signature
    let cif: UnsafeMutablePointer<ffi_cif>
    private let types: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>
    private let records: [RecordType]

    /// Corresponds to `ffi_prep_cif()`.
    init(_ signature: Signature) throws(ForeignCallError) {
        self.signature = signature
        let count = signature.arguments.count
        cif = .allocate(capacity: 1)
        cif.initialize(to: ffi_cif())
        types = .allocate(capacity: max(count, 1))
        types.initialize(repeating: nil, count: max(count, 1))
        var records: [RecordType] = []
        func type(_ type: ValueType) -> UnsafeMutablePointer<ffi_type> {
            guard case .record(let fields) = type else { return Self.type(type) }
            let record = RecordType(fields.map(Self.type))
            records.append(record)
            return record.type
        }
        for (index, argument) in signature.arguments.enumerated() { types[index] = type(argument.type) }
        let result = type(signature.result)
        self.records = records
        let status = ffi_prep_cif(cif, FFI_DEFAULT_ABI, UInt32(count), result, types)
        guard status == FFI_OK else {
            throw ForeignCallError(.interfaceRefused, signature, found: "status \(status.rawValue)")
        }
    }

    deinit {
        cif.deallocate()
        types.deallocate()
    }

    private static func type(_ type: ValueType) -> UnsafeMutablePointer<ffi_type> {
        switch type {
        case .void: devemu_ffi_void()
        case .i8: devemu_ffi_sint8()
        case .i16: devemu_ffi_sint16()
        case .i32: devemu_ffi_sint32()
        case .i64: devemu_ffi_sint64()
        case .u8: devemu_ffi_uint8()
        case .u16: devemu_ffi_uint16()
        case .u32: devemu_ffi_uint32()
        case .u64: devemu_ffi_uint64()
        case .f32: devemu_ffi_float()
        case .f64: devemu_ffi_double()
        case .size: MemoryLayout<UInt>.size == 8 ? devemu_ffi_uint64() : devemu_ffi_uint32()
        case .ptr, .cstr: devemu_ffi_pointer()
        case .record: preconditionFailure("a record is described by its fields")
        }
    }
}

/// libffi's description of a struct, and the list of its fields that it refers to.
private final class RecordType {
    let type: UnsafeMutablePointer<ffi_type>
    private let elements: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>

    /// Size and alignment are left to `ffi_prep_cif()`.
    init(_ fields: [UnsafeMutablePointer<ffi_type>]) {
        elements = .allocate(capacity: fields.count + 1)
        for (index, field) in fields.enumerated() { (elements + index).initialize(to: field) }
        (elements + fields.count).initialize(to: nil)
        type = .allocate(capacity: 1)
        type.initialize(
            to: ffi_type(size: 0, alignment: 0, type: UInt16(FFI_TYPE_STRUCT), elements: elements))
    }

    deinit {
        type.deallocate()
        elements.deallocate()
    }
}
