/// What is best when one thing is to be large and others small, and none is worth a fixed amount of another.
public enum ParetoFront {
    /// The points that no other is better than: none has as much gain for less of one cost and no more of the others,
    /// or more gain for no more of any.
    ///
    /// Equal points are on the front together. Sorts once, and compares each point with the front until there.
    /// - Parameter points: with the same number of costs each.
    /// - Returns: indices into `points`, by falling gain and then rising costs, equal ones in their order.
    public static func indices(of points: [(gain: Double, costs: [Double])]) -> [Int] {
        let order = points.indices.sorted { left, right in
            let (one, other) = (points[left], points[right])
            if one.gain != other.gain { return one.gain > other.gain }
            if one.costs != other.costs { return one.costs.lexicographicallyPrecedes(other.costs) }
            return left < right
        }
        var front: [Int] = []
        for index in order {
            let point = points[index]
            let isBeaten = front.contains { better in
                points[better] != point && zip(points[better].costs, point.costs).allSatisfy { $0 <= $1 }
            }
            if !isBeaten { front.append(index) }
        }
        return front
    }
}
