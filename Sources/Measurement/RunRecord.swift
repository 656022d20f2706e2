/// Everything one run measured; its JSON form is the schema `devemu.run/1`.
///
/// Units are in the names: pages, or nanoseconds of emulated time.
public struct RunRecord: Codable, Sendable, Hashable {
    public static let schema = "devemu.run/1"

    public var schema = RunRecord.schema
    public var seed: UInt64
    /// The mode forced on every call, or "as-asked".
    public var mode: String
    /// The strategy that every driver gathered by; null when each did as it does.
    public var strategy: String?
    public var memoryPages: Int
    /// The cost profile behind all times.
    public var costs: String
    /// What else went on, in words; absent when nothing did.
    public var background: String?
    public var areas: [AreaRecord]
    /// Every instance of a plugin that drove the machine, in the order of the scene or the command line.
    public var plugins: [PluginRecord]
    public var devices: [DeviceRecord]
    public var log: [LogLine]
    /// The clock when the plugin returned.
    public var elapsedNanoseconds: UInt64
    /// What became of the pages' bytes; absent when the machine had none.
    public var contents: ContentsRecord?
    /// What the run showed; absent when it was not made from a scene.
    public var scene: SceneRecord?
    /// Operations that returned an error, in the order in which they did.
    public var failures: [OperationFailure]

    public init(
        seed: UInt64, mode: String, strategy: String? = nil, costs: String, memoryPages: Int,
        areas: [AreaRecord], plugins: [PluginRecord],
        devices: [DeviceRecord], log: [LogLine], elapsedNanoseconds: UInt64,
        background: String? = nil, contents: ContentsRecord? = nil, scene: SceneRecord? = nil,
        failures: [OperationFailure] = []
    ) {
        self.seed = seed
        self.mode = mode
        self.strategy = strategy
        self.costs = costs
        self.memoryPages = memoryPages
        self.areas = areas
        self.plugins = plugins
        self.devices = devices
        self.log = log
        self.elapsedNanoseconds = elapsedNanoseconds
        self.background = background
        self.contents = contents
        self.scene = scene
        self.failures = failures
    }

    /// Whether every device got a buffer set it can work with.
    public var satisfied: Bool { devices.allSatisfy(\.satisfied) }

    enum CodingKeys: String, CodingKey {
        case schema, seed, mode, strategy, costs, background, areas, plugins, devices, log, contents
        case scene, failures
        case memoryPages = "memory_pages"
        case elapsedNanoseconds = "elapsed_ns"
    }
}

/// Bytes of movable pages, checked against what their owners wrote.
public struct ContentsRecord: Codable, Sendable, Hashable {
    /// Pages whose bytes moved to another frame, counting each move.
    public var moved: Int
    /// Pages that live and hold what was written, and that do not.
    public var verified = 0
    public var damaged = 0

    public init(moved: Int) { self.moved = moved }
}

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

    public init(
        name: String, basePFN: Int, pages: Int, orderPerBit: Int, start: PageCounts, strip: [PageCounts],
        left: RemainderRecord
    ) {
        self.name = name
        self.left = left
        self.basePFN = basePFN
        self.pages = pages
        self.orderPerBit = orderPerBit
        self.start = start
        self.strip = strip
    }

    enum CodingKeys: String, CodingKey {
        case name, pages, start, strip, left
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

/// What one device wanted, got and paid.
public struct DeviceRecord: Codable, Sendable, Hashable {
    public var name: String
    /// The area that served it.
    public var area = ""
    /// The strategy of its own that its driver gathered by; null when the run or the driver chose.
    public var strategy: String?
    public var buffersWanted = 0
    public var buffersMin = 0
    public var buffersGot = 0
    /// Every set of the device reached its minimum.
    public var satisfied = true
    /// Chunks that its driver got, and the pages of the one it asked for last.
    public var chunks = 0
    public var chunkPages = 0
    public var calls = 0
    public var failedCalls = 0
    public var busyRetries = 0
    public var pagesMigrated = 0
    /// Clean page cache dropped instead of moved.
    public var pagesDropped = 0
    /// Calls of drain_all_pages() and lru_cache_disable(), and the CPUs interrupted by them.
    public var drains = 0
    public var interrupts = 0
    /// How long others waited for this device's calls to leave their windows, ns.
    public var othersWaitedNanoseconds: UInt64 = 0
    /// From opening a set to closing it, summed over the sets, whatever came of it.
    public var gatheringNanoseconds: UInt64 = 0
    public var pagesHeldAtExit = 0
    /// From opening a set to its last buffer, summed over the sets; null when a set stayed below its
    /// minimum.
    public var timeToSatisfactionNanoseconds: UInt64?
    public var callNanoseconds = LatencySummary(p50: 0, p99: 0, max: 0)

    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey {
        case name, area, strategy, satisfied, chunks, calls
        case buffersWanted = "buffers_wanted"
        case buffersMin = "buffers_min"
        case buffersGot = "buffers_got"
        case failedCalls = "failed_calls"
        case busyRetries = "busy_retries"
        case pagesMigrated = "pages_migrated"
        case chunkPages = "chunk_pages"
        case pagesDropped = "pages_dropped"
        case drains
        case interrupts = "ipis"
        case othersWaitedNanoseconds = "others_waited_ns"
        case gatheringNanoseconds = "gathering_ns"
        case pagesHeldAtExit = "pages_held_at_exit"
        case timeToSatisfactionNanoseconds = "time_to_satisfaction_ns"
        case callNanoseconds = "call_ns"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(area, forKey: .area)
        try container.encode(strategy, forKey: .strategy)
        try container.encode(buffersWanted, forKey: .buffersWanted)
        try container.encode(buffersMin, forKey: .buffersMin)
        try container.encode(buffersGot, forKey: .buffersGot)
        try container.encode(satisfied, forKey: .satisfied)
        try container.encode(chunks, forKey: .chunks)
        try container.encode(chunkPages, forKey: .chunkPages)
        try container.encode(calls, forKey: .calls)
        try container.encode(failedCalls, forKey: .failedCalls)
        try container.encode(busyRetries, forKey: .busyRetries)
        try container.encode(pagesMigrated, forKey: .pagesMigrated)
        try container.encode(pagesDropped, forKey: .pagesDropped)
        try container.encode(drains, forKey: .drains)
        try container.encode(interrupts, forKey: .interrupts)
        try container.encode(othersWaitedNanoseconds, forKey: .othersWaitedNanoseconds)
        try container.encode(gatheringNanoseconds, forKey: .gatheringNanoseconds)
        try container.encode(pagesHeldAtExit, forKey: .pagesHeldAtExit)
        // A key that is always there, null included, is easier on readers than an optional one.
        try container.encode(timeToSatisfactionNanoseconds, forKey: .timeToSatisfactionNanoseconds)
        try container.encode(callNanoseconds, forKey: .callNanoseconds)
    }
}

/// A line that a plugin logged.
public struct LogLine: Codable, Sendable, Hashable {
    public var nanoseconds: UInt64
    /// Kernel log level: 3 error, 4 warning, 6 info.
    public var level: UInt32
    public var text: String
    /// The instance that logged it; absent when the run has only one.
    public var instance: String?

    public init(nanoseconds: UInt64, level: UInt32, text: String, instance: String? = nil) {
        self.nanoseconds = nanoseconds
        self.level = level
        self.text = text
        self.instance = instance
    }

    enum CodingKeys: String, CodingKey {
        case level, text, instance
        case nanoseconds = "t_ns"
    }
}
