import AllocationStrategies
import Emulation
import PhysicalMemory

/// A strategy whose rule is a function of a plugin.
final class PluginStrategy: GatheringStrategy {
    private let function: ForeignFunction
    private let name: String
    private var machine: EmulatedMachine?
    private var recorder: HostCallRecorder?
    /// One for each device that it has gathered for: it may work for several at the same time.
    private var tables: [Int: Table] = [:]
    private let session: HostSession
    private let number: Int

    private struct Table {
        var host: HostTable
        var instance: PluginInstance
        /// In front of the table; nil when nobody watches.
        var instruments: InstrumentedTable?
    }

    /// - Parameter number: what the flight recorder knows it by.
    init(function: ForeignFunction, name: String, number: Int, session: HostSession) {
        self.function = function
        self.name = name
        self.number = number
        self.session = session
    }

    /// The machine that the strategy works on; nothing is gathered before it is known.
    ///
    /// - Parameter recorder: what its host calls lead through.
    func attach(to machine: EmulatedMachine, recorder: HostCallRecorder?) {
        self.machine = machine
        self.recorder = recorder
    }

    private func table(for device: Int) -> Table? {
        if let known = tables[device] { return known }
        guard let machine else { return nil }
        let instance = PluginInstance(
            machine: machine, session: session, name: name, number: number, role: .strategy(device: device))
        guard let host = HostTable(instance) else { return nil }
        var table = Table(host: host, instance: instance)
        do throws(ForeignCallError) {
            if let recorder {
                table.instruments = try InstrumentedTable(over: host, instance: instance, recorder: recorder)
            }
        } catch {
            machine.log(level: 3, "\(name) gathers nothing: \(error)")
            return nil
        }
        tables[device] = table
        return table
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        guard let device = access.device, let table = table(for: device),
            let area = HandleSpace.pointer(HandleSpace.areas, device)
        else { return [] }
        let geometry = access.area.geometry
        return withUnsafeTemporaryAllocation(of: OpaquePointer?.self, capacity: request.wanted) { chunks in
            chunks.initialize(repeating: nil)
            let arguments: [ForeignValue] = [
                .ptr(table.instruments?.address ?? table.host.address), .ptr(UnsafeMutableRawPointer(area)),
                .size(UInt(request.wanted)),
                .size(UInt(request.chunkPages)), .u32(UInt32(request.align)),
                .ptr(UnsafeMutableRawPointer(chunks.baseAddress)),
            ]
            let result = try? table.instance.run { try function.call(arguments) }
            guard case .size(let got)? = result else { return [] }
            if got > UInt(request.wanted) {
                machine?.log(
                    level: 3, "the strategy says it got \(got) chunks, more than the \(request.wanted) wanted"
                )
            }
            return chunks.prefix(Int(min(got, UInt(request.wanted)))).map { chunk in
                let pfn = HandleSpace.index(chunk, HandleSpace.pageBase, below: geometry.endPFN)
                return pfn.flatMap { geometry.offset(ofPFN: $0) } ?? -1 - geometry.basePFN
            }
        }
    }
}
