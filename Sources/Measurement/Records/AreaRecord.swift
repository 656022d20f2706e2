/// A contiguous area: where it lies, what was in it at the start, and how it looked when the last
/// buffer set was closed.
public struct AreaRecord: Codable, Sendable, Hashable {
    public var name: String
    public var basePFN: Int
    public var pages: Int
    public var orderPerBit: Int
    public var start: PageCounts
    public var strip: [PageCounts]
    public var left: RemainderRecord
    /// The moment at which devices held the most of it.
    public var peak: PeakRecord
    /// How it looked when buffer sets were closed, when pages came back afterwards, and when something
    /// could not be gathered.
    public var series: [AreaSample]
    /// What strategies held of it for no device; absent when that was nothing.
    public var reserve: ReserveRecord?

    public init(
        name: String, basePFN: Int, pages: Int, orderPerBit: Int, start: PageCounts, strip: [PageCounts],
        left: RemainderRecord, peak: PeakRecord = PeakRecord(), series: [AreaSample] = [],
        reserve: ReserveRecord? = nil
    ) {
        self.name = name
        self.reserve = reserve
        self.left = left
        self.peak = peak
        self.series = series
        self.basePFN = basePFN
        self.pages = pages
        self.orderPerBit = orderPerBit
        self.start = start
        self.strip = strip
    }

    enum CodingKeys: String, CodingKey {
        case name, pages, start, strip, left, peak, series, reserve
        case basePFN = "base_pfn"
        case orderPerBit = "order_per_bit"
    }
}

/// How many pages of a stretch are in each state.
public struct PageCounts: Codable, Sendable, Hashable {
    public var free = 0
    public var movable = 0
    public var pinned = 0
    public var held = 0

    public init() {}

    public mutating func add(_ other: PageCounts) {
        free += other.free
        movable += other.movable
        pinned += other.pinned
        held += other.held
    }
}

/// What contiguous allocations could still have of an area: its pages that are free, or in use and
/// movable.
public struct RemainderRecord: Codable, Sendable, Hashable {
    public var freePages = 0
    /// The longest run of such pages.
    public var largestRunPages = 0
    /// By order from 0: blocks of 2^order such pages that start on a multiple of their size.
    public var usableChunks: [Int]

    public init(orders: Int) { usableChunks = [Int](repeating: 0, count: orders) }

    enum CodingKeys: String, CodingKey {
        case freePages = "free_pages"
        case largestRunPages = "largest_run_pages"
        case usableChunks = "usable_chunks"
    }
}

/// Who held how much of an area when the most of it was held.
public struct PeakRecord: Codable, Sendable, Hashable {
    /// A device's share.
    public struct Share: Codable, Sendable, Hashable {
        /// Null for what a strategy held for nobody.
        public var device: String?
        public var pages: Int

        public init(device: String?, pages: Int) {
            self.device = device
            self.pages = pages
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(device, forKey: .device)
            try container.encode(pages, forKey: .pages)
        }
    }

    /// When that many pages were reached; when they last changed hands, if they did so meanwhile.
    public var nanoseconds: UInt64
    public var heldPages: Int
    /// Who held any, in the order in which the devices were registered.
    public var by: [Share]

    public init(nanoseconds: UInt64 = 0, heldPages: Int = 0, by: [Share] = []) {
        self.nanoseconds = nanoseconds
        self.heldPages = heldPages
        self.by = by
    }

    enum CodingKeys: String, CodingKey {
        case by
        case nanoseconds = "t_ns"
        case heldPages = "held_pages"
    }
}

/// What strategies held for no device, lost to everybody else: a standing pool, or more than a driver asked for.
public struct ReserveRecord: Codable, Sendable, Hashable {
    /// The most pages at any moment.
    public var pages: Int
    /// Emulated time that it took before any device asked, ns.
    public var preparationNanoseconds: UInt64

    public init(pages: Int, preparationNanoseconds: UInt64) {
        self.pages = pages
        self.preparationNanoseconds = preparationNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case pages
        case preparationNanoseconds = "preparation_ns"
    }
}

/// An area at one moment.
public struct AreaSample: Codable, Sendable, Hashable {
    public var nanoseconds: UInt64
    public var freePages: Int
    /// Pages that contiguous allocations hold.
    public var heldPages: Int
    /// As in `RemainderRecord`.
    public var largestRunPages: Int
    public var usableChunks: [Int]
    /// Who held any, as in `PeakRecord`.
    public var by: [PeakRecord.Share]

    public init(
        nanoseconds: UInt64, heldPages: Int, left: RemainderRecord, by: [PeakRecord.Share] = []
    ) {
        self.nanoseconds = nanoseconds
        self.heldPages = heldPages
        self.by = by
        freePages = left.freePages
        largestRunPages = left.largestRunPages
        usableChunks = left.usableChunks
    }

    enum CodingKeys: String, CodingKey {
        case by
        case nanoseconds = "t_ns"
        case freePages = "free_pages"
        case heldPages = "held_pages"
        case largestRunPages = "largest_run_pages"
        case usableChunks = "usable_chunks"
    }
}
