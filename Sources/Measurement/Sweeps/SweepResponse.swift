/// What a run of a sweep is judged by; the raw value is its name in JSON and CSV.
///
/// A figure of several devices is their sum, where it is a time of one call or of one device's asking the longest.
public enum SweepResponse: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    /// 1 when every device got the buffers that it needs at least, else 0; a run that a plugin ended badly satisfied
    /// nobody.
    case satisfied
    /// Buffers got, of those wanted.
    case buffersShare = "buffers_share"
    /// The longest call of any device: how long a task stands still at most.
    case stall = "stall_max_ns"
    /// From opening buffer sets to the end of asking, of the device that took longest.
    case gathering = "gathering_ns"
    /// Calls of `cma_alloc()` that returned nothing.
    case failedCalls = "failed_calls"
    /// Windows given up with `-EBUSY` before the next one was tried.
    case busyRetries = "busy_retries"
    /// Pages moved out of the way.
    case pagesMigrated = "pages_migrated"
    /// Time for which an area's mutex made other tasks wait.
    case othersWaited = "others_waited_ns"
    /// Held by devices when most was held of their areas.
    case peakHeld = "peak_held_bytes"
    /// The most that strategies held of the areas for no device.
    case reserved = "reserved_bytes"

    public enum Unit: String, Codable, Sendable {
        /// 0 ... 1.
        case share
        case nanoseconds = "ns"
        case bytes
        case pages
        case count
    }

    public var unit: Unit {
        switch self {
        case .satisfied, .buffersShare: .share
        case .stall, .gathering, .othersWaited: .nanoseconds
        case .peakHeld, .reserved: .bytes
        case .pagesMigrated: .pages
        case .failedCalls, .busyRetries: .count
        }
    }

    /// What a response and its unit are called in a result.
    public struct Description: Codable, Sendable, Hashable {
        public var name: SweepResponse
        public var unit: Unit
    }

    /// Its place in `allCases`.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    var description: Description { Description(name: self, unit: unit) }
}
