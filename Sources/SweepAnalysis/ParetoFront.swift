/// What is best when one thing is to be large and another small, and none is worth a fixed amount of the other.
public enum ParetoFront {
    /// The points that no other is better than: none has as much gain for less cost, or more gain for no more cost.
    ///
    /// Equal points are on the front together. Sorts once and passes once, after Kung, Luccio and Preparata, 1975.
    /// - Returns: indices into `points`, by falling gain and then rising cost, equal ones in their order.
    public static func indices(of points: [(gain: Double, cost: Double)]) -> [Int] {
        let order = points.indices.sorted { left, right in
            let (left, right) = ((points[left], left), (points[right], right))
            return (-left.0.gain, left.0.cost, left.1) < (-right.0.gain, right.0.cost, right.1)
        }
        var front: [Int] = []
        for index in order {
            guard let last = front.last else {
                front = [index]
                continue
            }
            if points[index].cost < points[last].cost || points[index] == points[last] { front.append(index) }
        }
        return front
    }
}
