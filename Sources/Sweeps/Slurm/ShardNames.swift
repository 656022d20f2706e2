/// The files of a sweep's shards, in the folder of its results.
///
/// Shards are numbered from 1, as the tasks of the array that runs them are.
public enum ShardNames {
    /// The published results of a shard, such as `shard-00012-of-00100.db`.
    public static func published(_ shard: Int, of count: Int) -> String {
        "\(stem(shard, of: count)).db"
    }

    /// What bash takes for all published shards of a sweep, and for nothing that is still being written;
    /// needs `extglob`.
    public static func pattern(of count: Int) -> String { "shard-+([0-9])-of-\(padded(count)).db" }

    /// The shard that a file holds the published results of; nil for any other file.
    public static func shard(ofPublished name: String, of count: Int) -> Int? {
        shard(of: name, count) { published($0, of: count) == name }
    }

    /// The shard that a file holds a part of, such as `shard-00012-of-00100.part-4711-0.db`: somebody writes
    /// it, or somebody was stopped there. Nil for any other file, such as what SQLite keeps beside it.
    public static func shard(ofPart name: String, of count: Int) -> Int? {
        guard name.hasSuffix(".db") else { return nil }
        return shard(of: name, count) { name.hasPrefix("\(stem($0, of: count)).part-") }
    }

    private static func shard(of name: String, _ count: Int, where fits: (Int) -> Bool) -> Int? {
        let parts = name.split(separator: "-")
        guard parts.count > 1, let shard = Int(parts[1]), (1...max(1, count)).contains(shard), fits(shard)
        else { return nil }
        return shard
    }

    private static func stem(_ shard: Int, of count: Int) -> String {
        "shard-\(padded(shard))-of-\(padded(count))"
    }

    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
