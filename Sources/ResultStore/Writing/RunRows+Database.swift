internal import GRDB
internal import Measurement
internal import Sweeps

extension RunRows {
    /// - Returns: the number of the run in the store.
    func insert(_ db: Database) throws -> Int64 {
        try Self.execute(StoreSchema.run.insertion, [hash.databaseValue] + columns, db)
        let id = db.lastInsertedRowID
        try insertParts(of: id, db)
        return id
    }

    /// Puts the result in the place of one that had no parts.
    func replace(_ id: Int64, _ db: Database) throws {
        let assignments = StoreSchema.run.columns.map { "\($0) = ?" }.joined(separator: ", ")
        try Self.execute("UPDATE runs SET \(assignments) WHERE id = ?", columns + [id.databaseValue], db)
        try insertParts(of: id, db)
    }

    private func insertParts(of id: Int64, _ db: Database) throws {
        for (part, rows) in zip(StoreSchema.parts, parts) where !rows.isEmpty {
            if let bulk = part.bulkInsertion {
                let arrays = rows.map { row in
                    "[" + (row.keys + row.columns).map(\.description).joined(separator: ",") + "]"
                }
                let text = "[" + arrays.joined(separator: ",") + "]"
                try Self.execute(bulk, [id.databaseValue, text.databaseValue], db)
                continue
            }
            for row in rows {
                try Self.execute(part.insertion, [id.databaseValue] + row.keys + row.columns, db)
            }
        }
    }

    /// Who made the run; the same again is kept once.
    func insert(
        _ provenance: ResultStore.Provenance, of id: Int64, message: String, sandbox: SandboxRecord?,
        _ db: Database
    ) throws {
        let walls = [
            ("process", sandbox?.process), ("landlock", sandbox?.landlock), ("seccomp", sandbox?.seccomp),
        ].filter { $0.1 == true }.map(\.0)
        try Self.execute(
            StoreSchema.provenance.insertion,
            [
                id.databaseValue, provenance.version.databaseValue, provenance.host.databaseValue,
                provenance.worker.databaseValue, provenance.started.databaseValue,
                Int64(clamping: provenance.wallNanoseconds).databaseValue,
                walls.joined(separator: " ").databaseValue, message.databaseValue,
            ], db)
    }

    private static func execute(_ sql: String, _ values: [DatabaseValue], _ db: Database) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments(values))
    }

    /// Of the ways to make arguments of values this one is several times as fast as the others.
    private static func arguments(_ values: [DatabaseValue]) -> StatementArguments {
        StatementArguments(values.lazy.map { $0 as (any DatabaseValueConvertible)? })
    }

    // MARK: The same run twice

    /// Refuses a result that is not the one that the store has of the run.
    func compare(with id: Int64, _ db: Database, path: String) throws {
        let known = try Self(reading: id, of: hash, from: "main", db)
        if let difference = difference(from: known) {
            throw StoreError(
                .conflict,
                "\(path): run \(hash.prefix(12)) came to two results: \(difference); one of the two machines or "
                    + "programs is not what it should be")
        }
    }

    /// The rows of a run in the database of that name.
    init(reading id: Int64, of hash: String, from schema: String, _ db: Database) throws {
        func rows(_ table: String, _ columns: [String], _ clause: String) throws -> [[DatabaseValue]] {
            try Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT \(columns.joined(separator: ", ")) FROM \(schema).\(table) \(clause)"),
                arguments: [id]
            ).map { Array($0.databaseValues) }
        }
        self.hash = hash
        let runs = StoreSchema.run
        let columns =
            try rows(
                runs.table, runs.selection(as: runs.table, in: schema, db), "WHERE id = ?"
            ).first ?? []
        self.columns = columns
        let index = StoreSchema.run.columns.firstIndex(of: "outcome")
        outcome = index.flatMap { $0 < columns.count ? String.fromDatabaseValue(columns[$0]) : nil } ?? ""
        parts = try StoreSchema.parts.map { part in
            let order = part.keys.joined(separator: ", ")
            let columns = try part.selection(as: part.table, in: schema, db)
            return try rows(part.table, columns, "WHERE run = ? ORDER BY \(order)").map {
                PartRow(
                    keys: Array($0.prefix(part.keys.count)), columns: Array($0.dropFirst(part.keys.count)))
            }
        }
    }

    /// The first thing that is not the same, in words; nil when everything is.
    func difference(from other: RunRows) -> String? {
        func text(_ value: DatabaseValue) -> String { value.isNull ? "nothing" : "\(value)" }
        func first(_ names: [String], _ left: [DatabaseValue], _ right: [DatabaseValue], _ table: String)
            -> String?
        {
            guard let index = left.indices.first(where: { $0 >= right.count || left[$0] != right[$0] }) else {
                return nil
            }
            return "\(table).\(names[index]) is \(index < right.count ? text(right[index]) : "nothing")"
                + " and \(text(left[index]))"
        }
        if let field = first(StoreSchema.run.columns, columns, other.columns, "runs") { return field }
        for (part, (mine, others)) in zip(StoreSchema.parts, zip(parts, other.parts)) {
            for (left, right) in zip(mine, others) {
                let place = zip(part.keys, left.keys).map { "\($0)=\($1)" }.joined(separator: ",")
                if let field = first(
                    part.keys + part.columns, left.keys + left.columns, right.keys + right.columns,
                    "\(part.table)[\(place)]")
                {
                    return field
                }
            }
            guard mine.count == others.count else {
                return "\(part.table) has \(others.count) and \(mine.count) rows"
            }
        }
        return nil
    }
}
