internal import CLibFFI
internal import PluginManifests

/// The memory of one call: a slot for the result, a slot for each argument, the addresses of the
/// argument slots, and copies of the texts.
///
/// libffi writes a whole `ffi_arg` for any integer result, even for an `int8_t`. A slot of the
/// result's own size would let it overwrite what stands next to it.
struct CallFrame: ~Copyable {
    static let slotSize = 8

    private let memory: UnsafeMutableRawPointer
    let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var texts: [UnsafeMutablePointer<CChar>] = []

    /// The arguments must be of the types of the signature that is called.
    init(_ arguments: [ForeignValue]) {
        memory = .allocate(
            byteCount: (1 + arguments.count) * Self.slotSize, alignment: Self.slotSize)
        memory.initializeMemory(as: UInt64.self, repeating: 0, count: 1 + arguments.count)
        addresses = .allocate(capacity: max(arguments.count, 1))
        addresses.initialize(repeating: nil, count: max(arguments.count, 1))
        for (index, argument) in arguments.enumerated() {
            var text: UnsafeMutableRawPointer?
            if case .cstr(let string?) = argument {
                let copy = Self.copy(string)
                texts.append(copy)
                text = UnsafeMutableRawPointer(copy)
            }
            argument.store(to: slot(index), textAt: text)
            addresses[index] = slot(index)
        }
    }

    deinit {
        for text in texts { text.deallocate() }
        addresses.deallocate()
        memory.deallocate()
    }

    /// Where libffi writes the result; `slotSize` bytes, followed by the first argument's slot.
    var result: UnsafeMutableRawPointer { memory }

    func slot(_ index: Int) -> UnsafeMutableRawPointer { memory + (1 + index) * Self.slotSize }

    /// Corresponds to `ffi_call()`.
    func call(_ address: UnsafeRawPointer, _ interface: CallInterface) {
        ffi_call(
            interface.cif, unsafeBitCast(address, to: (@convention(c) () -> Void).self), result, addresses)
    }

    /// The result as a value of that type.
    func value(_ type: ValueType) -> ForeignValue { ForeignValue(result: result, type) }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        let characters = text.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: characters.count)
        _ = UnsafeMutableBufferPointer(start: copy, count: characters.count).initialize(from: characters)
        return copy
    }
}
