extension SweepResult {
    /// What in it does not fit together, in a line; nil for what an analysis makes.
    ///
    /// A result comes from a file, too, and whoever draws it takes its tables to be as large as its factors say.
    public var complaint: String? {
        if let factor = factors.first(where: { $0.levels.count < 2 }) {
            return "its factor \(factor.name) has fewer than two levels"
        }
        for table in tables + (by.map { [$0] } ?? []) {
            let chosen = table.factors.compactMap { name in factors.first { $0.name == name } }
            guard chosen.count == table.factors.count, (1...2).contains(chosen.count) else {
                return "a table is by \(table.factors.joined(separator: " and ")), which are no factors of it"
            }
            let cells = chosen.reduce(1) { $0 * $1.levels.count }
            let columns = table.responses.values.flatMap { column in
                [
                    column.count.count, column.mean.count, column.min.count, column.max.count,
                    column.low.count, column.high.count,
                ]
            }
            guard table.runs.count == cells, table.failed.count == cells, columns.allSatisfy({ $0 == cells })
            else {
                return "the table by \(table.factors.joined(separator: " and ")) has not \(cells) cells"
            }
        }
        guard front.choices.allSatisfy({ $0.option.values.count == front.factors.count }) else {
            return "an option of its front has not one value for each factor"
        }
        let ranked = (verdicts.overall + verdicts.conditions).flatMap {
            $0.best + $0.reserved + $0.withFewerBuffers
        }
        guard ranked.allSatisfy({ $0.values.count == verdicts.factors.count }) else {
            return "an option of its verdicts has not one value for each factor"
        }
        guard front.points.satisfied.count == front.points.stall.count,
            front.points.satisfied.count == front.points.strategy.count
        else { return "the points of its front have columns of different lengths" }
        guard effects.allSatisfy({ $0.effects.map(\.factors) == effects[0].effects.map(\.factors) }) else {
            return "its effects are not of the same factors"
        }
        return nil
    }
}
