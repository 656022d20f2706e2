import Histogram

/// Durations in ns, kept as a high-dynamic-range histogram: three significant digits at any size.
public struct LatencyHistogram: Sendable {
    /// Made for the first duration, with room for a second: growing from nothing took longer than all that
    /// is recorded in a run.
    private var bins: Histogram<UInt64>?
    private static let room: UInt64 = 1 << 30
    private var largest: UInt64 = 0

    public init() {}

    public var count: UInt64 { bins?.totalCount ?? 0 }

    public mutating func record(_ nanoseconds: UInt64) {
        if bins == nil {
            bins = Histogram(highestTrackableValue: Self.room, numberOfSignificantValueDigits: .three)
            bins?.autoResize = true
        }
        bins?.record(nanoseconds)
        largest = max(largest, nanoseconds)
    }

    /// Median, 99th percentile (both to three digits) and exact maximum; zeros when nothing was
    /// recorded.
    public var summary: LatencySummary {
        guard let bins else { return LatencySummary(p50: 0, p99: 0, max: 0) }
        return LatencySummary(
            p50: min(bins.valueAtPercentile(50), largest), p99: min(bins.valueAtPercentile(99), largest),
            max: largest)
    }
}

/// The figures of a latency distribution that a report prints, ns.
public struct LatencySummary: Codable, Sendable, Hashable {
    public var p50: UInt64
    public var p99: UInt64
    public var max: UInt64

    public init(p50: UInt64, p99: UInt64, max: UInt64) {
        self.p50 = p50
        self.p99 = p99
        self.max = max
    }
}
