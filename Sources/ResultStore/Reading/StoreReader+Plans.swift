internal import GRDB
public import Measurement
import TextSupport

extension StoreReader {
    /// A plan of which a store has runs, or is to have some.
    public struct StoredPlan: Sendable, Hashable {
        /// SHA-256, hexadecimal.
        public let hash: String
        public let summary: String
        /// The devemu that made it.
        public let version: String
        /// Runs that it has.
        public let runs: Int
        /// Of these, runs that the store has.
        public let stored: Int
        /// What varies, in the grid's order.
        public let keys: [String]
    }

    /// The plans of the store, in the order of their hashes.
    public func plans() throws -> [StoredPlan] {
        var plans: [StoredPlan] = []
        try ask(
            """
            SELECT p.hash, p.summary, p.version, p.runs, p.keys,
                (SELECT count(*) FROM planned l WHERE l.plan = p.id)
            FROM plans p ORDER BY p.hash
            """
        ) { row in
            guard row.count == 6, case .text(let hash) = row[0], case .text(let summary) = row[1],
                case .text(let version) = row[2], case .integer(let runs) = row[3],
                case .text(let keys) = row[4],
                case .integer(let stored) = row[5]
            else { throw StoreError.damaged(path, "a row of plans has a value of another type") }
            plans.append(
                StoredPlan(
                    hash: hash, summary: summary, version: version, runs: Int(clamping: runs),
                    stored: Int(clamping: stored),
                    keys: try StoreSchema.names(keys, ofPlan: hash, path: path)))
        }
        return plans
    }

    /// A figure of a run over its devices; the raw value is what SQL calls it.
    public enum RunFigure: String, CaseIterable, Sendable {
        /// Whether every device was satisfied.
        case satisfied = "r.satisfied"
        case buffersGot = "sum(d.buffers_got)"
        case buffersWanted = "sum(d.buffers_wanted)"
        /// The longest call of any device.
        case longestCall = "max(d.call_max_ns)"
        /// Of the device that asked longest.
        case gathering = "max(d.gathering_ns)"
        case failedCalls = "sum(d.failed_calls)"
        case busyRetries = "sum(d.busy_retries)"
        case pagesMigrated = "sum(d.pages_migrated)"
        case othersWaited = "sum(d.others_waited_ns)"
        case peakHeld = "sum(d.peak_held_bytes)"
        /// What strategies held of the areas for no device; 0 in stores of devemu 0.1.0.
        case reserved = "(SELECT sum(a.reserved_bytes) FROM areas a WHERE a.run = r.id)"
    }

    /// What there is of a run of a plan.
    public struct StoredRun: Sendable {
        /// Of the plan's keys, in their order.
        public let values: [TableValue]
        public let strategy: String?
        public let seed: UInt64
        public let outcome: String
        private let figures: ArraySlice<TableValue>

        init(_ row: [TableValue], keys: Int) {
            func text(_ value: TableValue?) -> String? {
                if case .text(let text)? = value { return text }
                return nil
            }
            values = Array(row.suffix(keys))
            strategy = text(row.first)
            if row.count > 1, case .integer(let number) = row[1] {
                seed = UInt64(clamping: number)
            } else {
                seed = 0
            }
            outcome = text(row.dropFirst(2).first) ?? ""
            figures = row.dropFirst(3).dropLast(keys)
        }

        /// Nil where the run has no devices.
        public subscript(figure: RunFigure) -> Double? {
            guard let place = RunFigure.allCases.firstIndex(of: figure), place < figures.count,
                case .integer(let number) = figures[figures.startIndex + place]
            else { return nil }
            return Double(number)
        }
    }

    /// Hands out what there is of every run of a plan, in the plan's order.
    public func forEachRun(of plan: StoredPlan, _ body: (StoredRun) throws -> Void) throws {
        let keys = plan.keys.map { key in
            "json_extract(l.\"values\", \(StoreSchema.literal("$." + StoreSchema.quoted(key))))"
        }
        let hasReserve = try has("reserved_bytes", in: "areas")
        let figures = RunFigure.allCases.map { $0 != .reserved || hasReserve ? $0.rawValue : "0" }
        let columns = ["r.strategy", "r.seed", "r.outcome"] + figures + keys
        try ask(
            """
            SELECT \(columns.joined(separator: ", ")) FROM plans p JOIN planned l ON l.plan = p.id
            JOIN runs r ON r.id = l.run LEFT JOIN devices d ON d.run = r.id
            WHERE p.hash = \(StoreSchema.literal(plan.hash)) GROUP BY l.plan, l.number ORDER BY l.number
            """
        ) { row in
            let run = StoredRun(row, keys: keys.count)
            if let satisfied = run[.satisfied], satisfied != 0, satisfied != 1 {
                throw StoreError.damaged(
                    path, "runs.satisfied is \(satisfied), and 0 or 1 is what there can be")
            }
            try body(run)
        }
    }
}
