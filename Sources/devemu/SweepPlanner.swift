import PluginHost
import Scenes
import Sweeps

/// Makes the runs of a grid: every combination of values becomes a machine with devices, checked as 'devemu
/// run' does it, under every strategy with every seed.
struct SweepPlanner {
    private let path: String
    let grid: Grid
    private let subject: SweepSubject
    private let files = SweepFiles()
    private let strategies: [SweepStrategy]
    private let seeds: Range<UInt64>
    private var known = PlannedScenes()
    /// Runs left out because others come to the same.
    private(set) var duplicates = 0
    /// Devices of the run that has most.
    private(set) var devices = 0
    /// Some of the runs, spread over the grid, and how many they are at most.
    private(set) var examples: [RunPlan] = []
    private static let mostExamples = 8

    /// - Parameter path: of the grid.
    init(reading path: String) throws {
        self.path = path
        let bytes = try InputFile.read(path, as: .grid)
        do {
            grid = try Grid(parsing: bytes)
        } catch {
            throw CommandFailure(.badInput, "\(path):\(error.line):\(error.column): \(error)")
        }
        func place(_ value: GridValue) -> String { "\(path):\(value.line):\(value.column)" }
        subject = try SweepSubject(grid, of: path, place: place)
        strategies = try SweepStrategy.list(grid.strategies, of: path, files: files, place: place)
        seeds = try Self.seeds(of: grid, subject, path)
    }

    /// Seeds count up from the scene's own unless the grid says where they begin.
    private static func seeds(
        of grid: Grid, _ subject: SweepSubject, _ path: String
    ) throws(CommandFailure) -> Range<UInt64> {
        var first = grid.seeds.first
        if first == nil { first = try subject.input(given: []).scene.seed }
        let (end, overflow) = (first ?? 1).addingReportingOverflow(UInt64(grid.seeds.count))
        guard !overflow, end <= Grid.Seeds.end else {
            throw CommandFailure(
                .badInput,
                "\(path): seeds: they begin at the scene's \(first ?? 1) and end above \(Grid.Seeds.end)")
        }
        return (first ?? 1)..<end
    }

    /// Runs of the grid, those left out included.
    var count: Int { grid.points.count * runsOfScene }

    private var runsOfScene: Int { strategies.count * seeds.count }

    /// Runs of the grid that come to something new.
    private(set) var runs = 0

    /// Hands over run by run.
    /// - Throws: the first thing that keeps a run from beginning, with its place in the grid.
    mutating func visitRuns(_ body: (PlannedRun) throws -> Void) throws {
        let (strategies, seeds) = (strategies, seeds)
        try visitIdentities { values, identity in
            for strategy in strategies {
                for seed in seeds {
                    try body(Self.run(values, identity, strategy, seed: seed))
                }
            }
        }
    }

    /// Checks the whole grid, and hands over one run of each combination of values.
    mutating func visitScenes(_ body: (PlannedRun) throws -> Void) throws {
        let (strategy, seed) = (strategies[0], seeds.lowerBound)
        try visitIdentities { values, identity in try body(Self.run(values, identity, strategy, seed: seed)) }
    }

    private static func run(
        _ values: [String: String], _ identity: RunIdentity, _ strategy: SweepStrategy, seed: UInt64
    ) throws -> PlannedRun {
        let hash = try identity.hash(strategy: strategy.identity, seed: seed)
        return PlannedRun(number: 0, values: values, strategy: strategy.text, seed: seed, hash: "\(hash)")
    }

    /// Combinations of values, less those that come to the same as another.
    private mutating func visitIdentities(_ body: ([String: String], RunIdentity) throws -> Void) throws {
        for (number, point) in grid.points.enumerated() {
            let plan = try plan(of: point)
            if number * Self.mostExamples >= examples.count * grid.points.count {
                let strategy = strategies[examples.count % strategies.count]
                examples.append(plan.with(strategy: strategy.input, seed: seeds.lowerBound))
            }
            if known.isEmpty { try check(plan) }
            let identity = try identity(of: plan)
            devices = max(devices, plan.run.instances.count)
            guard known.insert(identity.scene) else {
                duplicates += runsOfScene
                continue
            }
            runs += runsOfScene
            try body(
                Dictionary(uniqueKeysWithValues: zip(grid.keys.map(\.path), point.map(\.text))), identity)
        }
    }

    /// What all runs have in common; complete behind the last of them.
    func header() throws -> PlanHeader {
        PlanHeader(
            version: Devemu.version, summary: grid.summary, scene: subject.text, scenePath: subject.path,
            keys: grid.keys.map(\.path), plugins: try files.usedPlugins(), files: try files.usedFiles())
    }

    private func plan(of point: [GridValue]) throws(CommandFailure) -> RunPlan {
        let given = zip(grid.keys, point).map { key, value in
            GivenSetting(
                path: key.path, value: value.text, place: "\(path):\(value.line):\(value.column)",
                keyPlace: "\(path):\(key.line):\(key.column)")
        }
        let plan = try RunPlan(subject.input(given: given), files: files)
        if let problem = plan.problems.first { throw problem }
        return plan
    }

    /// Refuses strategies that are no strategies; they are the same for every run.
    private func check(_ plan: RunPlan) throws(CommandFailure) {
        for strategy in strategies where strategy.input?.path != nil {
            let run = plan.with(strategy: strategy.input, seed: seeds.lowerBound).run
            if let problem = run.problems(with: files.plugins).first {
                throw CommandFailure(Worker.status(of: problem), "\(path): strategies: \(problem)")
            }
        }
    }

    private func identity(of plan: RunPlan) throws -> RunIdentity {
        do {
            let state = try plan.scene.flatMap { scene in
                try scene.scene.machine.state.map { try files.hash(of: scene.file($0)) }
            }
            let lines = try plan.run.identity(with: files.plugins, state: state) { path in
                try files.hash(ofPlugin: path)
            }
            return try RunIdentity(ofLines: lines, version: Devemu.version)
        } catch let error as PluginRun.Failure {
            throw CommandFailure(Worker.status(of: error), "\(error)")
        }
    }
}
