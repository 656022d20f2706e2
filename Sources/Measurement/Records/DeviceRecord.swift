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
    /// How many of its calls took how long; absent unless it was asked for.
    public var callHistogram: [LatencyBin]?

    /// Frames that engines moved whole: captured, shown for the first time, or made by a job.
    public var framesDelivered = 0
    /// Frames that came while there was no buffer for them, and buffers that were never shown.
    public var framesDropped = 0
    /// Frames that were shown again because no newer one was there.
    public var framesRepeated = 0
    /// Periods of a scanout with nothing to read, or too short to read it.
    public var underruns = 0
    /// Frames that did not hold what was written when they were read or given back.
    public var framesDamaged = 0
    /// Releases that gave back a part of an allocation.
    public var sizeMismatchedReleases = 0
    /// What its driver did wrong, a line each: the first `violationLimit` of `violationCount`.
    public private(set) var violations: [String] = []
    public private(set) var violationCount = 0
    /// Its buffer sets in the order in which they were opened.
    public var sets: [BufferSetRecord] = []
    /// Pages that were never released, by buffer: at most `leakLimit` places.
    public var leaks: [LeakRecord] = []

    public static let violationLimit = 100
    public static let leakLimit = 100

    public init(name: String) { self.name = name }

    public mutating func addViolation(_ text: String) {
        violationCount += 1
        if violations.count < Self.violationLimit { violations.append(text) }
    }

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
        case callHistogram = "call_histogram"
        case framesDelivered = "frames_delivered"
        case framesDropped = "frames_dropped"
        case framesRepeated = "frames_repeated"
        case underruns, violations, sets, leaks
        case framesDamaged = "frames_damaged"
        case sizeMismatchedReleases = "size_mismatched_releases"
        case violationCount = "violation_count"
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
        try container.encodeIfPresent(callHistogram, forKey: .callHistogram)
        try container.encode(framesDelivered, forKey: .framesDelivered)
        try container.encode(framesDropped, forKey: .framesDropped)
        try container.encode(framesRepeated, forKey: .framesRepeated)
        try container.encode(underruns, forKey: .underruns)
        try container.encode(framesDamaged, forKey: .framesDamaged)
        try container.encode(sizeMismatchedReleases, forKey: .sizeMismatchedReleases)
        try container.encode(violations, forKey: .violations)
        try container.encode(violationCount, forKey: .violationCount)
        try container.encode(sets, forKey: .sets)
        try container.encode(leaks, forKey: .leaks)
    }
}

/// One buffer set: what was asked for, what came, and when.
public struct BufferSetRecord: Codable, Sendable, Hashable {
    public var name: String
    public var wanted: Int
    public var minimum: Int
    public var got: Int
    public var openedNanoseconds: UInt64
    /// When the last buffer was added; null when none was.
    public var lastBufferNanoseconds: UInt64?
    /// Null when the set was never closed.
    public var closedNanoseconds: UInt64?

    public init(
        name: String, wanted: Int, minimum: Int, got: Int, openedNanoseconds: UInt64,
        lastBufferNanoseconds: UInt64?, closedNanoseconds: UInt64?
    ) {
        self.name = name
        self.wanted = wanted
        self.minimum = minimum
        self.got = got
        self.openedNanoseconds = openedNanoseconds
        self.lastBufferNanoseconds = lastBufferNanoseconds
        self.closedNanoseconds = closedNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case name, wanted, got
        case minimum = "min"
        case openedNanoseconds = "opened_ns"
        case lastBufferNanoseconds = "last_buffer_ns"
        case closedNanoseconds = "closed_ns"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(wanted, forKey: .wanted)
        try container.encode(minimum, forKey: .minimum)
        try container.encode(got, forKey: .got)
        try container.encode(openedNanoseconds, forKey: .openedNanoseconds)
        try container.encode(lastBufferNanoseconds, forKey: .lastBufferNanoseconds)
        try container.encode(closedNanoseconds, forKey: .closedNanoseconds)
    }
}

/// Pages of one buffer, or of none, that a device still held at the end.
public struct LeakRecord: Codable, Sendable, Hashable {
    /// The buffer's set and index; null for pages of no buffer.
    public var set: String?
    public var buffer: Int?
    public var pages: Int

    public init(set: String?, buffer: Int?, pages: Int) {
        self.set = set
        self.buffer = buffer
        self.pages = pages
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(set, forKey: .set)
        try container.encode(buffer, forKey: .buffer)
        try container.encode(pages, forKey: .pages)
    }
}
