import Emulation
import Measurement
import PhysicalMemory
import Testing

/// A machine of 512 MiB with a free area at 256 MiB, or one filled as asked.
func makeMachine(
    pages: Int = 512, fill: Double = 0, pins: Int = 0, seed: UInt64 = 1, forcedMode: AllocationMode? = nil
) throws -> EmulatedMachine {
    let area = try #require(AreaGeometry(basePFN: 65_536, pages: pages))
    return try EmulatedMachine(
        MachineConfiguration(
            memoryPages: max(131_072, 65_536 + pages), area: area, seed: seed,
            start: .generated(fill: fill, pins: pins),
            forcedMode: forcedMode))
}

/// A plugin of no interest to the machine.
let anyPlugin = PluginRecord(name: "test", id: "test", version: "1", contentHash: "0", parameters: [])

extension EmulatedMachine {
    func allocate(_ count: Int, align: Int = 0, _ mode: AllocationMode = .normal, device: Int) -> Int? {
        allocate(AllocationRequest(count: count, align: align), mode: mode, device: device)
    }

    var runRecord: RunRecord { record(plugins: [anyPlugin]) }
}
