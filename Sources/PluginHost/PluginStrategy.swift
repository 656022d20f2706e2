import AllocationStrategies
import Emulation
import ForeignCalls
import PhysicalMemory

/// A strategy whose rule is a function of a plugin.
final class PluginStrategy: GatheringStrategy {
    private let function: ForeignFunction
    private let name: String
    private var machine: EmulatedMachine?
    private var recorder: HostCallRecorder?
    /// One for each device that it has gathered for: it may work for several at the same time.
    private var tables: [Int: (host: HostTable, instruments: InstrumentedTable?)] = [:]

    init(function: ForeignFunction, name: String) {
        self.function = function
        self.name = name
    }

    /// The machine that the strategy works on; nothing is gathered before it is known.
    ///
    /// - Parameter recorder: what its host calls lead through.
    func attach(to machine: EmulatedMachine, recorder: HostCallRecorder?) {
        self.machine = machine
        self.recorder = recorder
    }

    private func table(for device: Int) -> UnsafeMutableRawPointer? {
        guard let machine else { return nil }
        if tables[device] == nil {
            let instance = PluginInstance(machine: machine, name: name, role: .strategy(device: device))
            let table = HostTable(instance)
            do throws(ForeignCallError) {
                var instruments: InstrumentedTable?
                if let recorder {
                    instruments = try InstrumentedTable(over: table, instance: instance, recorder: recorder)
                }
                tables[device] = (table, instruments)
            } catch {
                machine.log(level: 3, "\(name) gathers nothing: \(error)")
            }
        }
        return tables[device].map { $0.instruments?.address ?? $0.host.address }
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        guard let device = access.device, let table = table(for: device),
            let area = HandleSpace.pointer(HandleSpace.areas, device)
        else { return [] }
        let base = access.area.geometry.basePFN
        return withUnsafeTemporaryAllocation(of: OpaquePointer?.self, capacity: request.wanted) { chunks in
            chunks.initialize(repeating: nil)
            let result = try? function.call([
                .ptr(table), .ptr(UnsafeMutableRawPointer(area)), .size(UInt(request.wanted)),
                .size(UInt(request.chunkPages)), .u32(UInt32(request.align)),
                .ptr(UnsafeMutableRawPointer(chunks.baseAddress)),
            ])
            guard case .size(let got)? = result else { return [] }
            if got > UInt(request.wanted) {
                machine?.log(
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
