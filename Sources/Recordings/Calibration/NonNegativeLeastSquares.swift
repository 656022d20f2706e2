/// Least squares with unknowns that cannot be negative, from their normal equations: the x ≥ 0 that
/// minimises xᵀAx / 2 - bᵀx.
///
/// The active set method of Lawson and Hanson, "Solving Least Squares Problems", chapter 23.
struct NonNegativeLeastSquares {
    /// A of the normal equations: symmetric, positive semidefinite, row by row.
    private(set) var matrix: [[Double]]
    private(set) var rightSide: [Double]

    init(unknowns: Int) {
        matrix = [[Double]](repeating: [Double](repeating: 0, count: unknowns), count: unknowns)
        rightSide = [Double](repeating: 0, count: unknowns)
    }

    /// Adds the equation coefficients · x = value with a weight on its squared residual.
    mutating func add(_ coefficients: [Double], equals value: Double, weight: Double) {
        for (row, coefficient) in coefficients.enumerated() where coefficient != 0 {
            let scaled = weight * coefficient
            for column in coefficients.indices { matrix[row][column] += scaled * coefficients[column] }
            rightSide[row] += scaled * value
        }
    }

    /// The solution; 0 for an unknown that no equation mentions, or that others make up for.
    func solve() -> [Double] {
        let count = rightSide.count
        // Columns of equal length, so that one tolerance fits all.
        let scale = matrix.indices.map { matrix[$0][$0] > 0 ? 1 / matrix[$0][$0].squareRoot() : 0 }
        let a = (0..<count).map { row in (0..<count).map { matrix[row][$0] * scale[row] * scale[$0] } }
        let b = (0..<count).map { rightSide[$0] * scale[$0] }
        let tolerance = 1e-10 * (b.map(abs).max() ?? 0)

        var x = [Double](repeating: 0, count: count)
        var free: [Int] = []
        var barred: Set<Int> = []
        for _ in 0..<(10 * count + 10) {
            let gradient = (0..<count).map { row in
                b[row] - (0..<count).reduce(0) { $0 + a[row][$1] * x[$1] }
            }
            let candidate = (0..<count).filter { !free.contains($0) && !barred.contains($0) }
                .max { gradient[$0] < gradient[$1] }
            guard let candidate, gradient[candidate] > tolerance else { break }
            free.append(candidate)
            while !free.isEmpty {
                guard let trial = Self.cholesky(a, b, over: free) else {
                    // Too much like the others together.
                    barred.insert(candidate)
                    free.removeAll { $0 == candidate }
                    x[candidate] = 0
                    break
                }
                if trial.allSatisfy({ $0 > 0 }) {
                    for (index, value) in zip(free, trial) { x[index] = value }
                    break
                }
                // Go as far towards it as none becomes negative, and fix what became zero.
                var step = 1.0
                for (index, value) in zip(free, trial) where value <= 0 {
                    step = min(step, x[index] / (x[index] - value))
                }
                if !step.isFinite { step = 0 }
                for (index, value) in zip(free, trial) { x[index] += step * (value - x[index]) }
                let stuck = zip(free, trial).filter { $0.1 <= 0 && x[$0.0] <= 1e-12 }.map(\.0)
                for index in stuck { x[index] = 0 }
                if stuck.contains(candidate) { barred.insert(candidate) }
                free.removeAll(where: stuck.contains)
            }
        }
        return zip(x, scale).map { $0 * $1 }
    }

    /// Solves the equations of the `free` unknowns alone; nil when they are not independent.
    private static func cholesky(_ a: [[Double]], _ b: [Double], over free: [Int]) -> [Double]? {
        var lower = [[Double]](repeating: [Double](repeating: 0, count: free.count), count: free.count)
        var y = [Double](repeating: 0, count: free.count)
        for i in free.indices {
            for j in 0...i {
                let rest = (0..<j).reduce(a[free[i]][free[j]]) { $0 - lower[i][$1] * lower[j][$1] }
                if i == j {
                    guard rest > 1e-9 else { return nil }
                    lower[i][i] = rest.squareRoot()
                } else {
                    lower[i][j] = rest / lower[j][j]
                }
            }
            y[i] = (0..<i).reduce(b[free[i]]) { $0 - lower[i][$1] * y[$1] } / lower[i][i]
        }
        for i in free.indices.reversed() {
            y[i] = ((i + 1)..<free.count).reduce(y[i]) { $0 - lower[$1][i] * y[$1] } / lower[i][i]
        }
        return y
    }
}
