/// Configurations by the levels of some factors, as far as these can be compared: of everything else that varies, the
/// combinations that every level has, and of each the same number of runs with every level.
///
/// Where no combination has every level, as when values were drawn at random, all configurations are in it, and
/// ``compared`` is 0.
struct MatchedCells {
    struct Member {
        /// Number of the configuration.
        let item: Int
        let cell: Int
        /// Of its runs, those with the lowest seeds that are counted.
        let runs: Int
    }

    private(set) var members: [Member] = []
    /// Combinations of everything else that every cell has, and those that not every cell has.
    let compared: Int
    let leftOut: Int

    /// - Parameters:
    ///   - factors: whose levels make the cells.
    ///   - items: numbers of the configurations in question.
    ///   - cell: the cell of a configuration.
    init(
        _ configurations: Configurations, by factors: [Int], of items: [Int], cell: (Configuration) -> Int
    ) {
        let rest = configurations.factors.indices.filter { !factors.contains($0) }
        var blocks: [[Int]: [Member]] = [:]
        var cells: Set<Int> = []
        for index in items {
            let item = configurations.items[index]
            let member = Member(item: index, cell: cell(item), runs: item.runs)
            cells.insert(member.cell)
            blocks[rest.map { item.values[$0] }, default: []].append(member)
        }
        // A level that stands for several values has other configurations in every combination.
        let isMatchable = !factors.contains { configurations.factors[$0].isGrouped }
        let complete = isMatchable ? blocks.values.filter { $0.count == cells.count } : []
        compared = complete.count
        leftOut = blocks.count - complete.count
        if complete.isEmpty {
            members = items.map { index in
                let item = configurations.items[index]
                return Member(item: index, cell: cell(item), runs: item.runs)
            }
        } else {
            members = complete.flatMap { block in
                let runs = block.map(\.runs).min() ?? 0
                return block.map { Member(item: $0.item, cell: $0.cell, runs: runs) }
            }.sorted { $0.item < $1.item }
        }
    }

    /// What the runs of every cell came to; nil for a cell without a value.
    func figures(
        of response: SweepResponse, in configurations: Configurations, cells: Int
    ) -> [SweepFigure?] {
        var sums = [FigureSum](repeating: FigureSum(), count: cells)
        for member in members {
            sums[member.cell].add(configurations.summary(of: member.item, response, runs: member.runs))
        }
        return sums.map { SweepFigure($0, of: response) }
    }
}
