/// Where a contiguous area lies and how its bitmap maps to pages. Follows struct cma in Linux 6.1
/// mm/cma.h and the arithmetic at the top of mm/cma.c.
public struct AreaGeometry: Sendable, Hashable {
    /// Page frame number of the first page: its physical address in pages.
    public let basePFN: Int
    /// Size in pages.
    public let pages: Int
    /// log2 of the pages that one bit of the bitmap stands for.
    public let orderPerBit: Int

    /// Nil unless the area has at least one bit, its size is a multiple of a bit's pages, and every
    /// page frame number fits in 40 bits.
    public init?(basePFN: Int, pages: Int, orderPerBit: Int = 0) {
        guard basePFN >= 0, pages > 0, (0...30).contains(orderPerBit), pages <= 1 << 30,
            basePFN < 1 << 40, pages & (1 << orderPerBit - 1) == 0
        else { return nil }
        self.basePFN = basePFN
        self.pages = pages
        self.orderPerBit = orderPerBit
    }

    /// Bits in the bitmap.
    public var bits: Int { pages >> orderPerBit }

    /// Bits that a request of `pages` takes, rounded up.
    @inline(__always)
    func bits(forPages pages: Int) -> Int { (pages + 1 << orderPerBit - 1) >> orderPerBit }

    /// The alignment mask in bits for an alignment order in pages.
    @inline(__always)
    func mask(alignOrder: Int) -> Int { alignOrder <= orderPerBit ? 0 : 1 << (alignOrder - orderPerBit) - 1 }

    /// How far the base lies behind an address aligned to the order, in bits.
    @inline(__always)
    func alignOffset(alignOrder: Int) -> Int { (basePFN & (1 << alignOrder - 1)) >> orderPerBit }
}
