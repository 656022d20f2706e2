import AllocationStrategies
import Emulation
import ForeignCalls
import PhysicalMemory

/// A strategy whose rule is a function of a plugin.
final class PluginStrategy: GatheringStrategy {
    private let function: ForeignFunction
    private var table: HostTable?
    private var instance: PluginInstance?

    init(function: ForeignFunction) { self.function = function }

    /// The machine that the strategy works on; nothing is gathered before it is known.
    func attach(to machine: EmulatedMachine) {
        let instance = PluginInstance(machine: machine)
        self.instance = instance
        table = HostTable(instance)
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        guard let table, let instance, let device = access.device,
            let area = HandleSpace.pointer(HandleSpace.areas, device)
        else { return [] }
        instance.role = .strategy(device: device)
        let base = access.area.geometry.basePFN
        return withUnsafeTemporaryAllocation(of: OpaquePointer?.self, capacity: request.wanted) { chunks in
            chunks.initialize(repeating: nil)
            let result = try? function.call([
                .ptr(table.address), .ptr(UnsafeMutableRawPointer(area)), .size(UInt(request.wanted)),
                .size(UInt(request.chunkPages)), .u32(UInt32(request.align)),
                .ptr(UnsafeMutableRawPointer(chunks.baseAddress)),
            ])
            guard case .size(let got)? = result else { return [] }
            if got > UInt(request.wanted) {
                instance.machine.log(
                    level: 3, "the strategy says it got \(got) chunks, more than the \(request.wanted) wanted"
                )
            }
            return chunks.prefix(Int(min(got, UInt(request.wanted)))).map { chunk in
                let limit = base + access.pages
                let pfn = HandleSpace.index(chunk, HandleSpace.pageBase, below: limit)
                return pfn.map { $0 - base } ?? -1 - base
            }
        }
    }
}
