import PhysicalMemory

/// The combinations of a grid's values, made one after the other: all of them, the last key varying
/// fastest, or those that are drawn.
public struct GridPoints: Sequence {
    let keys: [VariedKey]
    let sample: Grid.Sample?

    /// How many there are; `Int.max` for more than that.
    public var count: Int {
        if let sample { return sample.count }
        return keys.reduce(1) { product, key in
            let (next, overflow) = product.multipliedReportingOverflow(by: key.values.count)
            return overflow ? .max : next
        }
    }

    public func makeIterator() -> AnyIterator<[GridValue]> {
        switch sample?.method {
        case nil: AnyIterator(FullProduct(self))
        case .random?: AnyIterator(RandomPoints(self))
        case .latinHypercube?: AnyIterator(LatinHypercube(self))
        }
    }
}

/// Every combination.
private struct FullProduct: IteratorProtocol {
    private let choices: [[GridValue]]
    /// The numbers of the next one's values; nil behind the last.
    private var upcoming: [Int]?

    init(_ points: GridPoints) {
        choices = points.keys.map { key in
            if case .choices(let choices) = key.values { return choices }
            return []
        }
        upcoming = choices.map { _ in 0 }
    }

    mutating func next() -> [GridValue]? {
        guard var indices = upcoming else { return nil }
        let point = zip(choices, indices).map { $0[$1] }
        var position = indices.count - 1
        while position >= 0 {
            indices[position] += 1
            if indices[position] < choices[position].count { break }
            indices[position] = 0
            position -= 1
        }
        upcoming = position < 0 ? nil : indices
        return point
    }
}

/// Combinations whose values are drawn independently of each other.
private struct RandomPoints: IteratorProtocol {
    private let keys: [VariedKey]
    private var left: Int
    private var generator: SeededGenerator

    init(_ points: GridPoints) {
        keys = points.keys
        left = points.sample?.count ?? 0
        generator = SeededGenerator(seed: points.sample?.seed ?? 0)
    }

    mutating func next() -> [GridValue]? {
        guard left > 0 else { return nil }
        left -= 1
        return keys.map { $0.values.value(at: generator.unit()) }
    }
}

/// Combinations of which each key's values are spread evenly: with N of them, every Nth of its range has
/// one, wherever it pleases in there. Follows McKay, Beckman and Conover, 1979.
private struct LatinHypercube: IteratorProtocol {
    private let keys: [VariedKey]
    private let count: Int
    /// For each key which part of its range comes when.
    private let orders: [[UInt32]]
    private var done = 0
    private var generator: SeededGenerator

    init(_ points: GridPoints) {
        keys = points.keys
        count = points.sample?.count ?? 0
        var generator = SeededGenerator(seed: points.sample?.seed ?? 0)
        let parts = (0..<UInt32(clamping: count)).map { $0 }
        orders = points.keys.map { _ in
            var order = parts
            order.shuffle(by: &generator)
            return order
        }
        self.generator = generator
    }

    mutating func next() -> [GridValue]? {
        guard done < count else { return nil }
        defer { done += 1 }
        return zip(keys, orders).map { key, order in
            key.values.value(at: (Double(order[done]) + generator.unit()) / Double(count))
        }
    }
}
