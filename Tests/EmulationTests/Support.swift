import Emulation
import Measurement
import PhysicalMemory
import Testing

/// A machine of 512 MiB with a free area at 256 MiB, or one filled as asked.
func makeMachine(
    pages: Int = 512, fill: Double = 0, pins: Int = 0, seed: UInt64 = 1, forcedMode: AllocationMode? = nil,
    hasContents: Bool = false
) throws -> EmulatedMachine {
    let area = try #require(AreaGeometry(basePFN: 65_536, pages: pages))
    var configuration = MachineConfiguration(
        memoryPages: max(131_072, 65_536 + pages), area: area, seed: seed,
        start: .generated(fill: fill, pins: pins), forcedMode: forcedMode)
    configuration.hasContents = hasContents
    return try EmulatedMachine(configuration)
}

/// A plugin of no interest to the machine.
let anyPlugin = PluginRecord(name: "test", id: "test", version: "1", contentHash: "0", parameters: [])

extension EmulatedMachine {
    func allocate(_ count: Int, align: Int = 0, _ mode: AllocationMode = .normal, device: Int) -> Int? {
        allocate(AllocationRequest(count: count, align: align), mode: mode, device: device)
    }

    var runRecord: RunRecord { record(plugins: [anyPlugin]) }

    /// A buffer of equal chunks; nil when it is refused.
    func addBuffer(toSet set: Int, chunks pfns: some Collection<Int>, chunkPages: Int) -> Int? {
        try? addBuffer(toSet: set, segments: pfns.map { (pfn: $0, pages: chunkPages) })
    }

    /// A set of `count` buffers, each one allocation of `pages` pages: closed, its numbers and pfns.
    func gather(
        _ name: String = "capture", buffers count: Int, pages: Int, device: Int
    ) throws -> (set: Int, pfns: [Int]) {
        let set = try #require(openSet(named: name, wanted: count, minimum: 1, device: device))
        var pfns: [Int] = []
        for index in 0..<count {
            let pfn = try #require(allocate(pages, device: device))
            #expect(addBuffer(toSet: set, chunks: [pfn], chunkPages: pages) == index)
            pfns.append(pfn)
        }
        #expect(closeSet(set) == count)
        return (set, pfns)
    }
}

extension VirtualTasks {
    /// Runs bodies with as many threads.
    static func run(on timeline: Timeline, _ bodies: [() -> Void]) -> Bool {
        guard let tasks = try? VirtualTasks(count: bodies.count) else { return false }
        return tasks.run(on: timeline, bodies)
    }
}
