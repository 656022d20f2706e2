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
    private var scenes: PlannedScenes
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
        scenes = PlannedScenes(keys: grid.keys.count)
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

    /// Checks the whole grid, then hands over run by run, in the order of ``GroupOrder``: all strategies of a machine
    /// with a seed together.
    ///
    /// - Parameter onScene: is told how many runs of the grid are checked.
    /// - Throws: the first thing in the grid that keeps a run from beginning, with its place.
    mutating func visitRuns(onScene: (Int) throws -> Void, onRun: (PlannedRun) throws -> Void) throws {
        let (strategies, seeds, runsOfScene) = (strategies, seeds, runsOfScene)
        try visitScenes { _, checked in try onScene(checked * runsOfScene) }
        for group in GroupOrder(scenes: scenes.count, seeds: seeds.count) {
            for strategy in strategies {
                try onRun(run(group.scene, strategy, seed: seeds.lowerBound + UInt64(group.seed)))
            }
        }
    }

    /// Checks the whole grid, and hands over one run of each combination of values.
    mutating func visitExamples(_ body: (PlannedRun) throws -> Void) throws {
        let (strategy, seed) = (strategies[0], seeds.lowerBound)
        try visitScenes { planner, _ in
            try body(planner.run(planner.scenes.count - 1, strategy, seed: seed))
        }
    }

    private func run(_ scene: Int, _ strategy: SweepStrategy, seed: UInt64) throws -> PlannedRun {
        let identity = RunIdentity(scene: scenes.hash(of: scene), version: Devemu.version)
        let hash = try identity.hash(strategy: strategy.identity, seed: seed)
        let values = zip(grid.keys.map(\.path), scenes.values(of: scene))
        return PlannedRun(
            number: 0, values: Dictionary(uniqueKeysWithValues: values), strategy: strategy.text, seed: seed,
            hash: "\(hash)")
    }

    /// Makes and checks combinations of values, less those that come to the same as another.
    ///
    /// - Parameter body: is called when a combination was added, with the number of those that were made until then.
    private mutating func visitScenes(_ body: (SweepPlanner, Int) throws -> Void) throws {
        for (number, point) in grid.points.enumerated() {
            let plan = try plan(of: point)
            if number * Self.mostExamples >= examples.count * grid.points.count {
                let strategy = strategies[examples.count % strategies.count]
                examples.append(plan.with(strategy: strategy.input, seed: seeds.lowerBound))
            }
            if scenes.isEmpty { try check(plan) }
            let identity = try identity(of: plan)
            devices = max(devices, plan.run.instances.count)
            guard scenes.insert(identity.scene, values: point.map(\.text)) else {
                duplicates += runsOfScene
                continue
            }
            runs += runsOfScene
            try body(self, number + 1)
        }
    }

    /// What all runs have in common; complete behind the last of them.
    func header() throws -> PlanHeader {
        PlanHeader(
            version: Devemu.version, summary: grid.summary, scene: subject.text, scenePath: subject.path,
            keys: grid.keys.map(\.path), plugins: try files.usedPlugins(), files: try files.usedFiles(),
            group: strategies.count)
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
