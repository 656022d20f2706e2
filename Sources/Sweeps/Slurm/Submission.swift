import FoundationEssentials

/// What was handed to Slurm for a sweep: `submission.json` in the folder of its results.
public struct Submission: Codable, Sendable, Hashable {
    public static let schema = "devemu.submission/1"
    public static let fileName = "submission.json"

    /// An array and the job that merges after it.
    public struct Jobs: Codable, Sendable, Hashable {
        /// Nil when only the merge was missing.
        public var array: Int?
        /// Nil when sbatch refused it.
        public var merge: Int?

        public init(array: Int?, merge: Int?) {
            self.array = array
            self.merge = merge
        }
    }

    public var schema = Submission.schema
    /// The devemu that submitted, and its path.
    public var version: String
    public var program: String
    /// From the root.
    public var plan: String
    /// What tells the plan from every other.
    public var planHash: String
    /// Runs of the plan.
    public var runs: Int
    /// Runs that are dealt out to shards together; nil where they are dealt out one by one.
    public var group: Int?
    public var shards: Int
    /// Runs that a shard does at a time.
    public var jobs: Int
    public var limit: Int?
    /// What sbatch is told besides.
    public var options: [String]
    /// In the order of their submission.
    public var submitted: [Jobs] = []

    enum CodingKeys: String, CodingKey {
        case schema, version, program, plan, runs, group, shards, jobs, limit, options, submitted
        case planHash = "plan_hash"
    }

    public init(
        version: String, program: String, plan: String, planHash: String, runs: Int, group: Int? = nil,
        shards: Int, jobs: Int, limit: Int?, options: [String]
    ) {
        self.version = version
        self.program = program
        self.plan = plan
        self.planHash = planHash
        self.runs = runs
        self.group = group
        self.shards = shards
        self.jobs = jobs
        self.limit = limit
        self.options = options
    }

    /// Reads the file; nil for anything that `json()` did not write.
    public init?(json bytes: [UInt8]) {
        guard let read = try? JSONDecoder().decode(Submission.self, from: Data(bytes)),
            read.schema == Self.schema, read.shards > 0, read.runs >= 0, read.runsOfGroup > 0,
            read.jobs > 0, read.limit ?? 1 > 0
        else { return nil }
        self = read
    }

    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// ``group`` with 1 for nil.
    var runsOfGroup: Int { group ?? 1 }

    /// Every job that was submitted, in the order of their submission.
    public var allJobs: [Int] { submitted.flatMap { [$0.array, $0.merge].compactMap(\.self) } }
}
