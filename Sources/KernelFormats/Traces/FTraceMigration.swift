extension FTrace {
    /// What the migrate stage of one window did: the event `mm_alloc_contig_migrate_range_info`.
    ///
    /// Linux 6.12 prints the values under the wrong names, because alloc_contig_range() passes them in another order
    /// than the event takes them: `nr_migrated` has the migratetype, `nr_reclaimed` the pages migrated, `nr_mapped`
    /// those reclaimed, `migratetype` those mapped. Here each value has its right name. Follows
    /// __alloc_contig_migrate_range() in Linux 6.12 mm/page_alloc.c.
    public struct Migration: Sendable, Hashable {
        /// Number of the line, from 1.
        public var line: Int
        /// The task that the window was for.
        public var pid: Int
        /// 4 for a contiguous area.
        public var migratetype: Int
        /// Pages moved.
        public var migrated: Int
        /// Clean pages of the page cache dropped.
        public var reclaimed: Int
        /// Pages among those isolated that were mapped.
        public var mapped: Int
    }
}

extension FTrace.Migration {
    /// MIGRATE_CMA in include/linux/mmzone.h.
    private static let contiguous = 4

    /// Puts shifted values under their right names. A trace comes from one kernel: the first event whose two candidates
    /// for the migratetype differ decides for all, and without one the values are shifted, as in the only
    /// upstream release that has the event.
    static func unshift(_ migrations: inout [Self]) {
        let telling = migrations.first { ($0.migratetype == contiguous) != ($0.migrated == contiguous) }
        guard telling?.migratetype != contiguous else { return }
        for index in migrations.indices {
            let printed = migrations[index]
            migrations[index].migratetype = printed.migrated
            migrations[index].migrated = printed.reclaimed
            migrations[index].reclaimed = printed.mapped
            migrations[index].mapped = printed.migratetype
        }
    }
}
