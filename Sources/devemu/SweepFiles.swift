import Emulation
import PhysicalMemory
import PluginHost
import Sweeps

/// The files that the runs of a sweep name, each read once.
final class SweepFiles {
    let plugins = PluginFiles()
    private var hashes: [String: String] = [:]
    private var costs: [String: CostProfile] = [:]
    private var states: [String: MachineConfiguration] = [:]
    private var trees: [String: DeviceTreeMachine] = [:]
    /// Plugins and other files that have a part in runs, by path.
    private var pluginNames: [String: String] = [:]
    private var otherNames: [String: String] = [:]

    /// SHA-256 of a file's content.
    func hash(of path: String) throws -> String {
        if let known = hashes[path] { return known }
        let hash = try ContentHash(of: Terminal.readFile(path)).description
        hashes[path] = hash
        return hash
    }

    /// Hash of a plugin that has a part in runs.
    /// - Parameter name: how the sweep names it; its file's for nil.
    func hash(ofPlugin path: String, name: String? = nil) throws -> String {
        if pluginNames[path] == nil { pluginNames[path] = name ?? Self.name(of: path) }
        return try hash(of: path)
    }

    /// A profile that devemu has, or that of a file.
    func costs(_ name: String, path: String) throws(CommandFailure) -> CostProfile {
        if let known = costs[path] { return known }
        let profile = try CostsInput.read(path, option: nil)
        if CostProfile.named(path) == nil { otherNames[path] = name }
        costs[path] = profile
        return profile
    }

    func state(_ name: String, path: String) throws(CommandFailure) -> MachineConfiguration {
        if let known = states[path] { return known }
        let machine = try MachineOptions.machine(recordedIn: path, seed: 1, forced: nil)
        otherNames[path] = name
        states[path] = machine
        return machine
    }

    /// - Parameter memory: bytes in place of what the tree says.
    func deviceTree(
        _ name: String, path: String, memory: Int?
    ) throws(CommandFailure) -> DeviceTreeMachine {
        let key = "\(memory ?? 0) \(path)"
        if let known = trees[key] { return known }
        let tree = try DeviceTreeMachine(reading: path, memory: memory)
        otherNames[path] = name
        trees[key] = tree
        return tree
    }

    /// Every plugin that was part of a run, in the order of the paths.
    func usedPlugins() throws -> [PlanHeader.File] { try Self.list(pluginNames, self) }

    /// Every other file that was part of a machine, in the order of the paths.
    func usedFiles() throws -> [PlanHeader.File] { try Self.list(otherNames, self) }

    private static func list(_ names: [String: String], _ files: SweepFiles) throws -> [PlanHeader.File] {
        try names.sorted { $0.key < $1.key }.map { path, name in
            PlanHeader.File(name: name, path: Terminal.absolute(path), sha256: try files.hash(of: path))
        }
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
