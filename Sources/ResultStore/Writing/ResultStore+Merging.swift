internal import GRDB

extension ResultStore {
    /// How much another store had that this one did not.
    public struct Merged: Sendable, Hashable {
        public var runs = 0
        public var plans = 0
        /// Runs that both had.
        public var known = 0
    }

    /// Takes over everything that another store has. Whatever the order and however often stores are merged,
    /// the content is the same in the end.
    ///
    /// - Throws: for a run that came to different results, and then nothing has changed.
    public func merge(from other: String) throws(StoreError) -> Merged {
        // It is looked at by itself first: attaching would make a file that is not there.
        _ = try StoreReader(opening: other)
        try checkPlace()
        do {
            let merged = try queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH ? AS other", arguments: [other])
                defer { try? db.execute(sql: "DETACH other") }
                var merged = Merged()
                try db.inTransaction {
                    merged = try merge(db, from: other)
                    return .commit
                }
                return merged
            }
            isUsed = true
            return merged
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func merge(_ db: Database, from other: String) throws -> Merged {
        var merged = Merged()
        try refuseDifferences(db, from: other)
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO main.plans (hash, summary, version, runs, keys, header)
                SELECT hash, summary, version, runs, keys, header FROM other.plans ORDER BY hash
                """)
        merged.plans = db.changesCount
        let all = try Int.fetchOne(db, sql: "SELECT count(*) FROM other.runs") ?? 0
        try takeRuns(db)
        merged.runs = try Int.fetchOne(db, sql: "SELECT count(*) FROM temp.taken") ?? 0
        merged.known = all - merged.runs
        try takeLinks(db)
        try db.execute(sql: "DROP TABLE temp.taken")
        try StoreSchema.makeViews(db, path: path)
        return merged
    }

    private static let inconclusive = "('timed-out', 'lost')"

    /// Compares what both stores have to say of the same runs.
    private func refuseDifferences(_ db: Database, from other: String) throws {
        let both = """
            SELECT m.hash AS hash, m.id AS mine, o.id AS theirs FROM main.runs m JOIN other.runs o ON o.hash = m.hash
            WHERE m.outcome NOT IN \(Self.inconclusive) AND o.outcome NOT IN \(Self.inconclusive)
            """
        let mine = try StoreSchema.run.selection(as: "m", in: "main", db)
        let theirs = try StoreSchema.run.selection(as: "o", in: "other", db)
        var queries = [
            """
            SELECT b.hash FROM (\(both)) b JOIN main.runs m ON m.id = b.mine JOIN other.runs o ON o.id = b.theirs
            WHERE \(zip(mine, theirs).map { "\($0) IS NOT \($1)" }.joined(separator: " OR "))
            """
        ]
        for part in StoreSchema.parts {
            func columns(_ schema: String) throws -> String {
                try part.selection(as: "t", in: schema, db).joined(separator: ", ")
            }
            let mine =
                "SELECT b.hash, \(try columns("main")) FROM (\(both)) b JOIN main.\(part.table) t ON t.run = b.mine"
            let theirs =
                "SELECT b.hash, \(try columns("other")) FROM (\(both)) b JOIN other.\(part.table) t ON t.run = b.theirs"
            queries.append("SELECT hash FROM (\(mine) EXCEPT \(theirs))")
            queries.append("SELECT hash FROM (\(theirs) EXCEPT \(mine))")
        }
        for query in queries {
            guard let hash = try String.fetchOne(db, sql: query + " LIMIT 1") else { continue }
            let ids = try ["main", "other"].map { schema in
                try Int64.fetchOne(db, sql: "SELECT id FROM \(schema).runs WHERE hash = ?", arguments: [hash])
                    ?? 0
            }
            let mine = try RunRows(reading: ids[0], of: hash, from: "main", db)
            let theirs = try RunRows(reading: ids[1], of: hash, from: "other", db)
            throw StoreError(
                .conflict,
                "\(other): run \(hash.prefix(12)) has another result in \(path): "
                    + "\(theirs.difference(from: mine) ?? "its rows differ"); nothing was merged")
        }
    }

    /// Takes runs that are not here, and results in the place of those that are none; `taken` has them by
    /// their numbers there and here.
    private func takeRuns(_ db: Database) throws {
        let columns = StoreSchema.run.columns.joined(separator: ", ")
        let theirs = try StoreSchema.run.selection(as: "o", in: "other", db).joined(separator: ", ")
        let better = """
            m.outcome IN \(Self.inconclusive) AND (o.outcome NOT IN \(Self.inconclusive) OR o.outcome > m.outcome)
            """
        try db.execute(
            sql: """
                CREATE TEMP TABLE taken (theirs INTEGER PRIMARY KEY, mine INTEGER);
                INSERT INTO taken SELECT o.id, m.id FROM other.runs o JOIN main.runs m ON m.hash = o.hash WHERE \(better);
                UPDATE main.runs SET (\(columns)) = (
                    SELECT \(theirs) FROM other.runs o JOIN taken t ON t.theirs = o.id WHERE t.mine = main.runs.id
                ) WHERE id IN (SELECT mine FROM taken);
                INSERT INTO taken SELECT id, NULL FROM other.runs
                    WHERE hash NOT IN (SELECT hash FROM main.runs);
                INSERT INTO main.runs (hash, \(columns))
                    SELECT hash, \(theirs) FROM other.runs o
                    WHERE id IN (SELECT theirs FROM taken WHERE mine IS NULL) ORDER BY hash;
                UPDATE taken SET mine = (
                    SELECT m.id FROM main.runs m JOIN other.runs o ON o.hash = m.hash WHERE o.id = taken.theirs
                ) WHERE mine IS NULL;
                """)
        for part in StoreSchema.parts {
            let columns = (part.keys + part.columns).joined(separator: ", ")
            let theirs = try part.selection(as: "o", in: "other", db).joined(separator: ", ")
            try db.execute(
                sql: """
                    INSERT INTO main.\(part.table) (run, \(columns))
                    SELECT t.mine, \(theirs) FROM other.\(part.table) o JOIN taken t ON t.theirs = o.run
                    """)
        }
    }

    /// Takes what plans have to do with runs, and who made them.
    private func takeLinks(_ db: Database) throws {
        let provenance = StoreSchema.provenance.columns
        let columns = provenance.joined(separator: ", ")
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO main.planned (plan, number, run, "values")
                    SELECT mp.id, l.number, mr.id, l."values" FROM other.planned l
                    JOIN other.plans p ON p.id = l.plan JOIN main.plans mp ON mp.hash = p.hash
                    JOIN other.runs r ON r.id = l.run JOIN main.runs mr ON mr.hash = r.hash;
                INSERT INTO main.provenance (run, \(columns))
                    SELECT mr.id, \(provenance.map { "o.\($0)" }.joined(separator: ", ")) FROM other.provenance o
                    JOIN other.runs r ON r.id = o.run JOIN main.runs mr ON mr.hash = r.hash
                    WHERE NOT EXISTS (
                        SELECT 1 FROM main.provenance m WHERE m.run = mr.id
                        AND \(provenance.map { "m.\($0) IS o.\($0)" }.joined(separator: " AND "))
                    );
                DELETE FROM main.in_flight WHERE hash IN (
                    SELECT hash FROM main.runs WHERE outcome <> 'lost'
                );
                """)
    }
}
