import AllocationStrategies
import Emulation
import Measurement
import PhysicalMemory
import Testing

/// Devices on areas and with strategies of their own, as instances of plugins have them.
@Suite struct InstanceDeviceTests {
    /// A machine with two areas that are mostly in use.
    private func machine(
        mutex: MutexScope = .machine, strategy: Strategy? = nil, mode: AllocationMode? = nil
    ) throws -> EmulatedMachine {
        let first = try #require(AreaGeometry(basePFN: 65_536, pages: 4096))
        let second = try #require(AreaGeometry(basePFN: 98_304, pages: 4096))
        var configuration = MachineConfiguration(
            memoryPages: 131_072, area: first, seed: 1, start: .generated(fill: 0.9, pins: 0),
            forcedMode: mode)
        configuration.areas = [("main", first), ("secure", second)]
        configuration.kernel.search.mutex = mutex
        configuration.strategy = strategy.map { .known($0) }
        return try EmulatedMachine(configuration)
    }

    @Test func `a device is served by its own area`() throws {
        let machine = try machine()
        let main = try #require(machine.registerDevice(named: "main"))
        let secure = try #require(machine.registerDevice(named: "secure", area: 1))
        #expect((65_536..<69_632).contains(try #require(machine.allocate(64, align: 4, device: main))))
        let pfn = try #require(machine.allocate(64, align: 4, device: secure))
        #expect((98_304..<102_400).contains(pfn))
        #expect(!machine.release(pfn: pfn, count: 64, device: main))
        #expect(machine.release(pfn: pfn, count: 64, device: secure))
        #expect(machine.runRecord.devices.map(\.area) == ["main", "secure"])
    }

    @Test(arguments: [-1, 2, .max])
    func `there is no device on an area that does not exist`(area: Int) throws {
        #expect(try machine().registerDevice(named: "isp", area: area) == nil)
    }

    @Test func `each device gathers by its own strategy, and its record names it`() throws {
        let machine = try machine()
        let bulk = try #require(Strategy.named("bulk"))
        let one = try #require(machine.registerDevice(named: "one", strategy: .known(bulk)))
        let other = try #require(machine.registerDevice(named: "other"))
        for device in [one, other] {
            let got = machine.gather(GatherRequest(wanted: 16, chunkPages: 16, align: 4), device: device)
            #expect(got.count == 16)
        }
        let devices = machine.runRecord.devices
        #expect(devices.map(\.strategy) == ["bulk", nil])
        #expect(devices[0].calls < devices[1].calls)
    }

    @Test func `a strategy or a mode of the run is stronger than a device's own`() throws {
        let bulk = try #require(Strategy.named("bulk"))
        let normal = try #require(Strategy.named("normal"))
        for machine in [try machine(strategy: normal), try machine(mode: .normal)] {
            let device = try #require(machine.registerDevice(named: "isp", strategy: .known(bulk)))
            #expect(
                machine.gather(GatherRequest(wanted: 8, chunkPages: 16, align: 4), device: device).count == 8)
            #expect(machine.runRecord.devices[0].strategy == nil)
            #expect(machine.runRecord.devices[0].calls == 8)
        }
    }

    @Test func `what a device's strategy holds for nobody is there before it asks`() throws {
        let machine = try machine()
        let pool = StrategyChoice.known(try #require(Strategy.named("pool")))
        machine.prepare(pool, area: 1)
        machine.prepare(pool, area: 7)
        let device = try #require(machine.registerDevice(named: "isp", area: 1, strategy: pool))
        let got = machine.gather(GatherRequest(wanted: 4, chunkPages: 16, align: 4), device: device)
        #expect(got.count == 4)
        #expect(machine.runRecord.devices[0].calls == 0)
    }

    @Test(arguments: [(MutexScope.machine, true), (MutexScope.area, false)])
    func `drivers on two areas wait for each other only where the machine has one mutex`(
        mutex: MutexScope, isShared: Bool
    ) throws {
        let machine = try machine(mutex: mutex)
        let bodies = try (0..<2).map { area in
            let device = try #require(machine.registerDevice(named: "device\(area)", area: area))
            return {
                for _ in 0..<8 { _ = machine.allocate(128, align: 7, device: device) }
            }
        }
        #expect(VirtualTasks.run(on: machine.clock, bodies))
        let waited = machine.runRecord.devices.map { $0.othersWaitedNanoseconds > 0 }
        #expect(waited.contains(true) == isShared)
    }

    @Test func `a log line says which instance it is from`() throws {
        let machine = try machine()
        machine.log(level: 6, "ready", from: "camera.2")
        machine.log(level: 6, "alone")
        #expect(machine.runRecord.log.map(\.instance) == ["camera.2", nil])
    }
}
