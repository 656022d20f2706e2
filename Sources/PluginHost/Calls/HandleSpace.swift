/// The pointers a plugin holds for pages, devices, areas, buffer sets and its context: addresses that belong to
/// no mapping, so that a plugin which dereferences one faults at once instead of reading on.
///
/// Pages lie where x86-64 Linux has its memmap, 64 bytes a page frame.
enum HandleSpace {
    static let pageBase: UInt = 0xffff_ea00_0000_0000
    static let stride: UInt = 64
    static let devices: UInt = 0xffff_de00_0000_0000
    static let areas: UInt = 0xffff_ca00_0000_0000
    static let sets: UInt = 0xffff_b500_0000_0000
    static let contexts: UInt = 0xffff_c700_0000_0000

    @inline(__always)
    static func pointer(_ base: UInt, _ index: Int) -> OpaquePointer? {
        OpaquePointer(bitPattern: base + UInt(index) * stride)
    }

    /// The index behind a handle of the space at `base`, if it is one of `limit`.
    @inline(__always)
    static func index(_ handle: OpaquePointer?, _ base: UInt, below limit: Int) -> Int? {
        let address = UInt(bitPattern: handle)
        guard address >= base else { return nil }
        let (index, rest) = (address - base).quotientAndRemainder(dividingBy: stride)
        guard rest == 0, index < UInt(limit) else { return nil }
        return Int(index)
    }

    /// What a handle stands for, `page 0x12345` or `set 3`; nil for what is none.
    static func name(of handle: UInt) -> String? {
        let spaces = [(pageBase, "page"), (devices, "device"), (areas, "area"), (sets, "set")]
        guard let (base, word) = spaces.first(where: { handle >= $0.0 }) else { return nil }
        let (index, rest) = (handle - base).quotientAndRemainder(dividingBy: stride)
        guard rest == 0, index < nameLimit else { return nil }
        return base == pageBase ? "page 0x" + String(index, radix: 16) : "\(word) \(index)"
    }

    /// Handles with a higher index than this are nobody's.
    private static let nameLimit: UInt = 1 << 32
}
