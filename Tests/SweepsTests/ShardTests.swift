import Testing

@testable import Sweeps

@Suite struct ShardTests {
    @Test(arguments: [1, 2, 3, 8, 100])
    func `every run belongs to one shard, and shards differ by one run at most`(count: Int) throws {
        let shards = try (1...count).map { try #require(Shard(parsing: "\($0)/\(count)")) }
        for run in 1...50 { #expect(shards.count { $0.contains(run: run) } == 1) }
        let sizes = shards.map { shard in (1...50).count { shard.contains(run: $0) } }
        let (least, most) = (sizes.min() ?? 0, sizes.max() ?? 0)
        #expect(most - least <= 1)
    }

    @Test func `the whole plan is a shard`() {
        #expect(Shard.whole == Shard(parsing: "1/1"))
        #expect((1...9).allSatisfy { Shard.whole.contains(run: $0) })
        #expect(Shard(parsing: "3/8")?.description == "3/8")
    }

    @Test(arguments: ["", "1", "0/3", "4/3", "-1/3", "1/0", "a/b", "1/2/3", "1/9999999"])
    func `anything else is none`(text: String) {
        #expect(Shard(parsing: text) == nil)
    }
}
