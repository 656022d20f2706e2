import PhysicalMemory
import Testing

@testable import Recordings

@Suite struct NonNegativeLeastSquaresTests {
    private func solve(_ rows: [([Double], Double)]) -> [Double] {
        var equations = NonNegativeLeastSquares(unknowns: rows[0].0.count)
        for (coefficients, value) in rows { equations.add(coefficients, equals: value, weight: 1) }
        return equations.solve()
    }

    private func near(_ a: [Double], _ b: [Double]) -> Bool {
        zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * max(abs($0), abs($1), 1) }
    }

    @Test func `equations that agree are solved exactly`() {
        #expect(near(solve([([1, 0], 3), ([0, 1], 5), ([1, 1], 8)]), [3, 5]))
        #expect(near(solve([([1, 1000], 5003), ([2, 10], 56), ([1, 0], 3)]), [3, 5]))
    }

    @Test func `equations that disagree are settled by their weights`() {
        var equations = NonNegativeLeastSquares(unknowns: 1)
        equations.add([1], equals: 1, weight: 3)
        equations.add([1], equals: 5, weight: 1)
        #expect(near(equations.solve(), [2]))
    }

    @Test func `an unknown that would be negative is zero, and the others make the best of it`() {
        // Without the bound: x = 4, y = -1.
        #expect(near(solve([([1, 1], 3), ([1, 0], 4)]), [3.5, 0]))
        #expect(solve([([1], -7)]) == [0])
    }

    @Test func `an unknown that nothing mentions is zero`() {
        #expect(near(solve([([2, 0], 4)]), [2, 0]))
        #expect(NonNegativeLeastSquares(unknowns: 0).solve() == [])
    }

    @Test func `unknowns that occur only together do not break it`() {
        let x = solve([([1, 2], 4), ([2, 4], 8), ([3, 6], 12)])
        #expect(abs(x[0] + 2 * x[1] - 4) < 1e-6)
    }

    @Test func `the solution of any problem cannot be improved`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let unknowns = 1 + generator.below(12)
            let rows = (0..<unknowns + generator.below(30)).map { _ in
                (
                    (0..<unknowns).map { _ in
                        generator.below(3) == 0 ? 0 : generator.uniform(in: 0...100)
                    },
                    generator.uniform(in: -100...300)
                )
            }
            let x = solve(rows)
            // Karush, Kuhn and Tucker: no slope where x > 0, an upward one where x = 0.
            var scale = 1.0
            let residuals = rows.map { row in zip(row.0, x).reduce(-row.1) { $0 + $1.0 * $1.1 } }
            for row in rows { scale += row.0.reduce(0) { $0 + abs($1 * row.1) } }
            for index in x.indices {
                let slope = zip(rows, residuals).reduce(0) { $0 + $1.0.0[index] * $1.1 }
                #expect(x[index] >= 0)
                #expect(slope > -1e-6 * scale)
                if x[index] > 1e-9 { #expect(abs(slope) < 1e-6 * scale) }
            }
        }
    }
}
