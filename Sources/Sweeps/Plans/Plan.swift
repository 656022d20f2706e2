/// What every run of a plan has in common: the first line of its file.
///
/// A plan is made once and never changed. It holds the scene itself, and hashes of everything else that
/// decides what comes of its runs.
public struct PlanHeader: Codable, Sendable, Hashable {
    public static let schema = "devemu.plan/1"

    /// A file whose content decides what comes of runs.
    public struct File: Codable, Sendable, Hashable {
        /// As the scene or the grid names it.
        public var name: String
        /// Where it was found, from the root.
        public var path: String
        /// SHA-256 of its content, hexadecimal.
        public var sha256: String

        public init(name: String, path: String, sha256: String) {
            self.name = name
            self.path = path
            self.sha256 = sha256
        }
    }

    public var schema = PlanHeader.schema
    /// The devemu that made the plan, and that has to run it.
    public var version: String
    public var summary: String
    /// The scene's text.
    public var scene: String
    /// The scene's file, from the root: what the scene names lies beside it. Null for plugins without one.
    public var scenePath: String?
    /// Plugins, workloads and strategies.
    public var plugins: [File]
    /// Costs, states and device trees.
    public var files: [File]
    /// What varies, in the grid's order.
    public var keys: [String]
    /// Lines that follow.
    public var runs = 0
    /// Runs that are dealt out to shards together: so many lines that follow each other are one machine with one seed
    /// under every strategy. Nil in plans whose runs are dealt out one by one, as plans were made once.
    public var group: Int?
    /// SHA-256 of all of them, hexadecimal.
    public var body = ""

    public init(
        version: String, summary: String, scene: String, scenePath: String?, keys: [String],
        plugins: [File] = [], files: [File] = [], group: Int? = nil
    ) {
        self.version = version
        self.summary = summary
        self.scene = scene
        self.scenePath = scenePath
        self.keys = keys
        self.plugins = plugins
        self.files = files
        self.group = group
    }

    /// ``group`` with 1 for nil.
    public var runsOfGroup: Int { group ?? 1 }

    /// What shards share: one has at most one group more than another.
    public var groups: Int { runs / runsOfGroup }

    /// Tells plans apart: SHA-256 of everything that is in them.
    public func hash() throws -> ContentHash { try ContentHash(of: PlanFormat.json(self)) }

    enum CodingKeys: String, CodingKey {
        case schema, version, summary, scene, plugins, files, keys, runs, group, body
        case scenePath = "scene_path"
    }
}

/// One run of a plan: a line of its file.
public struct PlannedRun: Codable, Sendable, Hashable {
    /// From 1, in the order of the plan.
    public var number: Int
    /// What the keys of the plan are.
    public var values: [String: String]
    /// As the grid writes it; nil for how each driver gathers by itself.
    public var strategy: String?
    public var seed: UInt64
    /// SHA-256 of everything that decides what comes of it, hexadecimal.
    public var hash: String

    public init(number: Int, values: [String: String], strategy: String?, seed: UInt64, hash: String) {
        self.number = number
        self.values = values
        self.strategy = strategy
        self.seed = seed
        self.hash = hash
    }

    enum CodingKeys: String, CodingKey {
        case values, strategy, seed, hash
        case number = "run"
    }
}

/// Why bytes are no plan that can be trusted.
public struct PlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// 1-based line of the file.
    public var line: Int
    /// What is wrong and what would be right, in one line.
    public var message: String

    init(_ message: String, line: Int) {
        self.message = message
        self.line = line
    }

    public var description: String { message }

    /// libcrypto failed, which is nobody's mistake.
    static func unhashed(_ error: HashingError, line: Int) -> PlanError { PlanError("\(error)", line: line) }
}
