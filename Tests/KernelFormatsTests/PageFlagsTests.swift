import KernelFormats
import Testing

@Suite struct PageFlagsTests {
    private static let uses: [(PageFlags, PageFlags.Use)] = [
        (.buddy, .free),
        ([], .unmarked),
        (.referenced, .unmarked),
        ([.upToDate, .lru, .mapped, .anonymous, .swapBacked], .anonymous),
        ([.upToDate, .lru, .swapBacked], .anonymous),
        ([.upToDate, .lru, .mapped], .cleanFile),
        ([.upToDate, .lru, .dirty], .dirtyFile),
        ([.upToDate, .lru, .dirty, .writeback], .writeback),
        ([.upToDate, .lru, .locked], .locked),
        ([.upToDate, .mapped, .anonymous, .swapBacked], .offLRU),
        ([.upToDate, .hugetlb, .compoundHead], .anonymous),
        (.slab, .unmovable), (.pageTable, .unmovable), (.reserved, .unmovable), (.offline, .unmovable),
        (.noPage, .unmovable), ([.lru, .hardwarePoisoned], .unmovable),
    ]

    @Test(arguments: uses)
    func `each combination of flags tells one use`(flags: PageFlags, use: PageFlags.Use) {
        #expect(flags.use == use)
    }

    @Test func `flags that belong to no use change none`() {
        // ARCH of arm64, IDLE, SOFTDIRTY.
        for bit in [25, 38, 40] {
            #expect(PageFlags(rawValue: 1 << UInt64(bit)).use == .unmarked)
            #expect(PageFlags(rawValue: 1 << UInt64(bit) | 1 << 10).use == .free)
        }
    }
}
