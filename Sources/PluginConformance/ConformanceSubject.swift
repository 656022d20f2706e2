import Measurement
public import PluginInspection

/// The plugin under test: what it says of itself, and what its first runs showed.
public struct ConformanceSubject: Sendable {
    /// What a devemu has to try.
    public struct Choices: Sendable {
        public var modes: [String]
        public var strategies: [String]
        /// Host functions that can be made to fail.
        public var fallible: [String]

        public init(modes: [String], strategies: [String], fallible: [String]) {
            self.modes = modes
            self.strategies = strategies
            self.fallible = fallible
        }
    }

    public let manifest: PluginManifest
    /// What rules about its calls call it.
    public let instance: String
    /// Parameters that were given a value, which every run has.
    public let fixed: [String]
    public let choices: Choices
    /// The first runs, one for each sequence of operations; empty before they were made.
    public var first: [TrialResult] = []

    public init(manifest: PluginManifest, instance: String, fixed: [String], choices: Choices) {
        self.manifest = manifest
        self.instance = instance
        self.fixed = fixed
        self.choices = choices
    }

    /// Operations behind which nothing is held: those that the note lists, or else the first entry.
    var cycles: [[String]] {
        guard manifest.kind == .workload else { return [[]] }
        let first = manifest.entries.first.map { [[manifest.operationName(of: $0)]] } ?? []
        return manifest.cycles.isEmpty ? first : manifest.cycles
    }

    /// The runs that everything else builds on.
    public var firstTrials: [Trial] {
        cycles.map { cycle in
            var trial = Trial(cycle)
            trial.isInstrumented = true
            if manifest.kind == .strategy { trial.pins = 0 }
            return trial
        }
    }

    /// Calls of a host function in one of the first runs.
    func calls(_ function: String, in result: TrialResult) -> Int {
        result.record?.hostCalls?.functions.first { $0.name == function }?.calls ?? 0
    }

    /// Operations in which a parameter has an effect: a cycle, or else one operation by itself.
    func operations(taking parameter: String) -> [String]? {
        let takers = manifest.entries.filter { entry in
            entry.signature.arguments.contains { $0.name == parameter }
        }.map { manifest.operationName(of: $0) }
        return cycles.first { !Set($0).isDisjoint(with: takers) } ?? takers.first.map { [$0] }
    }
}
