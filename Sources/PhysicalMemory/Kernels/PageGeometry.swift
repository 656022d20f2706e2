/// How a machine's memory is divided: the size of a page, of a pageblock, and of the largest block that the
/// buddy allocator keeps.
///
/// This is the only definition of these sizes. A zone keeps the one that it was made with; what reads or
/// writes page numbers outside of a zone asks for ``standard``.
public struct PageGeometry: Sendable, Hashable {
    /// log2 of the bytes of a page (PAGE_SHIFT).
    public let pageShift: Int
    /// log2 of the pages of a pageblock (pageblock_order).
    public let blockOrder: Int
    /// log2 of the pages of the largest free block (MAX_ORDER - 1 in Linux 6.1).
    public let largestOrder: Int
    /// Pages of a pageblock and of the largest free block.
    public let blockPages: Int
    public let largestPages: Int

    /// Bytes of a page.
    public var pageBytes: Int { 1 << pageShift }

    private init(pageShift: Int, blockOrder: Int, largestOrder: Int) {
        self.pageShift = pageShift
        self.blockOrder = blockOrder
        self.largestOrder = largestOrder
        blockPages = 1 << blockOrder
        largestPages = 1 << largestOrder
    }

    /// Pages of 4 KiB, pageblocks of 2 MiB and largest blocks of 4 MiB: what x86-64 and arm64 kernels with
    /// huge pages have. Follows pageblock_order in Linux 6.1 include/linux/pageblock-flags.h and MAX_ORDER in
    /// include/linux/mmzone.h.
    public static let standard = PageGeometry(pageShift: 12, blockOrder: 9, largestOrder: 10)
}
