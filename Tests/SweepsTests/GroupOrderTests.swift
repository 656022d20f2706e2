import Foundation
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

    /// Some 80 000 counts are looked at here: with at most one in 10^8 for either side of each, a random order fails
    /// with a probability below 1 in 500. A multiple of the standard deviation bounds no probability for values of
    /// which less than one is expected.
    private static let leastProbability = 1e-8
    /// ln n!, up to the groups of the largest grid here.
    private static let logFactorials = (1...3200).reduce(into: [0.0]) { sums, number in
        sums.append(sums[number - 1] + log(Double(number)))
    }

    /// How often a value may come that `marked` of `total` groups have when `size` groups are drawn without putting
    /// back: the tails that are left out on either side are improbable. The hypergeometric distribution, summed.
    private func fairCounts(of size: Int, marked: Int, total: Int) -> ClosedRange<Int> {
        func choices(_ some: Int, of all: Int) -> Double {
            Self.logFactorials[all] - Self.logFactorials[some] - Self.logFactorials[all - some]
        }
        func probability(_ count: Int) -> Double {
            exp(
                choices(count, of: marked) + choices(size - count, of: total - marked)
                    - choices(size, of: total))
        }
        let possible = max(0, size - (total - marked))...min(size, marked)
        func edge(_ counts: some Sequence<Int>) -> Int? {
            var tail = 0.0
            return counts.first { count in
                tail += probability(count)
                return tail >= Self.leastProbability
            }
        }
        return (edge(possible) ?? possible.lowerBound)...(edge(possible.reversed()) ?? possible.upperBound)
    }

    private func isFair(_ sample: some Collection<Group>, of levels: [Int], seeds: Int) -> Bool {
        let scenes = levels.reduce(1, *)
        var period = scenes
        for count in levels {
            period /= count
            var seen = [Int](repeating: 0, count: count)
            for group in sample { seen[group.scene / period % count] += 1 }
            let fair = fairCounts(of: sample.count, marked: scenes * seeds / count, total: scenes * seeds)
            guard seen.allSatisfy(fair.contains) else { return false }
        }
        return true
    }

    @Test func `fair counts are those of few draws counted out`() {
        // All of 2 out of 2; 1 of 3 comes or does not.
        #expect(fairCounts(of: 2, marked: 2, total: 2) == 2...2)
        #expect(fairCounts(of: 1, marked: 1, total: 3) == 0...1)
        // 27 of 27 out of 54 come in one of 1.9 x 10^15 draws, 14 of 27 in every fifth.
        #expect(!fairCounts(of: 27, marked: 27, total: 54).contains(27))
        #expect(fairCounts(of: 27, marked: 27, total: 54).contains(14))
        // 6 of 30 where one in 60 is marked or more come in one of 1.8 x 10^5 draws, 12 in one of 3.7 x 10^14.
        #expect(fairCounts(of: 30, marked: 30, total: 1800).contains(6))
        #expect(!fairCounts(of: 30, marked: 30, total: 1800).contains(12))
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

    /// Shards of 40 and of 30 groups that all have one value, which fewer than one draw in 2^40 and 3^30 has.
    @Test(arguments: [[2, 60, 2], [60, 3]])
    func `in the order of the grid shards would be one-sided, which this bound finds`(levels: [Int]) {
        let order = (0..<levels.reduce(1, *) * 10).map { Group(scene: $0 / 10, seed: $0 % 10) }
        let dealt = stride(from: 0, to: order.count, by: 60).map { order[$0] }
        #expect(!isFair(dealt, of: levels, seeds: 10))
        #expect(!isFair(order.prefix(700), of: levels, seeds: 10))
    }
}
