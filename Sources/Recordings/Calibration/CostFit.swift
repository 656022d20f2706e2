public import PhysicalMemory
import RealModule

/// The constants of a cost profile, fitted to recordings of real kernels.
///
/// Least squares of relative residuals: of each component of each stretch of calls, and of their sum.
/// A recording was made on a host of its own speed that day, which multiplies all its times: a factor
/// for each is fitted as well, expected near 1, with a geometric mean of 1 over all. Residuals far
/// above the others (stalls of the host, stray activity of the guest) lose weight.
public struct CostFit: Sendable {
    public private(set) var profile: CostProfile
    /// Steps that the recordings say nothing of; their costs are those of the base profile.
    public private(set) var kept: [CostStep]
    /// How much slower than the profile each recording's machine was.
    public private(set) var factors: [Double]

    /// Residuals from here on count in proportion, not by their square.
    private static let robustLimit = 0.15
    /// Weight of a file's factor being 1, in residuals: ln(factor) is taken to scatter by twice as
    /// much as a residual.
    private static let factorPrior = 0.25
    /// Weight of a step costing what the base says, in residuals: next to nothing, but it decides
    /// where steps occur only together.
    private static let basePrior = 1e-4
    /// Share of a stretch's total time that no residual is taken finer than.
    private static let floor = 0.03
    private static let totalWeight = 1.5
    private static let rounds = 1000
    /// Costs that change by less in a round are found.
    private static let tolerance = 1e-6

    /// Fits all steps that occur in `files`.
    public init(of files: [CostSamples], base: CostProfile) {
        let occurring = CostStep.allCases.filter { step in
            files.contains { $0.stretches.contains { $0.counts[step.rawValue] > 0 } }
        }
        let steps = occurring.filter { $0 != .firstCall }
        var rows = files.enumerated().flatMap { Self.rows(of: $1, file: $0, steps: steps) }
        var costs = steps.map { base.nanoseconds($0) }
        var factors = [Double](repeating: 1, count: files.count)
        for _ in 0..<Self.rounds {
            for index in rows.indices { rows[index].weigh(costs, factors, limit: Self.robustLimit) }
            var equations = NonNegativeLeastSquares(unknowns: steps.count)
            for (index, step) in steps.enumerated() where base.nanoseconds(step) > 0 {
                var unit = [Double](repeating: 0, count: steps.count)
                unit[index] = 1 / base.nanoseconds(step)
                equations.add(unit, equals: 1, weight: Self.basePrior)
            }
            for row in rows {
                equations.add(
                    row.counts.map { $0 * factors[row.file] }, equals: row.nanoseconds, weight: row.weight)
            }
            let before = costs
            costs = equations.solve()
            factors = Self.factors(rows, costs, files: files.count)
            if zip(before, costs).allSatisfy({ abs($0 - $1) <= Self.tolerance * max($0, $1) }) { break }
        }
        self.factors = factors
        var nanoseconds = Dictionary(uniqueKeysWithValues: zip(steps, costs))
        let cold = zip(files, factors).compactMap { Self.coldExcess($0, factor: $1, nanoseconds) }
        kept = CostStep.allCases.filter { !steps.contains($0) }
        if !cold.isEmpty {
            nanoseconds[.firstCall] = max(cold.sorted()[cold.count / 2], 0)
            kept.removeAll { $0 == .firstCall }
        }
        nanoseconds = nanoseconds.mapValues(Self.rounded)
        for step in kept { nanoseconds[step] = base.nanoseconds(step) }
        profile = CostProfile(nanoseconds)
    }

    /// How far apart recorded and emulated times of files are: the geometric mean of the larger by
    /// the smaller, less 1.
    public static func meanError(_ ratios: [Double]) -> Double {
        guard !ratios.isEmpty else { return 0 }
        return .exp(ratios.reduce(0) { $0 + abs(.log($1)) } / Double(ratios.count)) - 1
    }

    /// Four digits: the data know fewer.
    private static func rounded(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        let unit = Double.exp10(.log10(value).rounded(.down) - 3)
        return (value / unit).rounded() * unit
    }

    // MARK: Equations

    /// counts · costs × factor = nanoseconds, for a component of a stretch or for all of them.
    private struct Row {
        let file: Int
        let counts: [Double]
        let nanoseconds: Double
        /// What a residual is divided by at least, ns, and how much it counts.
        let floor: Double
        let importance: Double
        var weight = 0.0

        func emulated(_ costs: [Double]) -> Double { zip(counts, costs).reduce(0) { $0 + $1.0 * $1.1 } }

        /// Residuals are relative to the mean of both sides; large ones get the weight of the
        /// soft-L1 loss.
        mutating func weigh(_ costs: [Double], _ factors: [Double], limit: Double) {
            let emulated = emulated(costs) * factors[file]
            let scale = importance / ((emulated + nanoseconds) / 2 + floor)
            let excess = (emulated - nanoseconds) * scale / limit
            weight = scale * scale / (1 + excess * excess).squareRoot()
        }
    }

    private static func rows(of samples: CostSamples, file: Int, steps: [CostStep]) -> [Row] {
        samples.stretches.flatMap { stretch in
            let total = samples.measured.reduce(0) { $0 + stretch.nanoseconds[$1.rawValue] }
            var all = [Double](repeating: 0, count: steps.count)
            var rows: [Row] = []
            for component in samples.measured {
                let counts = steps.map {
                    component.steps.contains($0) ? stretch.counts[$0.rawValue] : 0
                }
                guard counts.contains(where: { $0 > 0 }) else { continue }
                for index in all.indices { all[index] += counts[index] }
                rows.append(
                    Row(
                        file: file, counts: counts, nanoseconds: stretch.nanoseconds[component.rawValue],
                        floor: max(floor * total, 1), importance: 1))
            }
            rows.append(
                Row(file: file, counts: all, nanoseconds: total, floor: 1, importance: totalWeight))
            return rows
        }
    }

    /// The best factor of each file for given costs, drawn to 1, with a geometric mean of 1.
    private static func factors(_ rows: [Row], _ costs: [Double], files: Int) -> [Double] {
        var emulated = [Double](repeating: 0, count: files)
        var recorded = emulated
        for row in rows {
            let time = row.emulated(costs)
            emulated[row.file] += row.weight * time * time
            recorded[row.file] += row.weight * time * row.nanoseconds
        }
        var logarithms = zip(recorded, emulated).map { recorded, emulated in
            guard recorded > 0, emulated > 0 else { return 0.0 }
            let best = recorded / emulated
            let certainty = emulated * best * best
            return .log(best) * certainty / (certainty + factorPrior)
        }
        let mean = logarithms.reduce(0, +) / Double(max(files, 1))
        for index in logarithms.indices { logarithms[index] -= mean }
        return logarithms.map { .exp($0) }
    }

    /// Time of a file's first calls beyond what the fitted costs explain, ns.
    private static func coldExcess(
        _ samples: CostSamples, factor: Double, _ costs: [CostStep: Double]
    ) -> Double? {
        guard samples.early.counts[CostStep.firstCall.rawValue] > 0 else { return nil }
        let warm = CostStep.allCases.reduce(0) { $0 + samples.early.counts[$1.rawValue] * (costs[$1] ?? 0) }
        return samples.early.nanoseconds.reduce(0, +) / factor - warm
    }
}
