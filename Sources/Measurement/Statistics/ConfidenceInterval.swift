/// The bounds between which a figure lies with 95 % confidence. A bound may be infinite: a time that is
/// never over.
public struct ConfidenceInterval: Sendable, Hashable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// Whether some value lies in both.
    public func overlaps(_ other: ConfidenceInterval) -> Bool {
        low <= other.high && other.low <= high
    }
}

/// The interval of a share by the score method (Wilson 1927).
///
/// Shares have it instead of the bootstrap because resampling cannot draw what was not seen: from three
/// satisfied seeds of three it would conclude that every seed is, with certainty.
public enum WilsonInterval {
    /// The normal deviate that 2.5 % exceed.
    static let deviate = 1.959_963_984_540_054

    /// - Parameters:
    ///   - successes: 0 ... `trials`.
    ///   - trials: nil is returned for 0.
    public static func share(_ successes: Int, of trials: Int) -> ConfidenceInterval? {
        guard trials > 0 else { return nil }
        let count = Double(trials)
        let share = Double(successes) / count
        let square = deviate * deviate
        let center = share + square / (2 * count)
        let spread = deviate * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        let scale = 1 + square / count
        // Exact at the ends, where rounding would leave the last digit of 0 and 1.
        return ConfidenceInterval(
            low: successes == 0 ? 0 : (center - spread) / scale,
            high: successes == trials ? 1 : (center + spread) / scale)
    }
}
