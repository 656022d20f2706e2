public import Measurement

/// A sweep as comma-separated values: the table that was asked for, else one for each factor. Follows RFC 4180.
public enum SweepCSV {
    /// A header and a record for each cell that has runs, each ended by CR and LF.
    ///
    /// Values are in the units of their names, shares 0 ... 1; an empty field means that there is no value.
    public static func render(_ result: SweepResult) -> String {
        let tables = result.by.map { [$0] } ?? result.tables.filter { $0.factors.count == 1 }
        let pair = tables.contains { $0.factors.count == 2 }
        let keys = pair ? ["factor", "level", "factor2", "level2"] : ["factor", "level"]
        let titles = SweepResponse.allCases.flatMap { response in
            ["", ".min", ".max", ".low", ".high"].map { response.rawValue + $0 }
        }
        var text = RowsCSV.head(keys + ["runs", "failed_runs"] + titles)
        for table in tables {
            let factors = table.factors.compactMap { name in result.factors.first { $0.name == name } }
            for cell in table.runs.indices where table.runs[cell] > 0 {
                text += RowsCSV.row(
                    levels(of: cell, factors) + [
                        .integer(Int64(table.runs[cell])), .integer(Int64(table.failed[cell])),
                    ]
                        + SweepResponse.allCases.flatMap { figures(table.responses[$0], at: cell) })
            }
        }
        return text
    }

    private static func levels(of cell: Int, _ factors: [SweepFactor]) -> [TableValue] {
        var (names, rest) = ([TableValue](), cell)
        for factor in factors.reversed() {
            names = [.text(factor.name), .text(factor.levels[rest % factor.levels.count].name)] + names
            rest /= factor.levels.count
        }
        return names
    }

    private static func figures(_ column: SweepTable.Column?, at cell: Int) -> [TableValue] {
        guard let column else { return [.null, .null, .null, .null, .null] }
        return [column.mean, column.min, column.max, column.low, column.high].map { values in
            values[cell].map { number in Int64(exactly: number).map { .integer($0) } ?? .real(number) }
                ?? .null
        }
    }
}
