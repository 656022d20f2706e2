import PhysicalMemory

/// The order in which a plan has its groups. A group is one scene with one seed, under every strategy.
///
/// It is a permutation drawn by a seeded generator, so that every beginning of a plan, and every share of groups
/// that are dealt out in turn, is a random sample of all of them: no key of the grid varies with a period that the
/// number of shards could share. The same numbers of scenes and seeds always have the same order.
public struct GroupOrder: Sequence {
    /// Numbers from 0.
    public struct Group: Sendable, Hashable {
        public let scene: Int
        public let seed: Int
    }

    /// Another seed than those that grids draw their samples by.
    private static let seed: UInt64 = 0x6465_616c
    private let order: [Int]
    private let seeds: Int

    /// - Parameter seeds: of each scene, 1 or more.
    public init(scenes: Int, seeds: Int) {
        var generator = SeededGenerator(seed: Self.seed)
        var order = Array(0..<scenes * seeds)
        order.shuffle(by: &generator)
        self.order = order
        self.seeds = seeds
    }

    public var count: Int { order.count }

    public func makeIterator() -> some IteratorProtocol<Group> {
        order.lazy.map { [seeds] in Group(scene: $0 / seeds, seed: $0 % seeds) }.makeIterator()
    }
}

extension Array {
    /// Every order with the same probability, and the same one in every version of the library. Follows Durstenfeld,
    /// 1964.
    mutating func shuffle(by generator: inout SeededGenerator) {
        for last in stride(from: count - 1, to: 0, by: -1) { swapAt(last, generator.below(last + 1)) }
    }
}
