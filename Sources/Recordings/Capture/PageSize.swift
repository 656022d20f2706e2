import KernelFormats

/// The page size of a machine, in KiB, as far as its capture states it.
///
/// No file of a capture says it by itself. What states it is one quantity that meminfo prints in KiB and
/// another file in pages. The amount of memory is not such a quantity: a balloon, hotplug or offline memory
/// changes MemTotal between two reads, and some balloon drivers change it without the zones' managed pages.
enum PageSize {
    /// What Linux runs with on the architectures that have contiguous areas: arm64 has all three.
    static let known = [4, 16, 64]

    /// A quantity in KiB and in pages.
    private typealias Pair = (kibibytes: Int, pages: Int)

    /// Names in meminfo and vmstat of counters that both files have, and that no driver corrects in one of
    /// them alone. Follows meminfo_proc_show() in fs/proc/meminfo.c and vmstat_text in mm/vmstat.c of Linux
    /// 6.1.
    private static let counters = [
        ("MemFree", "nr_free_pages"), ("CmaFree", "nr_free_cma"), ("AnonPages", "nr_anon_pages"),
        ("Mapped", "nr_mapped"), ("Shmem", "nr_shmem"), ("Active(anon)", "nr_active_anon"),
        ("Inactive(anon)", "nr_inactive_anon"), ("Active(file)", "nr_active_file"),
        ("Inactive(file)", "nr_inactive_file"), ("Unevictable", "nr_unevictable"),
        ("SReclaimable", "nr_slab_reclaimable"), ("SUnreclaim", "nr_slab_unreclaimable"),
        ("PageTables", "nr_page_table_pages"),
    ]

    /// Fewest pages of a counter that says something although the machine went on between the two reads.
    private static let leastPages = 64

    /// Nil where no file states it.
    ///
    /// The pages of contiguous areas do not change while a machine runs, so they decide where both files have
    /// them; otherwise most of the counters do.
    static func kibibytes(of capture: Capture) -> Int? {
        guard let meminfo = capture.meminfo else { return nil }
        if let total = meminfo["CmaTotal"], let pages = capture.zoneinfo?.contiguousPages, pages > 0,
            let exact = known.first(where: { pages * $0 == total })
        {
            return exact
        }
        var pairs = counters.compactMap { name, counter -> Pair? in
            guard let kibibytes = meminfo[name], let pages = capture.vmstat?[counter] else { return nil }
            return (kibibytes, pages)
        }
        if let kibibytes = meminfo["MemFree"], let pages = capture.zoneinfo?.freePages {
            pairs.append((kibibytes, pages))
        }
        let votes = pairs.filter { $0.pages >= leastPages && $0.kibibytes > 0 }.map(nearest)
        let counts = known.map { size in votes.count { $0 == size } }
        guard let most = counts.max(), most * 2 > votes.count else { return nil }
        return known[counts.firstIndex(of: most) ?? 0]
    }

    /// The known size whose ratio to that of the pair is closest to 1.
    private static func nearest(to pair: Pair) -> Int {
        // Between 4 and 16 the geometric mean is 8, between 16 and 64 it is 32.
        let ratio = Double(pair.kibibytes) / Double(pair.pages)
        return ratio < 8 ? 4 : ratio < 32 ? 16 : 64
    }
}
