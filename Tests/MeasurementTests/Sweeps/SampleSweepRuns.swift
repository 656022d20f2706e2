@testable import Measurement

/// A generator of the tests' own, so that a failure comes again.
struct SeededDraws {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for last in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(last, below(last + 1)) }
        return values
    }
}

extension SweepRun {
    /// A run with one figure, its longest call.
    init(
        _ values: [TableValue], strategy: String? = nil, seed: UInt64 = 0, stall: Double?,
        satisfied: Bool = true,
        buffers: Double? = nil, reserved: Double? = nil, outcome: String = "ok"
    ) {
        self.init(
            values: values, strategy: strategy, seed: seed, outcome: outcome,
            responses: SweepResponse.allCases.map { response in
                switch response {
                case .satisfied: satisfied ? 1 : 0
                case .stall: stall
                case .buffersShare: buffers
                case .reserved: reserved
                default: nil
                }
            })
    }
}

extension SweepResult {
    static let plan = Plan(hash: "ab12", summary: "a sample", version: "devemu 0.1.0", runs: 100)

    static func made(
        _ runs: [SweepRun], keys: [String], by: [String] = [], roles: FactorRoles = FactorRoles()
    )
        throws -> SweepResult
    {
        try SweepResult(plan, runs: runs, keys: keys, by: by, roles: roles)
    }

    func effects(of response: SweepResponse) -> SweepEffects? { effects.first { $0.response == response } }

    func share(_ names: String..., of response: SweepResponse = .stall) -> Double? {
        effects(of: response)?.effects.first { $0.factors == names }?.share
    }

    func table(_ names: String..., strategy: String? = nil) -> SweepTable? {
        tables.first { $0.factors == names && $0.strategy == strategy }
    }
}
