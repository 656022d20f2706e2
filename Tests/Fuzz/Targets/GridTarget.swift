import Scenes
import Sweeps

extension FuzzTarget {
    /// A grid file.
    static let grid = FuzzTarget("grid") { bytes in
        let grid: Grid
        do {
            grid = try Grid(parsing: bytes)
        } catch let error as SceneError {
            try checkRefusal(error.description)
            return
        }
        let points = grid.points
        try promise(points.count >= 1, "a grid without a run")
        var made = 0
        var again = points.makeIterator()
        for point in points.prefix(mostPoints) {
            made += 1
            try promise(point.count == grid.keys.count, "a run without a value of every key")
            try promise(again.next() == point, "the same grid draws something else")
        }
        try promise(made == min(points.count, mostPoints), "\(made) combinations in place of \(points.count)")
    }

    /// Combinations that are made: a fuzzer lives on many short runs.
    private static let mostPoints = 2000
}
