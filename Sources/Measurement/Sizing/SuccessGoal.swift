/// How many of the seeds have to be satisfied before a size counts as large enough.
public struct SuccessGoal: Sendable, Hashable {
    /// Above 0, at most 1.
    public let share: Double
    /// Seeds that every size is tried with, 1 or more.
    public let seeds: Int

    /// Nil for a share or a number outside of their bounds.
    public init?(share: Double, seeds: Int) {
        guard share > 0, share <= 1, seeds > 0 else { return nil }
        self.share = share
        self.seeds = seeds
    }

    /// Seeds that may fail at a size that is large enough.
    public var failuresAllowed: Int {
        // Of 20 seeds 95 % are 19, whatever binary fractions make of it.
        seeds - Int((share * Double(seeds) - 1e-9).rounded(.up))
    }

    /// Seeds, all of them satisfied, from which the share follows with 95 % confidence: the lower bound of
    /// Wilson's interval reaches it. Nil for a share of 1, which follows from no number.
    public var seedsForConfidence: Int? {
        guard share < 1 else { return nil }
        var reaching = 1
        while let low = WilsonInterval.share(reaching, of: reaching)?.low, low < share { reaching *= 2 }
        var below = reaching / 2
        while reaching - below > 1 {
            let middle = (below + reaching) / 2
            let low = WilsonInterval.share(middle, of: middle)?.low ?? 0
            if low < share { below = middle } else { reaching = middle }
        }
        return reaching
    }
}
