import PhysicalMemory
import Testing

@testable import Sweeps

@Suite struct GroupOrderTests {
    private typealias Group = GroupOrder.Group

    /// The definition: one group after the other is drawn out of those that are left.
    private func naive(scenes: Int, seeds: Int) -> [Group] {
        var left = (0..<scenes).flatMap { scene in (0..<seeds).map { Group(scene: scene, seed: $0) } }
        var generator = SeededGenerator(seed: 0x6465_616c)
        var drawn: [Group] = []
        while !left.isEmpty {
            let place = left.count > 1 ? generator.below(left.count) : 0
            drawn.append(left[place])
            // The last one takes the place of the one that was drawn.
            left[place] = left[left.count - 1]
            left.removeLast()
        }
        return drawn.reversed()
    }

    @Test(arguments: [0, 1, 2, 7, 40, 64], [1, 2, 10])
    func `the order is that of one draw after the other, and has every group once`(scenes: Int, seeds: Int) {
        let order = Array(GroupOrder(scenes: scenes, seeds: seeds))
        #expect(order == naive(scenes: scenes, seeds: seeds))
        #expect(Set(order).count == scenes * seeds)
        #expect(order == Array(GroupOrder(scenes: scenes, seeds: seeds)))
    }

    /// Grids whose keys vary with periods that numbers of shards have in common with them, the last key fastest.
    static let grids: [[Int]] = [[5, 8, 4, 2], [60, 3], [3, 60], [2, 2, 2, 2, 2], [12, 12], [7, 11]]

    /// How far shares of a value may be from those of the whole: 5 standard deviations of a draw without putting back,
    /// and two groups, because of few there are often some more.
    private func bound(_ share: Double, size: Int, of total: Int) -> Double {
        let deviation =
            (Double(size) * share * (1 - share) * Double(total - size) / Double(max(total - 1, 1)))
            .squareRoot()
        return 5 * deviation + 2
    }

    private func isFair(_ sample: some Collection<Group>, of levels: [Int], seeds: Int) -> Bool {
        let scenes = levels.reduce(1, *)
        var period = scenes
        for count in levels {
            period /= count
            var seen = [Int](repeating: 0, count: count)
            for group in sample { seen[group.scene / period % count] += 1 }
            let share = 1 / Double(count)
            let most = bound(share, size: sample.count, of: scenes * seeds)
            guard seen.allSatisfy({ (Double($0) - share * Double(sample.count)).magnitude <= most }) else {
                return false
            }
        }
        return true
    }

    @Test(arguments: grids, [2, 3, 5, 12, 16, 40, 60])
    func `every shard has every value of every key about as often as the plan`(levels: [Int], count: Int) {
        let seeds = 10
        let order = Array(GroupOrder(scenes: levels.reduce(1, *), seeds: seeds))
        for shard in 0..<count {
            let dealt = stride(from: shard, to: order.count, by: count).map { order[$0] }
            #expect(isFair(dealt, of: levels, seeds: seeds), "shard \(shard + 1)/\(count)")
        }
    }

    @Test(arguments: grids)
    func `every beginning of a plan has every value of every key about as often as the plan`(levels: [Int]) {
        let seeds = 10
        let order = Array(GroupOrder(scenes: levels.reduce(1, *), seeds: seeds))
        for length in stride(from: 1, through: order.count, by: 7) {
            #expect(isFair(order.prefix(length), of: levels, seeds: seeds), "first \(length)")
        }
    }

    @Test func `in the order of the grid shards were one-sided, which these bounds find`() {
        let order = (0..<240 * 10).map { Group(scene: $0 / 10, seed: $0 % 10) }
        let dealt = stride(from: 0, to: order.count, by: 60).map { order[$0] }
        #expect(!isFair(dealt, of: [2, 60, 2], seeds: 10))
        #expect(!isFair(order.prefix(700), of: [2, 60, 2], seeds: 10))
    }
}
