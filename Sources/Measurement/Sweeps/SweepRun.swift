/// A run of a plan, as far as an analysis looks at it.
public struct SweepRun: Sendable {
    /// What it has for each key of the plan, in their order: bytes, ns, per cent, numbers or texts.
    public let values: [TableValue]
    /// As the plan names it; nil for how each driver gathers by itself.
    public let strategy: String?
    public let seed: UInt64
    /// How the run ended; `RunOutcome.Name.ok` when it came to its end.
    public let outcome: String
    /// In the order of `SweepResponse.allCases`; nil where the run has no such figure. A run that ended badly
    /// satisfied nobody, and has no other figure.
    public let responses: [Double?]

    public init(values: [TableValue], strategy: String?, seed: UInt64, outcome: String, responses: [Double?])
    {
        self.values = values
        self.strategy = strategy
        self.seed = seed
        self.outcome = outcome
        self.responses =
            outcome == RunOutcome.Name.ok.rawValue
            ? responses : SweepResponse.allCases.map { $0 == .satisfied ? 0 : nil }
    }

    /// Whether a machine that is slow or was switched off ended it so: that tells nothing of what was run.
    var isInconclusive: Bool {
        outcome == RunOutcome.Name.timedOut.rawValue || outcome == RunOutcome.Name.lost.rawValue
    }

    var isFailed: Bool { outcome != RunOutcome.Name.ok.rawValue }
}

/// Runs that ended badly, by how they did.
public struct SweepEnding: Codable, Sendable, Hashable {
    /// A name of `RunOutcome`.
    public var name: String
    public var runs: Int
    /// Whether they are left out of everything, because another machine may come to a result; the others count as
    /// not satisfied, and have no part in any other figure.
    public var isLeftOut: Bool

    enum CodingKeys: String, CodingKey {
        case name, runs
        case isLeftOut = "left_out"
    }
}
