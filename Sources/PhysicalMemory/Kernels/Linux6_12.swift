extension Kernel {
    /// Linux 6.12, as Debian 13 and Raspberry Pi OS ship it; checked against recordings of Linux 6.12.117.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let linux6_12 = linux6_1.with {
        $0.name = "linux-6.12"
        $0.summary = "Linux 6.12 LTS, as in Debian 13 and Raspberry Pi OS"
        $0.releases = KernelReleases(from: .init(6, 12), upTo: .init(6, 13))
        // Follows include/trace/events/cma.h in Linux 6.12.
        $0.formats.trace = .errno
        // Follows __cma_alloc() and cma_debug_show_areas() in Linux 6.12 mm/cma.c.
        $0.formats.failingFunction = "__cma_alloc"
        $0.formats.freeMap = .line
        // Follows cma_attrs in Linux 6.12 mm/cma_sysfs.c.
        $0.formats.areaCounters = [.failed, .allocated, .released]
        $0.costs = "linux-6.12-qemu"
        // Follows __cma_alloc() in Linux 6.12 mm/cma.c: past the start event and out.
        $0.search.largerThanArea = .staysOpen(counts: false)
        // Follows migrate_pages_sync() in Linux 6.12 mm/migrate.c.
        $0.migration.passes = .overBatchThenEach(3, each: 7)
        // Follows migrate_folio_move() in Linux 6.12 mm/migrate.c; the recorded pages stay off the LRU.
        $0.migration.flush = .mlocked
        // Follows nr_pcp_high(), nr_pcp_alloc(), nr_pcp_free() and zone_highsize() in Linux 6.12 mm/page_alloc.c.
        $0.lists.high = .tuned(
            .init(mostDivisor: 8, batchScale: 5, highOrders: .afterBatch, givesBackInSlices: false))
        // Follows PAGEVEC_SIZE in Linux 6.12 include/linux/pagevec.h.
        $0.lists.lruBatch = 31
        // Machines of 512 and 768 MiB were recorded, whose watermarks leave 572 to 690 pages (Linux 7.3: 595 to 904).
        $0.watermarks.areSetUpTwice = false
        $0.watermarks.laterPages = 640
        // Follows __rmqueue_claim() and __rmqueue_steal() in Linux 6.12 mm/page_alloc.c.
        $0.buddy.fallback = .claimLargestOrStealSmallest
        // Follows hugetlb_cma_reserve() in Linux 6.12 mm/hugetlb.c: a gigantic page.
        $0.boot.hugePageAreaAlignment = 1 << 18
    }
}
