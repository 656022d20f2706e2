import Histogram

/// Durations in ns, kept as a high-dynamic-range histogram: three significant digits at any size.
public struct LatencyHistogram: Sendable {
    /// Made for the first duration, with room for a second: growing from nothing took longer than all that
    /// is recorded in a run.
    private var recorded: Histogram<UInt64>?
    private static let room: UInt64 = 1 << 30
    private var largest: UInt64 = 0

    public init() {}

    public var count: UInt64 { recorded?.totalCount ?? 0 }

    public mutating func record(_ nanoseconds: UInt64) {
        if recorded == nil {
            recorded = Histogram(highestTrackableValue: Self.room, numberOfSignificantValueDigits: .three)
            recorded?.autoResize = true
        }
        recorded?.record(nanoseconds)
        largest = max(largest, nanoseconds)
    }

    /// How many durations had which size, in increasing order, without those that none had.
    ///
    /// Sizes are rounded up to two digits: 286 µs are counted as 290 µs. Bins of any histograms can be added.
    public var bins: [LatencyBin] {
        guard let recorded else { return [] }
        var bins: [LatencyBin] = []
        for value in recorded.recordedValues() {
            let upper = LatencyBin.upperBound(of: min(value.value, largest))
            if bins.last?.upperNanoseconds == upper {
                bins[bins.count - 1].count += value.count
            } else {
                bins.append(LatencyBin(upperNanoseconds: upper, count: value.count))
            }
        }
        return bins
    }

    /// Median, 99th percentile (both to three digits) and exact maximum; zeros when nothing was
    /// recorded.
    public var summary: LatencySummary {
        guard let recorded else { return LatencySummary(p50: 0, p99: 0, max: 0) }
        return LatencySummary(
            p50: min(recorded.valueAtPercentile(50), largest),
            p99: min(recorded.valueAtPercentile(99), largest),
            max: largest)
    }
}

/// How many durations had the size of a bin.
public struct LatencyBin: Codable, Sendable, Hashable {
    /// The longest duration of the bin, ns.
    public var upperNanoseconds: UInt64
    /// 1 or more.
    public var count: UInt64

    public init(upperNanoseconds: UInt64, count: UInt64) {
        self.upperNanoseconds = upperNanoseconds
        self.count = count
    }

    /// A duration rounded up to two decimal digits.
    static func upperBound(of nanoseconds: UInt64) -> UInt64 {
        var scale: UInt64 = 1
        while nanoseconds / scale >= 100 { scale *= 10 }
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: scale)
        let (upper, overflow) = (remainder == 0 ? quotient : quotient + 1).multipliedReportingOverflow(
            by: scale)
        return overflow ? .max : upper
    }

    enum CodingKeys: String, CodingKey {
        case count
        case upperNanoseconds = "upper_ns"
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
