import Emulation
import PhysicalMemory
import Scenes
import TextSupport

extension MachineOptions {
    /// The machine of `--device-tree`, else of the one that the scene names; nil without any.
    func deviceTreeMachine(of scene: SceneInput?) throws(CommandFailure) -> DeviceTreeMachine? {
        let wanted = scene?.scene.machine
        let named = wanted?.deviceTree.map { scene?.file($0) ?? $0 }
        guard let path = deviceTree ?? named else { return nil }
        let name = deviceTree == nil ? "machine.device_tree" : "--device-tree"
        for (other, value) in [("--area", area), ("--state", state), ("machine.state", wanted?.state)]
        where value != nil {
            throw CommandFailure(
                .configuration, "\(other) and \(name) both say what the areas are: drop one")
        }
        var bytes = memory.flatMap(MemorySize.init(parsing:))?.bytes
        if let wanted, wanted.deviceTree != nil, scene?.hasValue("machine.memory") == true {
            bytes = PageGeometry.standard.bytes(of: wanted.memoryPages)
        }
        let namer = deviceTree == nil ? InputFile.Namer.inFile : .commandLine
        let kernel = try kernel.map(KernelInput.read) ?? wanted?.kernel ?? .standard
        return try DeviceTreeMachine(reading: path, memory: bytes, kernel: kernel) {
            path throws(CommandFailure) in
            try InputFile.read(path, as: .deviceTree, named: namer)
        }
    }

    /// What is given in place of a scene's values, by options and by the environment.
    func given() throws(CommandFailure) -> [GivenSetting] {
        var given = GivenSetting.option(seed, "--seed", variable: "DEVEMU_SEED", path: "seed")
        given += GivenSetting.option(kernel, "--kernel", path: "machine.kernel")
        given += GivenSetting.option(costs, "--costs", path: "machine.costs")
        guard state == nil else { return given }
        given += GivenSetting.option(memory, "--memory", variable: "DEVEMU_MEMORY", path: "machine.memory")
        let area = GivenSetting.option(area, "--area", variable: "DEVEMU_AREA", path: "machine.areas[0]")
        for setting in area {
            let memory = MemorySize(parsing: memory ?? Terminal.environment("DEVEMU_MEMORY") ?? "1G")
            for (key, value) in Self.parts(of: setting.value, memoryPages: memory?.pages ?? 0) {
                given.append(
                    GivenSetting(
                        path: "\(setting.path).\(key)", value: value, source: setting.source,
                        written: setting.value))
            }
        }
        if let fill {
            given.append(
                GivenSetting(
                    path: "machine.fill", value: fill.isDigits ? fill + "%" : fill, source: "--fill",
                    written: fill))
        }
        return given + GivenSetting.option(pins, "--pins", path: "machine.pins")
    }

    /// size[@start[-end]] as the keys of a scene's area; an end decides where the area starts.
    private static func parts(of area: String, memoryPages: Int) -> [(key: String, value: String)] {
        let parts = area.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return [("size", area)] }
        var start = String(parts[1])
        if start.contains("-"), let placed = try? AreaPlacement(parsing: area, memoryPages: memoryPages) {
            start = "\(PageGeometry.standard.kibibytes(of: placed.geometry.basePFN))K"
        }
        return [("size", String(parts[0])), ("base", start)]
    }
}
