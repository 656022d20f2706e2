/// One page of `PageOwners`: who holds it, whether an allocation begins with it, and the number of its
/// buffer plus one. Zero for a page that nobody holds.
struct PageOwnerEntry {
    var bits: UInt64

    static let free = PageOwnerEntry(bits: 0)
    static let beginning: UInt64 = 0x8000
    static let hand: UInt64 = 0x4000
    static let holder: UInt64 = 0x3fff
    static let buffer: UInt64 = ~0 << 32

    /// A page of an allocation of this owner, part of no buffer.
    init(owner: Int, isInHand: Bool = false) { bits = UInt64(owner + 1) | (isInHand ? Self.hand : 0) }
    init(bits: UInt64) { self.bits = bits }

    var isHeld: Bool { bits & Self.holder != 0 }
    var owner: Int { Int(bits & Self.holder) - 1 }
    var isBeginning: Bool {
        get { bits & Self.beginning != 0 }
        set { bits = newValue ? bits | Self.beginning : bits & ~Self.beginning }
    }
    /// Whether the owner's driver has the page, and not only the strategy that took it for it.
    var isInHand: Bool {
        get { bits & Self.hand != 0 }
        set { bits = newValue ? bits | Self.hand : bits & ~Self.hand }
    }
    var buffer: Int? {
        get { bits >> 32 == 0 ? nil : Int(bits >> 32) - 1 }
        set { bits = bits & 0xffff | (newValue.map { UInt64($0 + 1) << 32 } ?? 0) }
    }
}
