import Emulation
import Measurement
import PhysicalMemory
import PluginHost
import Reporting
import Scenes
import TextSupport
import WorkerProcess

/// The runs behind `devemu size`: searches for one area after the other, each as it is and in variants.
struct SizeRuns {
    private var plan: RunPlan
    private let goal: SuccessGoal
    private let workers: WorkerRuns
    private let timeout: Double
    private let sandboxing: SandboxOptions
    private let alternatives: String
    /// Numbers of the areas that are searched for.
    private let areas: [Int]
    private let limitPages: Int?
    private let needsAllBuffers: Bool
    /// Whether the default machine's area has its place; a scene says that of its own.
    private let isAreaFixed: Bool

    init(_ command: SizeCommand) throws {
        let isScene = command.inputs.contains(where: SceneInput.isScene)
        var plan = try RunPlan(
            scene: isScene ? command.inputs[0] : nil, plugins: isScene ? [] : command.inputs,
            settings: command.settings, strategy: command.strategy, machine: try command.machine.options(),
            background: command.background)
        if let problem = plan.problems.first { throw problem }
        plan.run.inspectAhead()
        self.plan = plan
        goal = try command.goal()
        guard !plan.run.machine.seed.addingReportingOverflow(UInt64(goal.seeds)).overflow else {
            throw CommandFailure(.usage, "--seed \(plan.run.machine.seed) leaves no room for --seeds")
        }
        workers = WorkerRuns(command.workers)
        timeout = command.workers.timeout
        sandboxing = command.sandboxing
        try sandboxing.prepare()
        alternatives = command.alternatives
        needsAllBuffers = command.allBuffers
        isAreaFixed = command.machine.isAreaFixed
        areas = try Self.areas(named: command.area, of: plan)
        let variants = try areas.flatMap { area in
            try SizeVariant.alternatives(command.alternatives, to: plan.run, area: area)
        }
        self.plan.run.inspectAhead(strategies: variants.compactMap(\.strategyPath))
        limitPages = try command.limit.map { text throws(CommandFailure) in
            let size = try MemorySize(text, of: "--max")
            guard size.pages >= PageGeometry.standard.blockPages else {
                throw CommandFailure(.usage, "--max '\(text)' is not a size from 2M on; write 512M")
            }
            return size.pages
        }
    }

    /// The area of that name, or all that serve a device.
    private static func areas(named name: String?, of plan: RunPlan) throws(CommandFailure) -> [Int] {
        let all = plan.run.machine.areas
        let used = all.indices.filter { area in plan.run.instances.contains { $0.area == area } }
        guard let name else { return used }
        guard let area = all.firstIndex(where: { $0.name == name }) else {
            let names = all.map(\.name).joined(separator: ", ")
            throw CommandFailure(.usage, "--area: no area '\(name)'; there are \(names)")
        }
        guard used.contains(area) else {
            throw CommandFailure(.usage, "--area \(name): no device uses it, so any size is enough")
        }
        return [area]
    }

    /// Where the area was asked to lie; nil where nothing says it, and for devemu's own default.
    private func givenBase(of area: Int) -> Int? {
        let base = plan.run.machine.areas[area].geometry.basePFN
        if let tree = plan.tree { return tree.hasFixedBase(area) ? base : nil }
        guard let scene = plan.scene else {
            return Terminal.environment("DEVEMU_AREA")?.contains("@") == true ? base : nil
        }
        return scene.hasValue("machine.areas[\(area)].base") ? base : nil
    }

    /// Where the area lies as long as it fits there; nil when that is up to the kernel.
    private func base(of area: Int) -> Int? {
        guard let scene = plan.scene, !plan.isOfDeviceTree else {
            let isFixed = isAreaFixed || plan.isOfDeviceTree
            return isFixed ? plan.run.machine.areas[area].geometry.basePFN : nil
        }
        return scene.scene.machine.areas[area].basePages
    }

    /// Variants of every area's search.
    private static let fixedVariants: [SizeVariant] = [.asItIs, .empty, .unpinned]

    /// The variants of an area's search, by number.
    private func variants(of area: Int) throws(CommandFailure) -> [SizeVariant] {
        Self.fixedVariants + (try SizeVariant.alternatives(alternatives, to: plan.run, area: area))
    }

    // MARK: The parent's side

