import Histogram

/// Durations in ns, as a high-dynamic-range histogram keeps them: three significant digits at any size.
public struct LatencyHistogram: Sendable {
    /// Durations as they came, while they are few: a histogram has thousands of counters to go through.
    private var few: [UInt64] = []
    /// All of them, once they are many; made with room for a second, as growing takes long.
    private var many: Histogram<UInt64>?
    private var largest: UInt64 = 0
    public private(set) var count: UInt64 = 0

    /// Durations that are kept one by one.
    static let fewest = 1024
    private static let room: UInt64 = 1 << 30

    public init() {}

    public mutating func record(_ nanoseconds: UInt64) {
        largest = max(largest, nanoseconds)
        count += 1
        if count <= UInt64(Self.fewest) {
            few.append(nanoseconds)
        } else {
            if !few.isEmpty { fillHistogram() }
            many?.record(nanoseconds)
        }
    }

    private mutating func fillHistogram() {
        var bins = Histogram<UInt64>(
            highestTrackableValue: Self.room, numberOfSignificantValueDigits: .three)
        bins.autoResize = true
        for nanoseconds in few { bins.record(nanoseconds) }
        many = bins
        few = []
    }

    /// How many durations had which size, in increasing order, without those that none had.
    ///
    /// Sizes are rounded up to two digits: 286 µs are counted as 290 µs. Bins of any histograms can be added.
    public var bins: [LatencyBin] {
        var bins: [LatencyBin] = []
        func add(_ count: UInt64, of nanoseconds: UInt64) {
            let upper = LatencyBin.upperBound(of: nanoseconds)
            if bins.last?.upperNanoseconds == upper {
                bins[bins.count - 1].count += count
            } else {
                bins.append(LatencyBin(upperNanoseconds: upper, count: count))
            }
        }
        for nanoseconds in few.sorted() { add(1, of: nanoseconds) }
        if let many {
            // Of the durations that are one to the histogram the shortest: 290 µs stay below 290 µs.
            for value in many.recordedValues() {
                add(value.count, of: many.lowestEquivalentForValue(value.value))
            }
        }
        return bins
    }

    /// Median, 99th percentile (both to three digits) and exact maximum; zeros when nothing was
    /// recorded.
    public var summary: LatencySummary {
        guard let many else {
            let sorted = few.sorted()
            return LatencySummary(
                p50: percentile(50, of: sorted), p99: percentile(99, of: sorted), max: largest)
        }
        return LatencySummary(
            p50: min(many.valueAtPercentile(50), largest),
            p99: min(many.valueAtPercentile(99), largest),
            max: largest)
    }

    /// Knows which durations are one to a histogram, however large they are.
    private static let digits = Histogram<UInt64>(numberOfSignificantValueDigits: .three)

    /// What a histogram of the same durations would say: the largest of those that are one to it.
    private func percentile(_ percent: Int, of sorted: [UInt64]) -> UInt64 {
        guard !sorted.isEmpty else { return 0 }
        let rank = (sorted.count * percent + 99) / 100
        let value = sorted[max(rank, 1) - 1]
        // Behind the last of those near the end of time there is no other.
        guard value <= .max / 2 else { return value }
        return min(Self.digits.highestEquivalentForValue(value), largest)
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
