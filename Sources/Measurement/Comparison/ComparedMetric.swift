/// A figure of a device by which strategies are compared; its raw value is its name in JSON and gates.
public enum ComparedMetric: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// Buffers that the device got.
    case buffersGot = "buffers_got"
    /// 1 when the device got the buffers it needs at least, else 0; summed up, the share of seeds.
    case satisfied
    /// Emulated time from opening a buffer set to its last buffer.
    case timeToSatisfaction = "time_to_satisfaction_ns"
    /// Emulated time from opening a buffer set to the end of asking, satisfied or not.
    case gatheringTime = "gathering_ns"
    /// The longest call of the device.
    case longestStall = "stall_max_ns"
    /// Calls of `cma_alloc()`, successful or not.
    case calls
    case failedCalls = "failed_calls"
    /// Windows given up with `-EBUSY` before the next one was tried.
    case busyRetries = "busy_retries"
    /// Pages moved out of the way.
    case pagesMigrated = "pages_migrated"
    /// Clean pages of files that were given up instead of moved.
    case pagesDropped = "pages_dropped"
    /// Times that the per-CPU lists of every CPU were drained.
    case drains
    /// Interrupts of other CPUs for it.
    case interrupts = "ipis"
    /// Time that the area's mutex made other tasks wait.
    case othersWaited = "others_waited_ns"
    /// The longest run of free pages in the area afterwards.
    case largestFree = "largest_free_pages"
    /// Free chunks of the order that the device asks for, afterwards.
    case usableChunks = "usable_chunks"
    /// The most pages of the device's area that strategies held for no device.
    case reserve = "reserved_pages"
    /// Emulated time that they took before any device asked.
    case preparation = "preparation_ns"

    /// What a value counts.
    public enum Unit: String, Sendable {
        case nanoseconds = "ns"
        case pages
        /// 0 ... 1.
        case share
        case count
    }

    public enum Direction: Sendable {
        case lowerIsBetter, higherIsBetter
        /// A larger value tells about the strategy, but is neither good nor bad in itself.
        case neither
    }

    /// How the values of several seeds become one.
    public enum Summary: Sendable {
        case median, mean, share
    }

    public var unit: Unit {
        switch self {
        case .timeToSatisfaction, .gatheringTime, .longestStall, .othersWaited, .preparation: .nanoseconds
        case .pagesMigrated, .pagesDropped, .largestFree, .reserve: .pages
        case .satisfied: .share
        case .buffersGot, .calls, .failedCalls, .busyRetries, .drains, .interrupts, .usableChunks: .count
        }
    }

    public var direction: Direction {
        switch self {
        case .buffersGot, .satisfied, .largestFree, .usableChunks: .higherIsBetter
        case .calls: .neither
        case .timeToSatisfaction, .gatheringTime, .longestStall, .failedCalls, .busyRetries, .pagesMigrated,
            .pagesDropped, .drains, .interrupts, .othersWaited, .reserve, .preparation:
            .lowerIsBetter
        }
    }

    public var summary: Summary {
        switch self {
        case .buffersGot: .mean
        case .satisfied: .share
        default: .median
        }
    }

    /// Whether results of devemu 0.1.0, which did not have it, are read as 0.
    var isLaterAddition: Bool { self == .reserve || self == .preparation }

    /// Whether the largest value of all seeds is kept beside the median: one long stall is one too many.
    public var keepsMaximum: Bool { self == .longestStall }

    /// Whether the 99th percentile is kept beside the median.
    public var keepsPercentile: Bool { self == .timeToSatisfaction }
}
