import Glibc
import Measurement
import ResultStore
import Sweeps
import TextSupport

/// Stores where commands take results: recognised by their content, and analysed.
enum SweepStoreInput {
    /// How every SQLite database begins.
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Whether a file is an SQLite database; false for what is not there or cannot be read.
    static func isStore(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // What comes from a pipe is gone once it was looked at.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        var head = [UInt8](repeating: 0, count: magic.count)
        return pread(descriptor, &head, head.count, 0) == head.count && head == magic
    }

    /// What came of the runs of a plan.
    ///
    /// - Parameters:
    ///   - prefix: how the plan's hash begins; nil where the store has one plan only.
    ///   - names: keys to make a table by.
    ///   - roles: which keys are choices.
    static func result(
        of path: String, plan prefix: String? = nil, by names: [String] = [],
        roles: RoleOptions
    ) throws -> SweepResult {
        let reader = try StoreInput.reader(path)
        let plan = try StoreInput.use { try chosenPlan(of: reader, prefix) }
        let runs = try StoreInput.use { try Self.runs(of: plan, reader) }
        guard !runs.isEmpty else {
            throw CommandFailure(
                .badInput,
                "\(path): none of the plan's \(plan.runs) runs is there yet; devemu sweep run makes them")
        }
        do {
            var result = try SweepResult(
                .init(hash: plan.hash, summary: plan.summary, version: plan.version, runs: plan.runs),
                runs: runs,
                keys: plan.keys, by: names, roles: roles.roles)
            guard result.configurations > 0 else {
                throw CommandFailure(
                    .badInput,
                    "\(path): none of the \(runs.count) runs that are there came to a result; devemu sweep run makes "
                        + "them again")
            }
            result.reproduce = .thisCommand
            return result
        } catch let error as SweepFactorError {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    private static func chosenPlan(of reader: StoreReader, _ prefix: String?) throws -> StoreReader.StoredPlan
    {
        let plans = try reader.plans()
        guard let first = plans.first else {
            throw CommandFailure(
                .badInput, "\(reader.path): the store is empty; devemu sweep run PLAN.jsonl --store fills it")
        }
        let listed = plans.map { plan in
            "\(plan.hash.prefix(12)) (\(quoted(plan.summary)), \(plan.stored) of \(plan.runs) runs)"
        }.joined(separator: ", ")
        guard let prefix else {
            guard plans.count == 1 else {
                throw CommandFailure(
                    .usage,
                    "\(reader.path): a store of \(plans.count) plans; choose one with --plan: \(listed)")
            }
            return first
        }
        let chosen = plans.filter { $0.hash.hasPrefix(prefix) }
        guard chosen.count == 1, let plan = chosen.first, !prefix.isEmpty else {
            let many = chosen.count > 1 ? "begins more than one plan" : "begins no plan"
            throw CommandFailure(
                .usage, "--plan \(quoted(prefix)) \(many) of \(reader.path); there are \(listed)")
        }
        return plan
    }

    private static func runs(
        of plan: StoreReader.StoredPlan, _ reader: StoreReader
    ) throws -> [SweepRun] {
        var runs: [SweepRun] = []
        try reader.forEachRun(of: plan) { run in
            runs.append(
                SweepRun(
                    values: run.values, strategy: run.strategy, seed: run.seed, outcome: run.outcome,
                    responses: SweepResponse.allCases.map { response($0, of: run) }))
        }
        return runs
    }

    private static func response(_ response: SweepResponse, of run: StoreReader.StoredRun) -> Double? {
        switch response {
        case .satisfied: return run[.satisfied]
        case .buffersShare:
            guard let got = run[.buffersGot], let wanted = run[.buffersWanted], wanted > 0 else { return nil }
            return got / wanted
        case .stall: return run[.longestCall]
        case .gathering: return run[.gathering]
        case .failedCalls: return run[.failedCalls]
        case .busyRetries: return run[.busyRetries]
        case .pagesMigrated: return run[.pagesMigrated]
        case .othersWaited: return run[.othersWaited]
        case .peakHeld: return run[.peakHeld]
        case .reserved: return run[.reserved]
        }
    }
}
