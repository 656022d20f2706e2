/// What a page frame is used for, in four bits.
enum FrameKind: UInt8 {
    /// Inside a free block but not its head, or no memory at all.
    case none = 0
    /// Head of a free block of the buddy allocator.
    case buddy = 1
    /// Free, on a per-CPU list.
    case perCPU = 2
    /// Handed out by a contiguous allocation.
    case contiguous = 3
    /// Anonymous memory of a process.
    case anonymous = 4
    /// Page cache.
    case file = 5
    /// Slab, page tables, stacks: nothing that migration could move.
    case kernel = 6
    /// Part of a huge page after its head; its order is that of the whole.
    case compoundTail = 7
}

/// One page frame in eight bytes: two list links of 24 bits, a kind, an order, eight flags.
///
/// As in struct page, one pair of links serves whatever list the frame is on: a free list of the
/// buddy allocator or the LRU. Frame 0 is never free, so a link of zero is the end of a list.
struct PageFrame {
    private(set) var bits: UInt64

    /// Frame numbers a link can hold: memory up to 64 GiB in pages of 4 KiB.
    static let limit = 1 << 24

    struct Flags: OptionSet {
        let rawValue: UInt64

        /// On an LRU list, where isolation can find it.
        static let lru = Flags(rawValue: 1 << 56)
        /// Content newer than what is on disk.
        static let dirty = Flags(rawValue: 1 << 57)
        /// Being written to disk.
        static let writeback = Flags(rawValue: 1 << 58)
        /// Somebody holds the page lock.
        static let locked = Flags(rawValue: 1 << 59)
        /// mlocked or otherwise unevictable.
        static let unevictable = Flags(rawValue: 1 << 60)
        /// More references than mappings explain; how many more is kept beside the frames.
        static let pinned = Flags(rawValue: 1 << 61)
        /// A per-CPU LRU-add batch or an isolation holds a reference: freed by it, not by its owner.
        static let batched = Flags(rawValue: 1 << 62)
    }

    static let empty = PageFrame(bits: 0)

    /// The order of a page on a per-CPU list that is part of the block of a page before it.
    static let tailOrder = 15

    init(bits: UInt64) { self.bits = bits }

    init(kind: FrameKind, order: Int = 0, flags: Flags = []) {
        bits = UInt64(kind.rawValue) << 48 | UInt64(order) << 52 | flags.rawValue
    }

    @inline(__always)
    var next: Int {
        get { Int(bits & 0xff_ffff) }
        set { bits = bits & ~0xff_ffff | UInt64(newValue) }
    }

    @inline(__always)
    var previous: Int {
        get { Int(bits >> 24 & 0xff_ffff) }
        set { bits = bits & ~(0xff_ffff << 24) | UInt64(newValue) << 24 }
    }

    /// The kind of that number, 0 to 7: there are eight, numbered without a gap, and an enumeration of so
    /// few is its number.
    @inline(__always)
    private static func kind(numbered number: UInt64) -> FrameKind {
        unsafeBitCast(UInt8(truncatingIfNeeded: number), to: FrameKind.self)
    }

    @inline(__always)
    var kind: FrameKind {
        get { Self.kind(numbered: bits >> 48 & 7) }
        set { bits = bits & ~(0xf << 48) | UInt64(newValue.rawValue) << 48 }
    }

    @inline(__always)
    var order: Int {
        get { Int(bits >> 52 & 0xf) }
        set { bits = bits & ~(0xf << 52) | UInt64(newValue) << 52 }
    }

    /// The bits that say what a frame is used for and whether it is pinned.
    static let kindAndPin: UInt64 = 0xf << 48 | Flags.pinned.rawValue

    /// All flags of the frame.
    var flags: Flags { Flags(rawValue: bits & 0xff << 56) }

    /// Whether any of `flags` is set.
    @inline(__always)
    func has(_ flags: Flags) -> Bool { bits & flags.rawValue != 0 }

    @inline(__always)
    mutating func insert(_ flags: Flags) { bits |= flags.rawValue }

    @inline(__always)
    mutating func remove(_ flags: Flags) { bits &= ~flags.rawValue }

    @inline(__always)
    func isBuddy(ofOrder order: Int) -> Bool {
        bits >> 48 & 0xff == UInt64(FrameKind.buddy.rawValue) | UInt64(order) << 4
    }
}
