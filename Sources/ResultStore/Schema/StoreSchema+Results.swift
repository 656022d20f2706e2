internal import FoundationEssentials
internal import GRDB
import TextSupport

extension StoreSchema {
    /// Makes the views of a store anew.
    ///
    /// - Parameter path: of the store, for messages.
    static func makeViews(_ db: Database, path: String) throws {
        for view in try views(db, path: path) {
            try db.execute(sql: "DROP VIEW IF EXISTS \(view.name)")
            try db.execute(sql: view.sql)
        }
    }

    static let viewNames = ["results", "compared"]

    /// The views of a store, in the order of their names above, and the statements that make them, as `sqlite_master` has them.
    static func views(_ db: Database, path: String) throws -> [(name: String, sql: String)] {
        Array(zip(viewNames, [try resultsView(db, path: path), comparedView]))
    }

    /// A row for every planned run and device, with a column for every key that any of the plans varies.
    private static func resultsView(_ db: Database, path: String) throws -> String {
        let keys = try variedKeys(db, path: path)
        // A store that was made earlier and is only read has the view of its own columns.
        let there = try columns(of: run.table, db)
        let parts = [
            ["p.hash AS plan", "l.number AS number", "r.hash AS run"],
            keys.map { key in
                let path = "$." + quoted(key)
                return "json_extract(l.\"values\", \(literal(path))) AS \(quoted(key))"
            },
            run.columns.filter { $0 != "satisfied" && there.contains($0) }.map { "r.\($0) AS \($0)" },
            ["r.satisfied AS run_satisfied", "d.position AS position"],
            (self.parts.first?.columns ?? []).map { "d.\($0) AS \($0)" },
        ]
        return """
            CREATE VIEW results AS SELECT \(parts.joined().joined(separator: ", "))
            FROM planned l JOIN plans p ON p.id = l.plan JOIN runs r ON r.id = l.run
            LEFT JOIN devices d ON d.run = r.id
            """
    }

    /// The rows of `results` with machines and seeds of which every strategy of the plan
    /// has a result, so that averages of strategies are over the same machines.
    private static let comparedView = """
        CREATE VIEW compared AS
        WITH conclusive AS (
            SELECT l.plan AS plan, l.number AS number, l."values" AS point, r.seed AS seed,
                coalesce(r.strategy, '') AS strategy
            FROM planned l JOIN runs r ON r.id = l.run WHERE r.outcome NOT IN ('timed-out', 'lost')
        ), paired AS (
            SELECT plan, point, seed, count(DISTINCT strategy) AS strategies FROM conclusive GROUP BY 1, 2, 3
        ), wanted AS (
            SELECT plan, count(DISTINCT strategy) AS strategies FROM conclusive GROUP BY 1
        )
        SELECT * FROM results WHERE (plan, number) IN (
            SELECT p.hash, c.number FROM conclusive c JOIN paired g USING (plan, point, seed)
            JOIN wanted w ON w.plan = c.plan AND w.strategies = g.strategies JOIN plans p ON p.id = c.plan
        )
        """

    /// What the plans vary, each key once, in alphabetical order.
    private static func variedKeys(_ db: Database, path: String) throws -> [String] {
        var keys: Set<String> = []
        for row in try Row.fetchAll(db, sql: "SELECT hash, keys FROM main.plans ORDER BY hash") {
            let hash = try row.decode(String.self, atIndex: 0)
            keys.formUnion(try names(row.decode(String.self, atIndex: 1), ofPlan: hash, path: path))
        }
        return keys.sorted()
    }

    /// The keys that a plan varies, from its column `keys`.
    ///
    /// - Throws: `StoreError` `notAStore` for text that is not a JSON array of strings.
    static func names(_ keys: String, ofPlan hash: String, path: String) throws(StoreError) -> [String] {
        guard let names = try? JSONDecoder().decode([String].self, from: Data(keys.utf8)) else {
            throw .damaged(path, "plans.keys of plan \(hash.prefix(12)) is not a JSON array of names")
        }
        return names
    }

    /// An identifier as SQL has it in quotes.
    static func quoted(_ name: String) -> String { "\"" + doubled("\"", in: name) + "\"" }

    static func literal(_ text: String) -> String { "'" + doubled("'", in: text) + "'" }

    private static func doubled(_ quote: Character, in text: String) -> String {
        text.split(separator: quote, omittingEmptySubsequences: false).joined(separator: "\(quote)\(quote)")
    }
}
