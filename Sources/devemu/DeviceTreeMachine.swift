import Emulation
import KernelFormats
import PhysicalMemory
import PluginHost
import Reporting

/// The areas of a machine as its device tree has them, in place of those of a scene or of `--area`.
struct DeviceTreeMachine {
    /// Addresses of memory are counted from its start, which has to lie on the largest block of the buddy
    /// allocator, so that every alignment stays what it is.
    private static let startAlignment: UInt64 = 4 << 20

    let memoryPages: Int
    /// The default area first, then in the tree's order.
    let areas: [(name: String, geometry: AreaGeometry, devices: [String])]

    /// - Throws: when the tree has no area, or its memory has holes or another size than can be emulated.
    init(reading path: String, memory: String?) throws(CommandFailure) {
        let bytes = memory.flatMap(MemorySize.init(parsing:))?.bytes
        let layout = try BootInput(reading: [path]).layout(memoryBytes: bytes)
        func refuse(_ reason: String) -> CommandFailure { CommandFailure(.badInput, "\(path): \(reason)") }
        guard layout.memory.count == 1, let range = layout.memory.first,
            range.lowerBound.isMultiple(of: Self.startAlignment)
        else {
            throw refuse("memory is not one stretch that starts on 4 MiB, which is all that can be emulated")
        }
        let pages = (range.upperBound - range.lowerBound) >> 12
        guard (1024...UInt64(MachineMemory.pageLimit)).contains(pages) else {
            throw refuse("memory of \(pages >> 8) MiB is not from 4 MiB to 64 GiB")
        }
        memoryPages = Int(pages)
        let usable = layout.areas.filter { $0.kind == .cma && $0.refusal == nil }
        areas = (usable.filter(\.isDefault) + usable.filter { !$0.isDefault }).compactMap { area in
            guard let base = area.base, range.contains(base), area.size <= range.upperBound - base,
                let geometry = AreaGeometry(
                    basePFN: Int((base - range.lowerBound) >> 12), pages: Int(area.size >> 12),
                    orderPerBit: area.orderPerBit)
            else { return nil }
            return (area.name, geometry, area.devices)
        }
        guard !areas.isEmpty else {
            let refusal = layout.areas.lazy.compactMap { area in
                area.refusal.map { "\(area.name): \($0.reason)" }
            }
            throw refuse(refusal.first ?? "no contiguous area is set up by it; see 'devemu areas'")
        }
    }

    /// Puts the areas into a machine, and each instance into the area of its `memory-region`: that of the
    /// device whose node is called like it. Others stay with the area of the same name, or get the default.
    func apply(to run: inout PluginRun) {
        let before = run.machine.areas.map(\.name)
        run.machine.memoryPages = memoryPages
        run.machine.areas = areas.map { ($0.name, $0.geometry) }
        for index in run.instances.indices {
            let instance = run.instances[index]
            let group = String(instance.name.prefix { $0 != "." })
            let own = areas.firstIndex { area in
                area.devices.contains { path in
                    (path.split(separator: "/").last ?? "").prefix { $0 != "@" } == group
                }
            }
            let sameName = areas.firstIndex { $0.name == before[instance.area] }
            run.instances[index].area = own ?? sameName ?? 0
        }
    }
}
