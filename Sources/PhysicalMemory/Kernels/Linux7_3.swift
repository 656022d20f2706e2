extension Kernel {
    /// Linux 7.3; checked against recordings of Linux 7.3.4.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let linux7_3 = linux6_12.with {
        $0.name = "linux-7.3"
        $0.summary = "Linux 7.3, as in Debian's backports"
        $0.releases = KernelReleases(from: .init(7, 3), upTo: .init(7, 4))
        // Follows include/trace/events/cma.h in Linux 7.3.
        $0.formats.trace = .counts
        // Follows __cma_alloc_frozen() and cma_debug_show_areas() in Linux 7.3 mm/cma.c.
        $0.formats.failingFunction = "__cma_alloc_frozen"
        $0.formats.freeMap = .linePerRange
        // Follows cma_debugfs_add_one() in Linux 7.3 mm/cma_debug.c.
        $0.formats.areaFolder = .ranges
        // Follows cma_attrs in Linux 7.3 mm/cma_sysfs.c.
        $0.formats.areaCounters = [.failed, .allocated, .available, .released, .total]
        $0.costs = "linux-7.3-qemu"
        // Follows CMA_MAX_RANGES in Linux 7.3 mm/cma.h.
        $0.search.mostRanges = 8
        // Follows cma_range_alloc() in Linux 7.3 mm/cma.c: ret begins as -EBUSY.
        $0.search.withoutWindow = .busy
        // Follows cma_range_alloc(): available_count is tested under the lock, each time before the bitmap is searched.
        $0.search.refusesBeyondAvailable = true
        // Follows __cma_alloc_frozen() in Linux 7.3 mm/cma.c: each range answers -EBUSY.
        $0.search.largerThanArea = .fails
        // Follows alloc_mutex of struct cma in Linux 7.3 mm/cma.h.
        $0.search.mutex = .area
        // Follows __free_contig_range_common() in Linux 7.3 mm/page_alloc.c.
        $0.range.release = .alignedPieces
        // Follows free_frozen_page_commit() in Linux 7.3 mm/page_alloc.c.
        $0.lists.high = .tuned(
            .init(
                mostDivisor: 8, batchScale: 5, highOrders: .afterBatchAndHalfOfLeast, givesBackInSlices: true)
        )
    }
}
