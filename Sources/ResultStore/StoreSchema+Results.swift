internal import FoundationEssentials
internal import GRDB

extension StoreSchema {
    /// Makes the view `results` anew: a row for every planned run and device, with a column for every key
    /// that any of the plans varies.
    static func makeResultsView(_ db: Database) throws {
        let keys = try variedKeys(db)
        let parts = [
            ["p.hash AS plan", "l.number AS number", "r.hash AS run"],
            keys.map { key in
                let path = "$." + quoted(key)
                return "json_extract(l.\"values\", \(literal(path))) AS \(quoted(key))"
            },
            run.columns.filter { $0 != "satisfied" }.map { "r.\($0) AS \($0)" },
            ["r.satisfied AS run_satisfied", "d.position AS position"],
            (self.parts.first?.columns ?? []).map { "d.\($0) AS \($0)" },
        ]
        try db.execute(
            sql: """
                DROP VIEW IF EXISTS results;
                CREATE VIEW results AS SELECT \(parts.joined().joined(separator: ", "))
                FROM planned l JOIN plans p ON p.id = l.plan JOIN runs r ON r.id = l.run
                LEFT JOIN devices d ON d.run = r.id;
                \(comparedView)
                """)
    }

    /// Makes the view `compared`: the rows of `results` with machines and seeds of which every strategy of the plan
    /// has a result, so that averages of strategies are over the same machines.
    private static let comparedView = """
        DROP VIEW IF EXISTS compared;
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
        );
        """

    /// What the plans vary, each key once, in alphabetical order.
    private static func variedKeys(_ db: Database) throws -> [String] {
        var keys: Set<String> = []
        for text in try String.fetchAll(db, sql: "SELECT keys FROM plans") {
            keys.formUnion(try JSONDecoder().decode([String].self, from: Data(text.utf8)))
        }
        return keys.sorted()
    }

    /// An identifier as SQL has it in quotes.
    static func quoted(_ name: String) -> String { "\"" + doubled("\"", in: name) + "\"" }

    static func literal(_ text: String) -> String { "'" + doubled("'", in: text) + "'" }

    private static func doubled(_ quote: Character, in text: String) -> String {
        text.split(separator: quote, omittingEmptySubsequences: false).joined(separator: "\(quote)\(quote)")
    }
}
