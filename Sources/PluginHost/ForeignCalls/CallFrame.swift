internal import CLibFFI
internal import PluginInspection

/// The memory of one call: a slot for the result, a slot for each argument, the addresses of the
/// argument slots, and copies of the texts. A slot is as many words as its value takes, one at least.
///
/// libffi writes a whole `ffi_arg` for any integer result, even for an `int8_t`. A slot of the
/// result's own size would let it overwrite what stands next to it.
struct CallFrame: ~Copyable {
    static let slotSize = 8

    private let memory: UnsafeMutableRawPointer
    /// Where the arguments' slots begin, bytes behind the result's.
    private let offsets: [Int]
    let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var texts: [UnsafeMutablePointer<CChar>] = []

    /// Arguments and result must be of the types of the signature that is called.
    init(_ arguments: [ForeignValue], returning result: ValueType) {
        var offsets: [Int] = []
        var words = Self.words(of: result)
        for argument in arguments {
            offsets.append(words * Self.slotSize)
            words += Self.words(of: argument.type)
        }
        self.offsets = offsets
        memory = .allocate(byteCount: words * Self.slotSize, alignment: Self.slotSize)
        memory.initializeMemory(as: UInt64.self, repeating: 0, count: words)
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

    private static func words(of type: ValueType) -> Int {
        max((RecordLayout.size(of: type) + slotSize - 1) / slotSize, 1)
    }

    /// Where libffi writes the result, followed by the first argument's slot.
    var result: UnsafeMutableRawPointer { memory }

    func slot(_ index: Int) -> UnsafeMutableRawPointer { memory + offsets[index] }

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
