public import PluginInspection

/// What a conformance test found; its JSON form is the schema `devemu.check/1`.
public struct ConformanceReport: Encodable, Sendable {
    public static let schema = "devemu.check/1"

    public var schema = ConformanceReport.schema
    public var file: String
    public var id: String
    public var version: String
    public var kind: String
    /// Whether everything was tried that could be, and no rule was broken.
    public var passed: Bool
    /// Why runs were not made that the rules wanted; absent when all were.
    public var incomplete: String?
    /// Runs that were made; a run can serve several rules.
    public var runs: Int
    public var rules: [RuleReport]

    public init(
        file: String, manifest: PluginManifest, runs: Int, incomplete: String? = nil, rules: [RuleReport]
    ) {
        self.file = file
        self.incomplete = incomplete
        self.runs = runs
        self.rules = rules
        id = manifest.id
        version = manifest.version
        kind = manifest.kind.rawValue
        passed = incomplete == nil && rules.allSatisfy { $0.verdict != .failed }
    }
}

/// The verdict on one rule.
public struct RuleReport: Encodable, Sendable {
    public enum Verdict: String, Encodable, Sendable {
        case ok, failed
        case notTried = "not-tried"
    }

    public static let problemLimit = 20

    public var name: String
    public var promise: String
    public var verdict: Verdict
    /// Why it was not tried.
    public var reason: String?
    /// Runs that it was judged by.
    public var runs: Int
    /// The first `problemLimit` of `problemCount` different breaches, a line each that says in how many runs.
    public var problems: [String]
    public var problemCount: Int

    init(
        name: String, promise: String, verdict: Verdict, reason: String? = nil, runs: Int = 0,
        breaches: [Breach] = []
    ) {
        let problems = Breach.lines(breaches)
        self.name = name
        self.promise = promise
        self.verdict = verdict
        self.reason = reason
        self.runs = runs
        self.problems = Array(problems.prefix(Self.problemLimit))
        problemCount = problems.count
    }

    enum CodingKeys: String, CodingKey {
        case name, promise, verdict, reason, runs, problems
        case problemCount = "problem_count"
    }
}
