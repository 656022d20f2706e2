/// Which pages a pageblock, and each free list, gathers. The numbers are those of Linux 6.1.
public enum Migratetype: UInt8, Sendable, CaseIterable {
    case unmovable = 0
    case movable = 1
    case reclaimable = 2
    /// Belongs to a contiguous area: only movable allocations may borrow it.
    case cma = 4
    /// Being emptied by alloc_contig_range(): nothing is allocated from it.
    case isolate = 5

    static let count = 6

    /// Types that give each other whole pageblocks, and whose large free blocks merge.
    @inline(__always)
    var isMergeable: Bool { rawValue <= 2 }

    /// The per-CPU list that pages of a pageblock of this type go to: contiguous pages are kept among
    /// the movable ones.
    @inline(__always)
    var perCPUList: Int { rawValue <= 2 ? Int(rawValue) : 1 }

    /// Where an allocation of this type looks when its own lists are empty, in order. Contiguous
    /// areas are in nobody's table.
    var fallbacks: [Migratetype] {
        switch self {
        case .unmovable: [.reclaimable, .movable]
        case .movable: [.reclaimable, .unmovable]
        case .reclaimable: [.unmovable, .movable]
        case .cma, .isolate: []
        }
    }
}
