/// Looks for the smallest size at which enough seeds succeed, as a machine that is asked for the next
/// trial and told what came of it.
///
/// The size is bracketed by doubling or halving from where the search starts, then bisected. A size is
/// given up as soon as more seeds have failed than the goal allows, and is large enough only when all were
/// tried. More memory helps on the average but not with every seed, so the sizes around the answer are
/// tried with all seeds too, and where a larger one fails the search goes on above it: the answer and all
/// larger sizes that were tried reach the goal, the size one step below it does not.
///
/// Sizes are numbers of steps, 1 ... the limit.
public struct SizeSearch: Sendable {
    /// Seeds to try at a size.
    public struct Trial: Sendable, Hashable {
        public let size: Int
        /// Numbers of the seeds, from 0.
        public let seeds: Range<Int>
    }

    private struct Tally {
        var successes = 0
        var runs = 0
    }

    private let goal: SuccessGoal
    private let limit: Int
    private let hasCurve: Bool
    private var tallies: [Int: Tally] = [:]
    /// The size under trial; nil when the search is over.
    private var current: Int?
    /// The largest size that is known to be too small for the answer sought; 0 for none.
    private var tooSmall = 0
    /// The smallest that is known to be large enough.
    private var enough: Int?
    /// Whether the sizes around the answer are being tried.
    private var isAround = false

    /// - Parameters:
    ///   - start: the size to begin with, steps; brought within the limit.
    ///   - limit: the largest size there is, 1 or more.
    ///   - hasCurve: whether the sizes around the answer are tried.
    public init(goal: SuccessGoal, start: Int, limit: Int, hasCurve: Bool = true) {
        self.goal = goal
        self.limit = limit
        self.hasCurve = hasCurve
        current = min(max(start, 1), limit)
    }

    /// The smallest size that is large enough, once the search is over; nil when not even the limit is.
    public var answer: Int? { current == nil ? enough : nil }

    public var isOver: Bool { current == nil }

    /// Where the answer lies as far as the search has come: above the first size, 0 when none is known to be too small,
    /// and not above the second, nil when none is known to be large enough.
    public var bounds: (tooSmall: Int, enough: Int?) { (tooSmall, enough) }

    /// What to try next; nil when the search is over.
    ///
    /// The number of seeds doubles from trial to trial of a size, whatever the number of workers: the
    /// same outcomes make the same search.
    public var next: Trial? {
        guard let current else { return nil }
        let runs = tallies[current]?.runs ?? 0
        return Trial(size: current, seeds: runs..<(isAround ? goal.seeds : min(max(2 * runs, 2), goal.seeds)))
    }

    /// Takes down what came of the trial that ``next`` named.
    public mutating func record(successes: Int, of trial: Trial) {
        precondition(trial == next && successes <= trial.seeds.count)
        tallies[trial.size, default: Tally()].successes += successes
        tallies[trial.size, default: Tally()].runs += trial.seeds.count
        while let current, let isEnough = verdict(on: current) {
            guard !isAround || tallies[current]?.runs == goal.seeds else { return }
            isAround ? goOnAround() : goOn(after: current, isEnough: isEnough)
        }
    }

    /// Runs that are still to be expected; a guess.
    public var expectedRuns: Int {
        guard let current else { return 0 }
        if isAround { return curveSizes.reduce(0) { $0 + goal.seeds - (tallies[$1]?.runs ?? 0) } }
        let width = (enough ?? 2 * current) - tooSmall
        // About half of the sizes on the way are given up after a few seeds.
        return (Int.bitWidth - width.leadingZeroBitCount) * goal.seeds * 2 / 3
            + (hasCurve ? 6 * goal.seeds : 0)
    }

    /// Whether a size is large enough; nil when that is not known yet.
    private func verdict(on size: Int) -> Bool? {
        guard let tally = tallies[size] else { return nil }
        if tally.runs - tally.successes > goal.failuresAllowed { return false }
        return tally.runs == goal.seeds ? true : nil
    }

    private mutating func goOn(after size: Int, isEnough: Bool) {
        if isEnough { enough = size } else { tooSmall = size }
        chooseNext()
    }

    private mutating func chooseNext() {
        guard let enough else {
            current = tooSmall == limit ? nil : min(max(2 * tooSmall, 1), limit)
            return
        }
        if enough - tooSmall > 1 {
            current = (enough + tooSmall) / 2
        } else if hasCurve {
            isAround = true
            current = enough
            goOnAround()
        } else {
            current = nil
        }
    }

    /// Sizes that show how success rises, in ascending order.
    private var curveSizes: [Int] {
        guard let enough else { return [] }
        let step = max(enough / 64, 1)
        return [-8 * step, -4 * step, -2 * step, -1, 0, 1, 2 * step, 4 * step].map { enough + $0 }
            .filter { (1...limit).contains($0) }
    }

    private mutating func goOnAround() {
        if let open = curveSizes.first(where: { (tallies[$0]?.runs ?? 0) < goal.seeds }) {
            current = open
            return
        }
        let failing = tallies.keys.filter { $0 > enough ?? 0 && verdict(on: $0) == false }.max()
        guard let failing else {
            current = nil
            return
        }
        isAround = false
        tooSmall = failing
        enough = tallies.keys.filter { $0 > failing && verdict(on: $0) == true }.min()
        chooseNext()
    }
}
