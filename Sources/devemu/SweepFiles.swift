import Emulation
import PhysicalMemory
import PluginHost
import Sweeps

/// The files that the runs of a sweep name, each read once.
final class SweepFiles {
    let plugins = PluginFiles()
    private var hashes: [String: String] = [:]
    private var contents: [String: [UInt8]] = [:]
    private var costs: [String: CostProfile] = [:]
    private var states: [String: MachineConfiguration] = [:]
    private var trees: [String: DeviceTreeMachine] = [:]
    /// Plugins and other files that have a part in runs, by path.
    private var pluginNames: [String: String] = [:]
    private var otherNames: [String: String] = [:]

    /// SHA-256 of the content of a file that is not a plugin.
    func hash(of path: String) throws -> String {
        if let known = hashes[path] { return known }
        let hash = try ContentHash(of: content(of: path)).description
        hashes[path] = hash
        return hash
    }

    /// Hash of a plugin that has a part in runs: of the copy that all of them load.
    ///
    /// - Parameter name: how the sweep names it; its file's for nil.
    /// - Throws: ``CommandFailure`` for a file that is no plugin, and for a plugin with libraries beside it, which
    ///   the hash would say nothing of.
    func hash(ofPlugin path: String, name: String? = nil) throws -> String {
        if pluginNames[path] == nil { pluginNames[path] = name ?? Self.name(of: path) }
        if let known = hashes[path] { return known }
        let content: (bytes: [UInt8], ownLibraries: [String])
        do {
            content = try plugins.content(ofPlugin: path)
        } catch {
            throw CommandFailure(Worker.status(of: error), "\(error)")
        }
        if let library = content.ownLibraries.first {
            throw CommandFailure(
                .pluginRefused,
                "\(path): needs \(library), which is not part of the system and could change during a sweep; link it "
                    + "statically")
        }
        let hash = try ContentHash(of: content.bytes).description
        hashes[path] = hash
        return hash
    }

    /// The bytes of a file, read once: what is hashed is what is used.
    private func content(
        of path: String, as kind: InputFile.Kind = .state
    ) throws(CommandFailure) -> [UInt8] {
        if let known = contents[path] { return known }
        let bytes = try InputFile.read(path, as: kind, named: .inFile)
        contents[path] = bytes
        return bytes
    }

    /// A profile that devemu has, or that of a file.
    func costs(_ name: String, path: String) throws(CommandFailure) -> CostProfile {
        if let known = costs[path] { return known }
        let profile = try CostsInput.read(path, option: nil) { path throws(CommandFailure) in
            try content(of: path, as: .costs)
        }
        if CostProfile.named(path) == nil { otherNames[path] = name }
        costs[path] = profile
        return profile
    }

    func state(_ name: String, path: String) throws(CommandFailure) -> MachineConfiguration {
        if let known = states[path] { return known }
        let machine = try MachineOptions.machine(
            recorded: content(of: path), in: path, seed: 1, forced: nil)
        otherNames[path] = name
        states[path] = machine
        return machine
    }

    /// - Parameter memory: bytes in place of what the tree says.
    func deviceTree(
        _ name: String, path: String, memory: Int?, kernel: Kernel
    ) throws(CommandFailure) -> DeviceTreeMachine {
        let key = "\(kernel.name) \(memory ?? 0) \(path)"
        if let known = trees[key] { return known }
        let tree = try DeviceTreeMachine(reading: path, memory: memory, kernel: kernel) {
            path throws(CommandFailure) in
            try content(of: path, as: .deviceTree)
        }
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