    /// - Returns: the result, and the signal that interrupted, if one did.
    func execute() throws(CommandFailure) -> (result: SizeResult, signal: Int32?) {
        // Everything that the command line got wrong is said before anything runs.
        for area in areas { _ = try variants(of: area) }
        let interruption = try WorkerRuns.heldSignals()
        var progress = ProgressLine(command: "size", total: 0)
        defer { progress.erase() }
        var tally = Progress()
        var sized: [SizedArea] = []
        for (index, area) in areas.enumerated() {
            tally.areasLeft = areas.count - 1 - index
            guard tally.signal == nil else {
                tally.missing.append(plan.run.machine.areas[area].name)
                continue
            }
            sized.append(try size(area, interruption, &tally, &progress))
        }
        var result = SizeResult(
            name: plan.scene?.name ?? plan.run.instances.map(\.name).joined(separator: "+"), goal: goal,
            needsAllBuffers: needsAllBuffers,
            firstSeed: plan.run.machine.seed, strategy: plan.choices.last { $0.path == "strategy" }?.value,
            areas: sized)
        result.machine = plan.run.machine.summary
        result.kernelNote = plan.run.machine.kernel.note
        if let signal = tally.signal {
            result.incomplete = IncompleteSize(runs: tally.done, missing: tally.missing)
            return (result, signal)
        }
        return (result, nil)
    }

    /// How far all searches are.
    private struct Progress {
        /// The signal that interrupted them, and the searches that it kept from their end.
        var signal: Int32?
        var missing: [String] = []
        var done = 0
        var areasLeft = 0
        var variantsLeft = 0

        func total(_ search: SizeSearch) -> Int {
            let expected = search.expectedRuns
            return done + expected + (variantsLeft + 6 * areasLeft) * max(expected, 8)
        }
    }

    private func size(
        _ area: Int, _ interruption: Interruption, _ tally: inout Progress, _ progress: inout ProgressLine
    ) throws(CommandFailure) -> SizedArea {
        let machine = plan.run.machine
        let name = machine.areas[area].name
        let variants = try variants(of: area)
        let step = machine.sizeStep(ofArea: area)
        let limit = min(limitPages ?? .max, machine.largestSize(ofArea: area)) / step
        guard limit > 0 else {
            throw CommandFailure(.usage, "--max is less than \(Human.size(pages: step)), one step of \(name)")
        }
        var known = KnownRuns()
        func search(
            _ variant: Int, goal: SuccessGoal, start: Int, hasCurve: Bool = false,
            allBuffers: Bool? = nil
        ) throws(CommandFailure) -> (pages: Int?, curve: SizeCurve, bounds: SizeBounds?) {
            var search = SizeSearch(goal: goal, start: start / step, limit: limit, hasCurve: hasCurve)
            var curve = SizeCurve()
            tally.variantsLeft = variants.count - 1 - variant
            while let trial = search.next, tally.signal == nil {
                let pages = trial.size * step
                var runs = trial.seeds.map { variant == 0 ? known[pages, $0] : nil }
                let missing = runs.indices.filter { runs[$0] == nil }
                let jobs = missing.map { index in
                    Job(
                        area: area, variant: variants[variant], pages: pages,
                        seed: trial.seeds.lowerBound + index)
                }
                tally.signal = try execute(
                    jobs, interruption, onInterruption: { progress.interrupted(running: $0) },
                    onRun: { index, run in
                        runs[missing[index]] = run
                        tally.done += 1
                        progress.expect(tally.total(search))
                        progress.update(done: tally.done)
                    })
                for (seed, run) in zip(trial.seeds, runs) {
                    guard let run else { continue }
                    curve.add(run, pages: pages)
                    if variant == 0 { known[pages, seed] = run }
                }
                guard runs.allSatisfy({ $0 != nil }) else { break }
                let needsAll = allBuffers ?? needsAllBuffers
                let successes = runs.count { run in
                    (needsAll ? run?.hasAllBuffers : run?.hasFewestBuffers) == true
                }
                search.record(successes: successes, of: trial)
            }
            guard !search.isOver else { return (search.answer.map { $0 * step }, curve, nil) }
            let what = variants[variant].name.isEmpty ? "the size" : variants[variant].name
            tally.missing.append("\(name): \(what)")
            return (
                nil, curve,
                SizeBounds(
                    tooSmallPages: search.bounds.tooSmall * step,
                    enoughPages: search.bounds.enough.map { $0 * step })
            )
        }
        let given = machine.areas[area].geometry.pages
        let main = try search(0, goal: goal, start: given, hasCurve: true)
        let near = main.pages ?? limit * step
        // The same runs tell of both, and every size with all buffers is one with the fewest.
        var (fewest, all) = (main.pages, main.pages)
        if main.curve.canHaveFewer, needsAllBuffers {
            let found = try search(0, goal: goal, start: near, allBuffers: false)
            fewest = found.bounds == nil ? [found.pages, main.pages].compactMap { $0 }.min() : nil
        } else if main.curve.canHaveFewer {
            let found = try search(0, goal: goal, start: near, allBuffers: true).pages
            all = found.flatMap { found in main.pages.map { max(found, $0) } }
        }
        // Nothing is drawn at random on an empty machine.
        let once = SuccessGoal(share: 1, seeds: 1) ?? goal
        let empty = try search(1, goal: once, start: near)
        let unpinned =
            SizeVariant.isDisturbed(machine) ? try search(2, goal: goal, start: near).pages : main.pages
        var others: [SizeAlternative] = []
        for variant in variants.indices.dropFirst(Self.fixedVariants.count) {
            let other = try search(variant, goal: goal, start: near)
            if other.bounds == nil {
                others.append(SizeAlternative(name: variants[variant].name, pages: other.pages))
            }
        }
        let placed = try main.pages.map { pages throws(CommandFailure) in
            try resized(plan.run.machine, area: area, pages: pages).areas[area].geometry.basePFN
        }
        var sized = SizedArea(
            name: name, pages: main.pages, fewestBuffersPages: fewest, allBuffersPages: all,
            limitPages: limit * step, givenPages: given, basePFN: placed, curve: main.curve.points,
            limits: SizeLimits(
                heldPages: empty.pages.map { empty.curve.heldPages(at: $0) }
                    ?? main.curve.heldPages(at: near),
                emptyPages: empty.pages, unpinnedPages: unpinned,
                obstacles: main.curve.obstacles(below: main.pages)),
            alternatives: others,
            kernel: main.pages.map { pages in
                KernelSetting(
                    name: name, pages: pages, basePFN: givenBase(of: area) == placed ? placed : nil,
                    isDefault: area == 0)
            })
        sized.bounds = main.bounds
        return sized
    }

