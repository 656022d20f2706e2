extension Kernel {
    /// Linux 6.1, as Debian 12 ships it; checked against recordings of Linux 6.1.192.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let linux6_1 = Kernel(
        name: "linux-6.1",
        summary: "Linux 6.1 LTS, as in Debian 12",
        releases: KernelReleases(from: .init(6, 1), upTo: .init(6, 2)),
        search: SearchRule(
            // Follows struct cma in Linux 6.1 mm/cma.h.
            mostRanges: 1,
            // Follows cma_alloc() in Linux 6.1 mm/cma.c: ret begins as -ENOMEM.
            withoutWindow: .noMemory,
            // Follows cma_alloc(): nothing but the bitmap is asked.
            refusesBeyondAvailable: false,
            // Follows cma_alloc(): past the start event to the end, where the failure is counted.
            largerThanArea: .staysOpen(counts: true),
            // Follows cma_alloc(): start = bitmap_no + mask + 1.
            retryStep: .alignment,
            // Trees of board vendors add rescans; Linux 6.1 has none.
            rescans: 0,
            // Follows cma_mutex in Linux 6.1 mm/cma.c.
            mutex: .machine),
        range: RangeRule(
            // Follows __alloc_contig_migrate_range() in Linux 6.1 mm/page_alloc.c.
            tries: 5,
            // Follows alloc_contig_range() in Linux 6.1 mm/page_alloc.c: only another error ends the attempt.
            forgivesBusy: true,
            // Follows free_contig_range() in Linux 6.1 mm/page_alloc.c.
            release: .pageByPage),
        migration: MigrationRule(
            // Follows COMPACT_CLUSTER_MAX in Linux 6.1 include/linux/swap.h.
            batch: 32,
            // Follows migrate_pages() in Linux 6.1 mm/migrate.c.
            passes: .overBatch(10, hasty: 3),
            // Follows __unmap_and_move() in Linux 6.1 mm/migrate.c.
            flush: .mapped),
        lists: ListRule(
            // Follows zone_highsize() in Linux 6.1 mm/page_alloc.c.
            high: .lowWatermark,
            // Follows PAGEVEC_SIZE in Linux 6.1 include/linux/pagevec.h.
            lruBatch: 15),
        buddy: BuddyRule(
            // Follows __rmqueue() in Linux 6.1 mm/page_alloc.c, but for rmqueue_bulk(), which takes the pages of a
            // refill off NR_FREE_PAGES at its end: the recordings of file writers are met better without that.
            contiguousFirst: .aboveHalf,
            // Follows __rmqueue_fallback() in Linux 6.1 mm/page_alloc.c.
            fallback: .stealLargest),
        watermarks: WatermarkRule(
            // Follows calculate_min_free_kbytes() in Linux 6.1 mm/page_alloc.c.
            leastKiB: 128, mostKiB: 262_144,
            // Follows watermark_scale_factor in Linux 6.1 mm/page_alloc.c.
            scaleFactor: 10,
            // Follows set_recommended_min_free_kbytes() in Linux 6.1 mm/khugepaged.c.
            areSetUpTwice: true),
        boot: BootRule(
            // 15 MiB for itself and 64 bytes for each page's struct page: the recorded machine of 512 MiB keeps
            // 5835 pages for itself by its zoneinfo; this says 5888.
            imagePages: 3840, pagesPerMapPage: 64,
            // The recorded machine of 512 MiB had 3537.
            idlePages: 3500,
            // Follows hugetlb_cma_reserve() in Linux 6.1 mm/hugetlb.c: PAGE_SIZE << HUGETLB_PAGE_ORDER.
            hugePageAreaAlignment: PageGeometry.standard.blockPages),
        formats: FormatRule(
            // Follows include/trace/events/cma.h in Linux 6.1.
            trace: .plain,
            // Follows cma_alloc() and cma_debug_show_areas() in Linux 6.1 mm/cma.c.
            failingFunction: "cma_alloc", freeMap: .debugLine,
            // Follows cma_debugfs_add_one() in Linux 6.1 mm/cma_debug.c.
            areaFolder: .flat,
            // Follows cma_attrs in Linux 6.1 mm/cma_sysfs.c.
            areaCounters: [.failed, .allocated]),
        costs: "linux-6.1-qemu")
}
