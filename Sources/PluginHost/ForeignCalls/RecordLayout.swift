import PluginInspection

/// Where C puts the fields of a struct of numbers: each at the next multiple of its own size, which is its
/// alignment on every 64-bit Linux, and the whole filled up to a multiple of the largest.
struct RecordLayout: Equatable {
    /// Bytes from the start of the struct.
    let offsets: [Int]
    /// Bytes, with those behind the last field.
    let size: Int
    let alignment: Int

    init(_ fields: [ValueType]) {
        var offsets: [Int] = []
        var end = 0
        var alignment = 1
        for field in fields {
            let size = Self.size(of: field)
            end = Self.aligned(end, to: size)
            offsets.append(end)
            end += size
            alignment = max(alignment, size)
        }
        self.offsets = offsets
        self.alignment = alignment
        size = Self.aligned(end, to: alignment)
    }

    /// Bytes of a value of a type in memory.
    static func size(of type: ValueType) -> Int {
        switch type {
        case .void: 0
        case .i8, .u8: 1
        case .i16, .u16: 2
        case .i32, .u32, .f32: 4
        case .i64, .u64, .f64: 8
        case .size, .ptr, .cstr: MemoryLayout<UInt>.size
        case .record(let fields): RecordLayout(fields).size
        }
    }

    private static func aligned(_ offset: Int, to size: Int) -> Int { (offset + size - 1) / size * size }
}
