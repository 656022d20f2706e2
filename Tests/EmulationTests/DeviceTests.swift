import Emulation
import Measurement
import PhysicalMemory
import Testing

@Suite struct DeviceTests {
    // MARK: Names

    @Test func `devices are numbered in the order in which they appear`() throws {
        let machine = try makeMachine()
        #expect(machine.registerDevice(named: "isp") == 0)
        #expect(machine.registerDevice(named: "codec") == 1)
        #expect(machine.deviceCount == 2)
        #expect(machine.runRecord.devices.map(\.name) == ["isp", "codec"])
    }

    @Test func `a name is given to one device only`() throws {
        let machine = try makeMachine()
        #expect(machine.registerDevice(named: "isp") == 0)
        #expect(machine.registerDevice(named: "isp") == nil)
        #expect(machine.deviceCount == 1)
    }

    @Test func `a name has 1 to 64 bytes`() throws {
        let machine = try makeMachine()
        #expect(machine.registerDevice(named: "") == nil)
        #expect(machine.registerDevice(named: String(repeating: "n", count: 65)) == nil)
        #expect(machine.registerDevice(named: String(repeating: "ü", count: 33)) == nil)
        #expect(machine.registerDevice(named: String(repeating: "n", count: 64)) == 0)
    }

    @Test func `a machine has room for so many devices and no more`() throws {
        let machine = try makeMachine()
        for number in 0..<EmulatedMachine.deviceLimit {
            #expect(machine.registerDevice(named: "device\(number)") == number)
        }
        #expect(machine.registerDevice(named: "one more") == nil)
        let last = EmulatedMachine.deviceLimit - 1
        let pfn = try #require(machine.allocate(4, device: last))
        #expect(!machine.release(pfn: pfn, count: 4, device: 0))
        #expect(machine.release(pfn: pfn, count: 4, device: last))
    }

    // MARK: Allocation and ownership

    @Test func `an allocation is known by its page frame number`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.allocate(16, device: isp) == 65_536)
        #expect(machine.allocate(16, align: 6, device: isp) == 65_536 + 64)
    }

    @Test func `a device gives back what it holds`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.area.allocatedPages == 0)
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 0)
    }

    @Test func `a device cannot release another device's pages`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(!machine.release(pfn: pfn, count: 16, device: codec))
        #expect(machine.area.allocatedPages == 16)
        #expect(machine.release(pfn: pfn, count: 16, device: isp))
    }

    @Test func `a release across two devices' pages is refused whole`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        let first = try #require(machine.allocate(8, device: isp))
        #expect(machine.allocate(8, device: codec) == first + 8)
        #expect(!machine.release(pfn: first, count: 16, device: isp))
        #expect(!machine.release(pfn: first, count: 9, device: isp))
        #expect(machine.area.allocatedPages == 16)
    }

    @Test func `a second release is refused`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(machine.release(pfn: pfn, count: 16, device: isp))
        #expect(!machine.release(pfn: pfn, count: 16, device: isp))
    }

    @Test func `part of an allocation can be given back, once`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(machine.release(pfn: pfn + 4, count: 4, device: isp))
        #expect(!machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 12)
    }

    @Test func `pages given back and taken by another belong to the other`() throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.allocate(16, device: codec) == pfn)
        #expect(!machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.release(pfn: pfn, count: 16, device: codec))
    }

    @Test(arguments: [
        (0, 16), (65_535, 16), (65_536, 17), (65_536, 0), (65_536, -1), (65_536, .max), (65_536, .min),
        (65_551, 2), (66_048, 1), (.max, 1), (.min, 1), (-1, 1), (.max, .max),
    ])
    func `a release of what is not held is refused whatever the numbers`(pfn: Int, count: Int) throws {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.allocate(16, device: isp) == 65_536)
        let now = machine.clock.now
        #expect(!machine.release(pfn: pfn, count: count, device: isp))
        #expect(machine.area.allocatedPages == 16)
        #expect(machine.clock.now == now)
    }

    // MARK: Figures

    @Test func `calls, failures, retries and moved pages are counted for the device that made them`() throws {
        let machine = try makeMachine(pages: 512)
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        machine.area[3] = .pinned
        for page in 16..<20 { machine.area[page] = .movable }
        #expect(machine.allocate(16, align: 4, device: isp) == 65_536 + 16)
        #expect(machine.allocate(512, device: isp) == nil)
        #expect(machine.allocate(1, device: codec) == 65_536)
        let record = machine.runRecord
        #expect(record.devices[isp].calls == 2)
        #expect(record.devices[isp].failedCalls == 1)
        #expect(record.devices[isp].chunks == 1)
        #expect(record.devices[isp].busyRetries == 1)
        #expect(record.devices[isp].pagesMigrated == 4)
        #expect(record.devices[isp].pagesHeldAtExit == 16)
        #expect(record.devices[codec].calls == 1)
        #expect(record.devices[codec].busyRetries == 0)
        #expect(record.elapsedNanoseconds == machine.clock.now)
        #expect(record.devices[codec].callNanoseconds.max > 0)
        #expect(record.devices[isp].callNanoseconds.max > record.devices[codec].callNanoseconds.max)
    }

    @Test func `a forced mode takes the place of the mode asked for`() throws {
        for forced in [nil, AllocationMode.cached] {
            let machine = try makeMachine(forcedMode: forced)
            let isp = try #require(machine.registerDevice(named: "isp"))
            machine.area[3] = .pinned
            let pfn = try #require(machine.allocate(16, align: 4, .normal, device: isp))
            #expect(machine.release(pfn: pfn, count: 16, device: isp))
            machine.area[3] = .free
            #expect(machine.allocate(16, align: 4, .normal, device: isp) == 65_536 + (forced == nil ? 0 : 16))
            #expect(machine.runRecord.mode == (forced == nil ? "as-asked" : "cached"))
        }
    }

    @Test func `a sleep moves the clock and a log line carries its time`() throws {
        let machine = try makeMachine()
        machine.sleep(nanoseconds: 500)
        machine.log(level: 6, "hello")
        #expect(machine.runRecord.log.map(\.nanoseconds) == [500])
        #expect(machine.runRecord.log.map(\.text) == ["hello"])
        #expect(machine.runRecord.elapsedNanoseconds == 500)
    }

    @Test func `log lines past the limit are dropped`() throws {
        let machine = try makeMachine()
        for number in 0..<EmulatedMachine.logLimit + 5 { machine.log(level: 6, "\(number)") }
        #expect(machine.runRecord.log.count == EmulatedMachine.logLimit)
        #expect(machine.runRecord.log.last?.text == "\(EmulatedMachine.logLimit - 1)")
    }
}
