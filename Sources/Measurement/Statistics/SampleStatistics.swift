/// Figures of values in ascending order. Infinite values take part: they are the largest.
enum SampleStatistics {
    /// Nil without values.
    static func mean(_ sorted: [Double]) -> Double? {
        sorted.isEmpty ? nil : sorted.reduce(0, +) / Double(sorted.count)
    }

    /// The middle value, or the mean of the two middle ones.
    static func median(_ sorted: [Double]) -> Double? {
        sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The smallest value that `percent`, 1 ... 100, of all do not exceed.
    static func percentile(_ percent: Int, _ sorted: [Double]) -> Double? {
        sorted.isEmpty ? nil : sorted[(sorted.count * percent + 99) / 100 - 1]
    }
}
