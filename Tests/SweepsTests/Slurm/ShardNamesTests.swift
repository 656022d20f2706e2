import Sweeps
import Testing

@Suite struct ShardNamesTests {
    @Test func `names sort as their shards do`() {
        #expect(ShardNames.published(12, of: 100) == "shard-00012-of-00100.db")
        #expect(ShardNames.published(123_456, of: 200_000) == "shard-123456-of-200000.db")
    }

    @Test(arguments: [1, 9, 12, 99_999, 100_000, 1_000_000])
    func `a published shard is found by its name`(_ shard: Int) {
        let name = ShardNames.published(shard, of: 1_000_000)
        #expect(ShardNames.shard(ofPublished: name, of: 1_000_000) == shard)
        #expect(ShardNames.shard(ofPart: name, of: 1_000_000) == nil)
    }

    @Test(arguments: [
        "shard-00012-of-00100.part-7-0.db", "shard-00012-of-00100.db-wal", "shard-00012-of-00099.db",
        "shard-00101-of-00100.db", "shard-00000-of-00100.db", "shard-12-of-100.db", "shard-", "store.db", "",
        "shard--00012-of-00100.db", "shard-99999999999999999999-of-00100.db",
    ])
    func `nothing else is a published shard`(_ name: String) {
        #expect(ShardNames.shard(ofPublished: name, of: 100) == nil)
    }

    @Test func `a part tells its shard, what SQLite keeps beside it does not`() {
        #expect(ShardNames.shard(ofPart: "shard-00012-of-00100.part-7-0.db", of: 100) == 12)
        #expect(ShardNames.shard(ofPart: "shard-00012-of-00100.part-7-0.db-wal", of: 100) == nil)
        #expect(ShardNames.shard(ofPart: "shard-00012-of-00099.part-7-0.db", of: 100) == nil)
    }

    @Test func `bash finds published shards by the pattern and no others`() throws {
        let names = [
            "shard-00001-of-00012.db", "shard-00012-of-00012.db", "shard-00002-of-00012.part-7-0.db",
            "shard-00003-of-00011.db", "shard-00004-of-00012.db-wal", "shard-x-of-00012.db",
        ]
        let found = try Bash.run(
            """
            shopt -s extglob
            for name in \(names.joined(separator: " ")); do
                if [[ $name == \(ShardNames.pattern(of: 12)) ]]; then echo $name; fi
            done
            """)
        #expect(found == "shard-00001-of-00012.db\nshard-00012-of-00012.db\n")
    }
}
