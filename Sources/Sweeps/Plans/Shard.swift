/// One of several parts of a plan that are run apart: `3/8` is the third of eight.
///
/// Groups of runs are dealt out in turn, so that shards differ by one group at most. A group is a machine with a
/// seed under every strategy (`PlanHeader.group`): a shard compares strategies on equal machines. The plan has its
/// groups in a random order, so that each shard is a fair sample of the machines.
public struct Shard: Sendable, Hashable {
    /// 1 ... count.
    public let number: Int
    public let count: Int

    public static let whole = Shard(number: 1, of: 1)

    private init(number: Int, of count: Int) {
        self.number = number
        self.count = count
    }

    /// Reads `3/8`; nil for anything else.
    public init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
            (1...1_000_000).contains(count), (1...count).contains(number)
        else { return nil }
        self.init(number: number, of: count)
    }

    /// Whether a run of the plan, by its number from 1, belongs to it.
    /// - Parameter size: runs of a group, 1 or more.
    public func contains(run: Int, inGroupsOf size: Int) -> Bool { (run - 1) / size % count == number - 1 }
}

extension Shard: CustomStringConvertible {
    public var description: String { "\(number)/\(count)" }
}
