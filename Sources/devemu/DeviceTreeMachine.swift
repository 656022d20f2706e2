import Emulation
import KernelFormats
import PhysicalMemory
import PluginHost
import Scenes
import TextSupport

/// The machine of a device tree, in place of the memory and the areas of a scene or of `--area`.
struct DeviceTreeMachine {
    private let path: String
    private let machine: BootedMachine

    /// - Parameters:
    ///   - bytes: of memory, in place of what the tree says.
    ///   - kernel: sets the areas up.
    ///   - read: gives the bytes of a file.
    /// - Throws: when the tree has no area, or its memory another size than can be emulated.
    init(
        reading path: String, memory bytes: Int?, kernel: Kernel,
        by read: (String) throws(CommandFailure) -> [UInt8]
    ) throws(CommandFailure) {
        self.path = path
        let input = try BootInput(reading: [path], by: read)
        do {
            machine = try BootedMachine(input.layout(memoryBytes: bytes, on: kernel))
        } catch let error as BootedMachine.Refusal {
            throw CommandFailure(.badInput, "\(path): \(error)")
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.internalError, "\(path): \(error)")
        }
    }

    /// The default area first, then in the tree's order; one or more.
    var areas: [(name: String, geometry: AreaGeometry)] { machine.areas.map { ($0.name, $0.geometry) } }

    /// Gives a machine the memory and the areas of the tree.
    func place(in configuration: inout MachineConfiguration) {
        configuration.firstPFN = machine.firstPFN
        configuration.memoryPages = machine.memoryPages
        configuration.absent = machine.absent
        configuration.areas = areas
    }

    /// Whether the tree says where an area lies, by number, instead of leaving that to the kernel.
    func hasFixedBase(_ area: Int) -> Bool { machine.areas[area].isFixed }

    /// Puts memory and areas into a machine, and each instance into the area of its `memory-region`: that of
    /// the device whose node is called like it. Others stay with the area of the same name, or get the default.
    func apply(to run: inout PluginRun) {
        let before = run.machine.areas.map(\.name)
        place(in: &run.machine)
        for index in run.instances.indices {
            let instance = run.instances[index]
            let sameName =
                before.indices.contains(instance.area)
                ? areas.firstIndex { $0.name == before[instance.area] } : nil
            run.instances[index].area = region(of: instance) ?? sameName ?? 0
        }
    }

    /// Puts each instance of a scene that names the tree into the area that it names, else into that of its
    /// `memory-region`, else into the default area.
    /// - Parameter devices: of the scene; none when others are in their place.
    func serve(
        _ instances: inout [PluginRun.Instance], of scene: SceneInput, named devices: [DeviceScene]
    ) throws(CommandFailure) {
        for index in instances.indices {
            let device = devices.first { $0.name == instances[index].name }
            guard let name = device?.areaName else {
                instances[index].area = region(of: instances[index]) ?? 0
                continue
            }
            guard let area = areas.firstIndex(where: { $0.name == name }) else {
                let known = areas.map(\.name).joined(separator: ", ")
                let place = scene.place(of: "\(Self.group(of: instances[index])).area")
                throw CommandFailure(
                    .badInput, "\(place): no area \(quoted(name)) is set up by \(path); there are \(known)")
            }
            instances[index].area = area
        }
    }

    private func region(of instance: PluginRun.Instance) -> Int? {
        let group = Self.group(of: instance)
        return machine.areas.firstIndex { area in
            area.devices.contains { path in
                (path.split(separator: "/").last ?? "").prefix { $0 != "@" } == group
            }
        }
    }

    /// The device of a scene that an instance is one of.
    private static func group(of instance: PluginRun.Instance) -> String {
        String(instance.name.prefix { $0 != "." })
    }
}
