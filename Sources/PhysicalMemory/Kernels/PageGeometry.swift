/// How a machine's memory is divided: the size of a page, of a pageblock, and of the largest block that the
/// buddy allocator keeps.
///
/// This is the only definition of these sizes. A zone keeps the one that it was made with; what reads or
/// writes page numbers outside of a zone asks for ``standard``.
///
/// A kernel's pageblock does not follow from its page: pages of 16 KiB come with pageblocks of 32 MiB on a
/// Raspberry Pi and of 4 MiB on some Android kernels. Where the pageblock is known, it is read;
/// ``standard(pageBytes:hugePages:)`` is for where it is not.
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

    /// Bytes of a page that kernels can be built with: 4, 16 and 64 KiB.
    public static let pageSizes = [1 << 12, 1 << 14, 1 << 16]

    /// The largest order of the buddy allocator with pages of 4, 16 and 64 KiB. Follows ARCH_FORCE_MAX_ORDER in
    /// Linux 6.12 arch/arm64/Kconfig, which counts the largest order; Linux 6.1 has the same, one more by name.
    private static let largestOrders = [12: 10, 14: 11, 16: 13]

    /// The order of a huge page of the page middle directory (HPAGE_PMD_ORDER): of as many pages as a page of
    /// eight-byte table entries describes.
    public var hugePageOrder: Int { Self.hugePageOrder(pageShift: pageShift) }

    private static func hugePageOrder(pageShift: Int) -> Int { pageShift - 3 }

    /// Memory in pages of `pageBytes` bytes and pageblocks of `blockPages` pages, with the largest block that
    /// kernels with such pages have.
    ///
    /// Nil unless pages are of 4, 16 or 64 KiB and a pageblock is a power of two pages, from a 64th of the
    /// largest block to all of it.
    public init?(pageBytes: Int, blockPages: Int) {
        guard pageBytes > 0, blockPages > 0, pageBytes.nonzeroBitCount == 1, blockPages.nonzeroBitCount == 1,
            let largest = Self.largestOrders[pageBytes.trailingZeroBitCount]
        else { return nil }
        let order = blockPages.trailingZeroBitCount
        guard (max(largest - BlockChanges.groupOrder, 1)...largest).contains(order) else { return nil }
        self.init(pageShift: pageBytes.trailingZeroBitCount, blockOrder: order, largestOrder: largest)
    }

    /// What a kernel with pages of `pageBytes` bytes has by default: pageblocks of a huge page where it is
    /// configured for huge pages (HUGETLB_PAGE or TRANSPARENT_HUGEPAGE), else of the largest block. With pages of
    /// 16 and 64 KiB both are the same.
    ///
    /// Nil unless pages are of 4, 16 or 64 KiB.
    ///
    /// Follows pageblock_order in Linux 6.1 include/linux/pageblock-flags.h, min(HUGETLB_PAGE_ORDER,
    /// MAX_ORDER - 1) or MAX_ORDER - 1.
    public static func standard(pageBytes: Int, hugePages: Bool = true) -> PageGeometry? {
        guard pageBytes > 0, pageBytes.nonzeroBitCount == 1 else { return nil }
        let shift = pageBytes.trailingZeroBitCount
        guard let largest = largestOrders[shift] else { return nil }
        let block = hugePages ? min(hugePageOrder(pageShift: shift), largest) : largest
        return PageGeometry(pageShift: shift, blockOrder: block, largestOrder: largest)
    }

    /// Pages of 4 KiB, pageblocks of 2 MiB and largest blocks of 4 MiB: what x86-64 and arm64 kernels with
    /// huge pages have.
    public static let standard = PageGeometry(pageShift: 12, blockOrder: 9, largestOrder: 10)

    /// Pages of which the base and the size of every contiguous area are multiples.
    ///
    /// Follows CMA_MIN_ALIGNMENT_PAGES in Linux 6.1 include/linux/cma.h, which is a pageblock since Linux 5.19;
    /// before, cma_init_reserved_mem() took the larger one of a pageblock and the largest block.
    public func areaAlignment(in release: KernelReleases.Release) -> Int {
        release < .init(5, 19) ? max(largestPages, blockPages) : blockPages
    }
}