    /// Makes runs at the same time. One that crashes or hangs tells nothing about sizes and ends it all.
    ///
    /// - Returns: the signal that interrupted, if one did.
    private func execute(
        _ jobs: [Job], _ interruption: Interruption, onInterruption: (_ running: Int) -> Void,
        onRun: (Int, SizedRun) -> Void
    ) throws(CommandFailure) -> Int32? {
        var failure: CommandFailure?
        let signal = try workers.execute(
            jobs.count, plan: { _ in plan }, task: { try task(of: jobs[$0]) },
            interruption: interruption, onInterruption: onInterruption,
            onOutcome: { index, outcome in
                switch outcome {
                case .record(let record):
                    let area = jobs[index].area
                    onRun(
                        index,
                        SizedRun(
                            record, area: area, needsAllBuffers: needsAllBuffers,
                            instancesElsewhere: instances(notIn: area)))
                case .failed(let line):
                    let seed = plan.run.machine.seed + UInt64(jobs[index].seed)
                    let size = Human.size(pages: jobs[index].pages)
                    failure = failure ?? CommandFailure(.runFailed, "seed \(seed) at \(size): \(line)")
                }
            })
        if let failure { throw failure }
        return signal
    }

    /// Names of the instances whose devices other areas serve.
    private func instances(notIn area: Int) -> Set<String> {
        Set(plan.run.instances.lazy.filter { $0.area != area }.map(\.name))
    }

    private func resized(
        _ machine: MachineConfiguration, area: Int, pages: Int
    ) throws(CommandFailure) -> MachineConfiguration {
        do throws(AreaLayout.Refusal) {
            return try machine.resized(area: area, pages: pages, base: base(of: area))
        } catch {
            throw CommandFailure(.internalError, "\(error)")
        }
    }

    /// Runs of the machine as it is that were made before, by size and seed.
    private struct KnownRuns {
        private var runs: [Int: [Int: SizedRun]] = [:]

        subscript(pages: Int, seed: Int) -> SizedRun? {
            get { runs[pages]?[seed] }
            set { runs[pages, default: [:]][seed] = newValue }
        }
    }

    // MARK: The worker's side

    /// One run.
    private struct Job {
        var area: Int
        var variant: SizeVariant
        var pages: Int
        /// Number of the seed, from 0.
        var seed: Int
    }

    private func task(of job: Job) throws -> Worker.Task {
        var run = plan.run
        job.variant.apply(to: &run)
        run.machine = try resized(run.machine, area: job.area, pages: job.pages)
        run.machine.seed += UInt64(job.seed)
        return Worker.Task(run: run, sandbox: try sandboxing.sandbox(for: run, timeout: timeout))
    }
}
