internal import FoundationEssentials
internal import GRDB
public import Measurement
public import Sweeps

extension ResultStore {
    /// A plan that the store knows.
    public struct Plan: Sendable, Hashable {
        let id: Int64
    }

    /// A run that somebody was at.
    public struct RunInFlight: Sendable, Hashable {
        public let hash: String
        public let worker: String
        /// As whoever claimed it said.
        public let since: String
    }

    /// Who made a run, when, and how long it took: whatever differs when the same run is made again.
    public struct Provenance: Sendable, Hashable {
        public var version: String
        public var host: String
        public var worker: String
        /// In UTC, as ISO 8601 has it.
        public var started: String
        public var wallNanoseconds: UInt64

        public init(version: String, host: String, worker: String, started: String, wallNanoseconds: UInt64) {
            self.version = version
            self.host = host
            self.worker = worker
            self.started = started
            self.wallNanoseconds = wallNanoseconds
        }
    }

    /// Takes note of a plan; the same one again changes nothing.
    public func add(_ header: PlanHeader) throws(StoreError) -> Plan {
        let id = try write { db in
            let hash = try header.hash().description
            let text = String(decoding: try JSONEncoder.sorted.encode(header), as: UTF8.self)
            let keys = String(decoding: try JSONEncoder.sorted.encode(header.keys), as: UTF8.self)
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO plans (hash, summary, version, runs, keys, header) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [hash, header.summary, header.version, header.runs, keys, text])
            try StoreSchema.makeViews(db, path: path)
            guard
                let id = try Int64.fetchOne(
                    db, sql: "SELECT id FROM plans WHERE hash = ?", arguments: [hash])
            else { throw StoreError.damaged(path, "plan \(hash.prefix(12)) was written and is not there") }
            return id
        }
        isUsed = true
        return Plan(id: id)
    }

    /// Runs that were claimed and never came to an end, because the process that had them was killed; in the
    /// order of their hashes. They can be claimed again.
    public func takeLostRuns() throws(StoreError) -> [RunInFlight] {
        try write { db in
            let lost = try Row.fetchAll(db, sql: "SELECT hash, worker, since FROM in_flight ORDER BY hash")
                .map { row in
                    RunInFlight(
                        hash: try row.decode(String.self, forColumn: "hash"),
                        worker: try row.decode(String.self, forColumn: "worker"),
                        since: try row.decode(String.self, forColumn: "since"))
                }
            try db.execute(sql: "DELETE FROM in_flight")
            return lost
        }
    }

    /// Asks whether a run is still to be made, and says who makes it.
    /// - Returns: false when its result is there already, maybe by another plan.
    public func claim(
        _ run: PlannedRun, of plan: Plan, worker: String, since: String
    ) throws(StoreError) -> Bool {
        try write { db in
            if let id = try Self.finishedRun(run.hash, db) {
                try Self.link(run, to: id, of: plan, db)
                return false
            }
            try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO in_flight (hash, worker, since) VALUES (?, ?, ?)"
            )
            .execute(arguments: [run.hash, worker, since])
            return true
        }
    }

    /// Gives a run back that was claimed and not made.
    public func release(_ run: PlannedRun) throws(StoreError) {
        try write { db in try Self.land(run.hash, db) }
    }

    /// Records what came of a run. The same result again changes nothing but the provenance.
    ///
    /// What depends on this machine's load is no result: a run that was lost is kept as lost until somebody
    /// makes it, one that took too long until somebody comes to an end of it.
    /// - Parameter exit: code with which devemu would have ended.
    /// - Throws: when the store has a different result of the same run.
    public func record(
        _ record: RunRecord, of run: PlannedRun, in plan: Plan, exit: Int32, by provenance: Provenance
    ) throws(StoreError) {
        try write { db in
            let rows = try RunRows(record, of: run, exit: exit)
            let id: Int64
            switch try Self.known(run.hash, db) {
            case nil: id = try rows.insert(db)
            case (let known, let outcome)?:
                id = known
                if RunRows.isConclusive(outcome), rows.isConclusive {
                    try rows.compare(with: known, db, path: path)
                } else if RunRows.replaces(rows.outcome, outcome) {
                    try rows.replace(known, db)
                }
            }
            try Self.link(run, to: id, of: plan, db)
            try rows.insert(provenance, of: id, message: record.outcome.text, sandbox: record.sandbox, db)
            try Self.land(run.hash, db)
        }
        recordedRuns += 1
    }

    /// Whether a run has a result that stays.
    public func isFinished(_ hash: String) throws(StoreError) -> Bool {
        try write { db in try Self.finishedRun(hash, db) != nil }
    }

    private static func known(_ hash: String, _ db: Database) throws -> (id: Int64, outcome: String)? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, outcome FROM runs WHERE hash = ?"), arguments: [hash])
        return try row.map {
            (try $0.decode(Int64.self, forColumn: "id"), try $0.decode(String.self, forColumn: "outcome"))
        }
    }

    private static func finishedRun(_ hash: String, _ db: Database) throws -> Int64? {
        try known(hash, db).flatMap { $0.outcome == RunOutcome.Name.lost.rawValue ? nil : $0.id }
    }

    private static func link(_ run: PlannedRun, to id: Int64, of plan: Plan, _ db: Database) throws {
        try db.cachedStatement(
            sql: #"INSERT OR IGNORE INTO planned (plan, number, run, "values") VALUES (?, ?, ?, ?)"#
        ).execute(arguments: [plan.id, run.number, id, try StoredValues.json(run.values)])
    }

    private static func land(_ hash: String, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM in_flight WHERE hash = ?").execute(arguments: [hash])
    }
}

extension JSONEncoder {
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

/// The values of a planned run as a store has them: numbers in bytes, ns, per cent or without a unit, everything
/// else as text.
enum StoredValues {
    private enum Value: Encodable {
        case whole(Int)
        case number(Double)
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .whole(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }

    static func json(_ values: [String: String]) throws -> String {
        let stored = values.mapValues { text -> Value in
            guard let quantity = Quantity(parsing: text) else { return .text(text) }
            return quantity.whole.map { .whole($0) } ?? .number(quantity.number)
        }
        return String(decoding: try JSONEncoder.sorted.encode(stored), as: UTF8.self)
    }
}
