/// What /proc/kpageflags says of a page.
///
/// The numbers of the bits are those of Linux 6.1 include/uapi/linux/kernel-page-flags.h.
public struct PageFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    private init(bit: UInt64) { rawValue = 1 << bit }

    public static let locked = PageFlags(bit: 0)
    public static let referenced = PageFlags(bit: 2)
    public static let upToDate = PageFlags(bit: 3)
    public static let dirty = PageFlags(bit: 4)
    public static let lru = PageFlags(bit: 5)
    public static let slab = PageFlags(bit: 7)
    public static let writeback = PageFlags(bit: 8)
    public static let buddy = PageFlags(bit: 10)
    public static let mapped = PageFlags(bit: 11)
    public static let anonymous = PageFlags(bit: 12)
    public static let swapBacked = PageFlags(bit: 14)
    public static let compoundHead = PageFlags(bit: 15)
    public static let compoundTail = PageFlags(bit: 16)
    public static let hugetlb = PageFlags(bit: 17)
    public static let unevictable = PageFlags(bit: 18)
    public static let hardwarePoisoned = PageFlags(bit: 19)
    public static let noPage = PageFlags(bit: 20)
    public static let transparentHuge = PageFlags(bit: 22)
    public static let offline = PageFlags(bit: 23)
    public static let pageTable = PageFlags(bit: 26)
    public static let reserved = PageFlags(bit: 32)

    /// What a page is used for, as far as its flags tell.
    public enum Use: Sendable, Hashable {
        /// In a free block of the buddy allocator.
        case free
        /// Nothing tells who has it: free on a CPU's list, or held by a driver.
        case unmarked
        /// Memory of a process.
        case anonymous
        case cleanFile, dirtyFile
        case writeback, locked
        /// Of a process or the page cache, and on no LRU list.
        case offLRU
        /// No page that migration can move: slab, page tables, poisoned, no memory at all.
        case unmovable
    }

    /// Follows stable_page_flags() in Linux 6.1 fs/proc/page.c, the other way round.
    public var use: Use {
        if contains(.buddy) { return .free }
        let fixed: PageFlags = [.slab, .pageTable, .reserved, .offline, .noPage, .hardwarePoisoned]
        if !isDisjoint(with: fixed) { return .unmovable }
        let marks: PageFlags = [
            .lru, .writeback, .locked, .mapped, .anonymous, .swapBacked, .upToDate, .hugetlb,
            .transparentHuge,
        ]
        if isDisjoint(with: marks) { return .unmarked }
        if contains(.writeback) { return .writeback }
        if contains(.locked) { return .locked }
        let isHuge = !isDisjoint(with: [.hugetlb, .transparentHuge])
        if !contains(.lru), !isHuge { return .offLRU }
        if contains(.anonymous) || contains(.swapBacked) || isHuge { return .anonymous }
        return contains(.dirty) ? .dirtyFile : .cleanFile
    }
}
