import Measurement
import TextSupport

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

    /// Those that a narrow terminal does without, the first one first.
    static let droppable: [Int] = {
        let columns: [ComparisonColumn] = [
            .drains, .free, .p99, .calls, .moved, .busy, .waited, .ratio, .interval, .longest, .seeds,
        ]
        return columns.compactMap { allCases.firstIndex(of: $0) }
    }()

    /// What these columns show, in sentences.
    static func legend(of columns: [ComparisonColumn], reference: String) -> [String] {
        func has(_ column: ComparisonColumn) -> Bool { columns.contains(column) }
        func sentence(_ clauses: [(ComparisonColumn, String)]) -> String {
            clauses.filter { has($0.0) }.map(\.1).joined(separator: "; ")
        }
        let medians = [
            (Self.longest, "longest call"), (.waited, "time that others waited for the area's mutex"),
            (.calls, "calls to the allocator"), (.busy, "busy windows"), (.moved, "pages migrated"),
            (.drains, "drains of all CPUs"), (.free, "longest free run left"),
        ].filter { has($0.0) }.map { "\($0.0.rawValue) (\($0.1))" }
        let ready = "ready: time to the last buffer, median over the seeds"
        return [
            sentence([
                (.got, "got: buffers, mean over the seeds"),
                (.seeds, "seeds: those in which the device got enough buffers to work"),
            ]),
            sentence([
                (.ready, has(.interval) ? ready + " with its 95 % interval" : ready),
                (.ratio, "ratio: to \(reference)"),
            ]),
            "in parentheses, where the device never had enough: the time until asking ended, and its ratio",
            medians.isEmpty ? "" : "medians over the seeds: " + Wording.list(medians),
        ].filter { !$0.isEmpty }.map { $0 + "." }
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
