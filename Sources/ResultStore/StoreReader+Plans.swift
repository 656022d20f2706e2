internal import FoundationEssentials
internal import GRDB
public import Measurement

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
        try query(
            """
            SELECT p.hash, p.summary, p.version, p.runs, p.keys,
                (SELECT count(*) FROM planned l WHERE l.plan = p.id)
            FROM plans p ORDER BY p.hash
            """
        ) { row in
            guard row.count == 6, case .text(let hash) = row[0], case .text(let summary) = row[1],
                case .text(let version) = row[2], case .integer(let runs) = row[3], case .text(let keys) = row[4],
                case .integer(let stored) = row[5]
            else { return }
            plans.append(
                StoredPlan(
                    hash: hash, summary: summary, version: version, runs: Int(clamping: runs),
                    stored: Int(clamping: stored),
                    keys: try JSONDecoder().decode([String].self, from: Data(keys.utf8))))
        }
        return plans
    }

    /// Figures of a run over its devices, as `forEachRun` has them: the longest of all where it is a time of one of
    /// them, else their sum.
    public static let runFigures: [(name: String, sql: String)] = [
        ("satisfied", "r.satisfied"), ("buffers_got", "sum(d.buffers_got)"),
        ("buffers_wanted", "sum(d.buffers_wanted)"), ("call_max_ns", "max(d.call_max_ns)"),
        ("gathering_ns", "max(d.gathering_ns)"), ("failed_calls", "sum(d.failed_calls)"),
        ("busy_retries", "sum(d.busy_retries)"), ("pages_migrated", "sum(d.pages_migrated)"),
        ("others_waited_ns", "sum(d.others_waited_ns)"), ("peak_held_bytes", "sum(d.peak_held_bytes)"),
    ]

    /// What there is of every run of a plan, in the plan's order.
    ///
    /// - Parameter body: is given the values of the plan's keys, the strategy, the outcome, and the figures of
    ///   ``runFigures`` by their names.
    public func forEachRun(
        of plan: StoredPlan,
        _ body: (_ values: [TableValue], _ strategy: TableValue, _ outcome: TableValue, _ figures: [String: TableValue])
            throws -> Void
    ) throws {
        let keys = plan.keys.map { key in
            "json_extract(l.\"values\", \(StoreSchema.literal("$." + StoreSchema.quoted(key))))"
        }
        let figures = Self.runFigures
        let columns = ["r.strategy", "r.outcome"] + figures.map(\.sql) + keys
        try query(
            """
            SELECT \(columns.joined(separator: ", ")) FROM plans p JOIN planned l ON l.plan = p.id
            JOIN runs r ON r.id = l.run LEFT JOIN devices d ON d.run = r.id
            WHERE p.hash = \(StoreSchema.literal(plan.hash)) GROUP BY l.plan, l.number ORDER BY l.number
            """
        ) { row in
            guard row.count == columns.count else { return }
            let named = Dictionary(
                zip(figures.map(\.name), row[2...]).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
            try body(Array(row[(2 + figures.count)...]), row[0], row[1], named)
        }
    }
}
