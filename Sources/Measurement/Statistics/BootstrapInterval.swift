/// 95 % intervals by the percentile bootstrap (Efron 1979): the statistic of many resamples, drawn with
/// replacement, without the 2.5 % at each end.
///
/// The values are put in order first and the draws come from a fixed seed, so that the same values have
/// the same interval whatever the order in which their runs finished. One value, or equal ones, have an
/// interval of width zero; none have nil.
public enum BootstrapInterval {
    static let resamples = 2000
    private static let seed: UInt64 = 0x6465_7665_6d75

    public static func median(of values: [Double]) -> ConfidenceInterval? {
        let sorted = values.sorted()
        return interval(of: sorted) { drawn in median(drawn, of: sorted) { $0 } }
    }

    public static func mean(of values: [Double]) -> ConfidenceInterval? {
        let sorted = values.sorted()
        return interval(of: sorted) { drawn in
            var sum = 0.0
            for index in sorted.indices { sum += sorted[index] * Double(drawn[index]) }
            return sum / Double(sorted.count)
        }
    }

    /// The interval of the median of `values` divided by that of `references`, each value drawn together
    /// with its reference: what a seed makes hard for both then cancels out.
    ///
    /// - Parameter pairs: resamples in which the ratio has no meaning (0 by 0, never by never) do not
    ///   count; nil is returned when there is no other.
    public static func ratioOfMedians(
        of pairs: [(value: Double, reference: Double)]
    ) -> ConfidenceInterval? {
        let ordered = pairs.sorted { ($0.value, $0.reference) < ($1.value, $1.reference) }
        let values = ordered.map(\.value)
        let references = ordered.map(\.reference)
        let byReference = references.indices.sorted { (references[$0], $0) < (references[$1], $1) }
        let sortedReferences = byReference.map { references[$0] }
        return interval(count: ordered.count) { drawn in
            median(drawn, of: values) { $0 } / median(drawn, of: sortedReferences) { byReference[$0] }
        }
    }

    private static func interval(
        of sorted: [Double], statistic: (_ drawn: [Int]) -> Double
    ) -> ConfidenceInterval? {
        guard let first = sorted.first, let last = sorted.last else { return nil }
        guard first < last else { return ConfidenceInterval(low: first, high: last) }
        return interval(count: sorted.count, statistic: statistic)
    }

    /// - Parameter statistic: gets how often each of `count` values was drawn.
    private static func interval(
        count: Int, statistic: (_ drawn: [Int]) -> Double
    ) -> ConfidenceInterval? {
        guard count > 0 else { return nil }
        var generator = ResamplingGenerator(state: seed)
        var drawn = [Int](repeating: 0, count: count)
        var results: [Double] = []
        results.reserveCapacity(resamples)
        for _ in 0..<resamples {
            for index in drawn.indices { drawn[index] = 0 }
            for _ in 0..<count { drawn[generator.below(count)] += 1 }
            let result = statistic(drawn)
            if !result.isNaN { results.append(result) }
        }
        guard !results.isEmpty else { return nil }
        results.sort()
        let outside = max(results.count / 40, 1) - 1
        return ConfidenceInterval(low: results[outside], high: results[results.count - 1 - outside])
    }

    /// The median of a resample, found by counting along the order instead of sorting it.
    ///
    /// - Parameter draw: index into `drawn` of the value at an index of `sorted`.
    private static func median(_ drawn: [Int], of sorted: [Double], draw: (Int) -> Int) -> Double {
        let count = sorted.count
        var passed = 0
        var lower: Double?
        for index in sorted.indices {
            passed += drawn[draw(index)]
            if lower == nil, passed > (count - 1) / 2 { lower = sorted[index] }
            if let lower, passed > count / 2 { return (lower + sorted[index]) / 2 }
        }
        return .nan
    }
}

/// The draws of the bootstrap, apart from those of the emulated machines. SplitMix64 (Steele, Lea,
/// Flood 2014).
struct ResamplingGenerator {
    var state: UInt64

    /// A number in 0 ..< bound by multiply and shift (Lemire 2019); the bias is below bound / 2^64.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Int(mixed.multipliedFullWidth(by: UInt64(bound)).high)
    }
}
