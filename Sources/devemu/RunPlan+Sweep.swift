import Emulation
import PhysicalMemory
import PluginHost
import Scenes

extension RunPlan {
    /// A run of a scene as it is: no option and no variable of the environment replaces any of its values.
    init(_ scene: SceneInput, files: SweepFiles) throws(CommandFailure) {
        let wanted = scene.scene.machine
        var tree: DeviceTreeMachine?
        if let name = wanted.deviceTree {
            tree = try files.deviceTree(
                name, path: scene.file(name),
                memory: scene.hasValue("machine.memory")
                    ? PageGeometry.standard.bytes(of: wanted.memoryPages) : nil, kernel: wanted.kernel)
        }
        var problems: [CommandFailure] = []
        var machine = try scene.machine(of: tree)
        if let name = wanted.state {
            let names = machine.areas.map(\.name)
            let seed = machine.seed
            machine = try files.state(name, path: scene.file(name))
            machine.seed = seed
            try machine.nameAreas(names)
        }
        machine.kernel = wanted.kernel
        do {
            machine.chosenCosts = (
                wanted.costs, try files.costs(wanted.costs, path: scene.file(wanted.costs))
            )
        } catch {
            problems.append(CommandFailure(error.status, "\(scene.place(of: "machine.costs")): \(error)"))
        }
        scene.scene.background.apply(to: &machine)
        let devices = SceneInstances(scene)
        problems += devices.problems
        run = PluginRun(instances: devices.instances, machine: machine)
        try tree?.serve(&run.instances, of: scene, named: scene.scene.devices)
        run.scene = (scene.name, scene.scene.summary)
        run.durationNanoseconds = scene.scene.durationNanoseconds ?? 0
        run.instruments = FaultRuleInput(run).instruments(of: scene, problems: &problems)
        self.scene = scene
        trace = nil
        self.problems = problems
        given = []
        choices = []
        replacesDevices = false
        self.tree = tree
    }

    /// The same run under a strategy in place of what each driver chooses, with another seed.
    func with(strategy: StrategyInput?, seed: UInt64) -> RunPlan {
        var plan = self
        plan.run.machine.seed = seed
        plan.run.machine.strategy = strategy?.known.map { .known($0) }
        plan.run.strategyPath = strategy?.path
        return plan
    }
}
