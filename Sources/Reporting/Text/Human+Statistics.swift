import Measurement
public import TextSupport

extension Int {
    /// The nearest integer of 32 bits, which no number of pages here exceeds.
    init(clamping value: Double) {
        self = Int(Swift.min(Swift.max(value.rounded(), -0x8000_0000), 0x7fff_ffff))
    }
}

extension Human {
    /// A share in per cent, with a decimal where it is neither nothing nor all: `0 %`, `93.4 %`, `100 %`.
    public static func share(_ share: Double) -> String {
        decimal(share * 100, places: share > 0 && share < 1 ? 1 : 0) + " %"
    }

    /// A duration in ns; one below zero counts as 0, one above 292 years as that.
    public static func duration(_ nanoseconds: Double) -> String {
        duration(UInt64(min(max(nanoseconds.rounded(), 0), 0x1p63)))
    }

    /// A number in at most five characters: `12.4`, `1 354`, `13.8k`, `2.30M`.
    public static func short(_ value: Double) -> String {
        switch value.magnitude {
        case ..<100 where value != value.rounded(): decimal(value, places: 1)
        case ..<9999.5: grouped(Int(clamping: value))
        case ..<999_500: threeDigits(value / 1e3) + "k"
        case ..<999_500_000: threeDigits(value / 1e6) + "M"
        default: threeDigits(min(value / 1e9, 1e6)) + "G"
        }
    }

    /// A quotient: `0.39x`, `12.4x`.
    public static func ratio(_ value: Double) -> String { threeDigits(min(value, 1e6)) + "x" }

    /// The bounds of a time in the unit in which its value is written: `[57.2..61.3]`.
    static func interval(_ time: MetricSummary) -> String {
        interval(time.value ?? 0, low: time.low, high: time.high)
    }

    /// - Parameters:
    ///   - low: nil for a time that is never over, as `high`.
    static func interval(_ value: Double, low: Double?, high: Double?) -> String {
        let scale: Double =
            switch value {
            case ..<999.5: 1
            case ..<999_999.5: 1e3
            case ..<999_999_999.5: 1e6
            default: 1e9
            }
        func bound(_ value: Double?) -> String {
            value.map { scale == 1 ? "\(Int(clamping: $0))" : threeDigits(min($0 / scale, 1e6)) } ?? "never"
        }
        return "[\(bound(low))..\(bound(high))]"
    }

    /// A quotient with its bounds: `0.39x [0.37..0.41]`. A device that is never ready has no upper one.
    static func ratio(_ value: Double, _ bounds: MetricSummary) -> String {
        func bound(_ value: Double?) -> String { value.map { threeDigits(min($0, 1e6)) } ?? "never" }
        return "\(ratio(value)) [\(bound(bounds.low))..\(bound(bounds.high))]"
    }
}
