import Measurement

/// The columns in which a comparison is shown, and the cells of its rows.
enum ComparisonColumn: String, CaseIterable {
    case strategy
    case got
    case seeds
    case ready
    case interval = "95 %"
    case p99
    case ratio
    case longest
    case calls
    case busy
    case moved
    case drains
    case waited
    case free

    /// What the columns show, a sentence a line.
    static func legend(reference: String) -> [String] {
        [
            "got: buffers, mean over the seeds; seeds: those in which the device got enough of them to work.",
            "ready: time to the last buffer, median over the seeds with its 95 % interval; ratio: to \(reference).",
            "In parentheses, where the device never had enough: the time until asking ended, and its ratio.",
            "longest: the longest call; waited: what others waited for the area's mutex; free: longest free run left.",
            "These, calls, busy windows, moved pages and drains of all CPUs are medians over the seeds.",
        ]
    }

    static func tableColumns(_ contenders: Contenders) -> [TextTable.Column] {
        allCases.map {
            TextTable.Column(
                title: $0 == .strategy ? contenders.noun : $0.rawValue,
                isNumber: $0 != .strategy && $0 != .interval, isJoined: $0 == .interval)
        }
    }

    /// The metric by which rows of this column are better or worse.
    private var metric: ComparedMetric? {
        switch self {
        case .strategy, .interval, .ratio: nil
        case .got: .buffersGot
        case .seeds: .satisfied
        case .ready, .p99: .timeToSatisfaction
        case .longest: .longestStall
        case .calls: .calls
        case .busy: .busyRetries
        case .moved: .pagesMigrated
        case .drains: .drains
        case .waited: .othersWaited
        case .free: .largestFree
        }
    }

    /// - Parameter group: the rows that are compared with this one.
    func cell(_ row: ComparisonRow, among group: [ComparisonRow]) -> TextTable.Cell {
        let least = group.map(\.reservedPages).min() ?? 0
        guard row.reservedPages <= least else {
            // Memory that was taken beforehand is a cost that a ratio of times would hide.
            return TextTable.Cell(self == .ratio ? "–" : text(row), color(row))
        }
        return TextTable.Cell(text(row), color(row, among: group.filter { $0.reservedPages <= least }))
    }

    private func text(_ row: ComparisonRow) -> String {
        switch self {
        case .strategy: return Human.printable(row.strategy)
        case .got:
            let got = row[.buffersGot].value.map { Human.short($0) } ?? "–"
            return "\(got)/\(row.buffersWanted)"
        case .seeds: return "\(row.satisfiedRuns)/\(row.runs)"
        case .ready:
            if let ended = endOfAsking(row) { return "(\(Human.duration(ended)))" }
            return time(row[.timeToSatisfaction].value, of: row)
        case .interval:
            let summary = row[endOfAsking(row) == nil ? .timeToSatisfaction : .gatheringTime]
            return summary.value == nil ? "" : Human.interval(summary)
        case .p99: return time(row[.timeToSatisfaction].p99, of: row)
        case .ratio:
            if endOfAsking(row) != nil, let ratio = row.gatheringRatio?.value {
                return "(\(Human.ratio(ratio)))"
            }
            return row.timeRatio?.value.map { Human.ratio($0) } ?? "–"
        case .longest, .waited, .calls, .busy, .moved, .drains, .free:
            guard let metric, let value = row[metric].value else { return "–" }
            switch metric.unit {
            case .nanoseconds: return Human.duration(value)
            case .pages where self == .free: return Human.size(pages: Int(clamping: value))
            case .pages, .count, .share: return Human.short(value)
            }
        }
    }

    private static let never = "never"

    /// When asking ended, for a device that was not satisfied in half of the seeds.
    private func endOfAsking(_ row: ComparisonRow) -> Double? {
        row[.timeToSatisfaction].value == nil && row.buffersWanted > 0 ? row[.gatheringTime].value : nil
    }

    /// A device that asked for nothing has no time, one that is not satisfied has it never.
    private func time(_ nanoseconds: Double?, of row: ComparisonRow) -> String {
        nanoseconds.map { Human.duration($0) } ?? (row.satisfiedRuns < row.runs ? Self.never : "–")
    }

    /// Red what is not satisfied.
    private func color(_ row: ComparisonRow) -> TextStyle.Color? {
        switch self {
        case .seeds where row.satisfiedRuns < row.runs: return .red
        case .ready, .p99: return row[.timeToSatisfaction].value == nil ? .red : nil
        case .got: return row[.buffersGot].value.map { $0 < Double(row.buffersMin) } == true ? .red : nil
        default: return nil
        }
    }

    /// Red what is not satisfied, green the best of those that differ.
    private func color(_ row: ComparisonRow, among group: [ComparisonRow]) -> TextStyle.Color? {
        if let color = color(row) { return color }
        func figure(_ row: ComparisonRow) -> Double? {
            metric.flatMap { self == .p99 ? row[$0].p99 : row[$0].value }
        }
        let figures = group.compactMap(figure)
        guard let metric, let value = figure(row), let least = figures.min(), let most = figures.max(),
            least < most || figures.count < group.count
        else { return nil }
        switch metric.direction {
        case .lowerIsBetter: return value == least ? .green : nil
        case .higherIsBetter: return value == most ? .green : nil
        case .neither: return nil
        }
    }
}

extension Int {
    /// The nearest integer of 32 bits, which no number of pages here exceeds.
    init(clamping value: Double) {
        self = Int(Swift.min(Swift.max(value.rounded(), -0x8000_0000), 0x7fff_ffff))
    }
}

extension Human {
    /// A duration in ns of any size; what is below zero or beyond 584 years is cut off.
    static func duration(_ nanoseconds: Double) -> String {
        duration(UInt64(min(max(nanoseconds.rounded(), 0), 0x1p63)))
    }

    /// A number in at most five characters: `12.4`, `1 354`, `13.8k`, `2.30M`.
    static func short(_ value: Double) -> String {
        switch value.magnitude {
        case ..<100 where value != value.rounded(): decimal(value, places: 1)
        case ..<9999.5: grouped(Int(clamping: value))
        case ..<999_500: threeDigits(value / 1e3) + "k"
        case ..<999_500_000: threeDigits(value / 1e6) + "M"
        default: threeDigits(min(value / 1e9, 1e6)) + "G"
        }
    }

    /// A quotient: `0.39x`, `12.4x`.
    static func ratio(_ value: Double) -> String { threeDigits(min(value, 1e6)) + "x" }

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
