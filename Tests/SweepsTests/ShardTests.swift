import Testing

@testable import Sweeps

@Suite struct ShardTests {
    @Test(arguments: [1, 2, 3, 8, 100], [1, 2, 5])
    func `every group belongs whole to one shard, and shards differ by one group at most`(
        count: Int, size: Int
    ) throws {
        let shards = try (1...count).map { try #require(Shard(parsing: "\($0)/\(count)")) }
        let owners = (1...50 * size).map { run in
            shards.filter { $0.contains(run: run, inGroupsOf: size) }.map(\.number)
        }
        #expect(owners.allSatisfy { $0.count == 1 })
        for group in 0..<50 { #expect(Set(owners[group * size..<(group + 1) * size]).count == 1) }
        let sizes = shards.map { shard in owners.count { $0 == [shard.number] } }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= size)
    }

    @Test func `the whole plan is a shard`() {
        #expect(Shard.whole == Shard(parsing: "1/1"))
        #expect((1...9).allSatisfy { Shard.whole.contains(run: $0, inGroupsOf: 3) })
        #expect(Shard(parsing: "3/8")?.description == "3/8")
    }

    @Test(arguments: ["", "1", "0/3", "4/3", "-1/3", "1/0", "a/b", "1/2/3", "1/9999999"])
    func `anything else is none`(text: String) {
        #expect(Shard(parsing: text) == nil)
    }
}
