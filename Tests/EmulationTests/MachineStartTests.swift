import Emulation
import Measurement
import PhysicalMemory
import Recordings
import Testing

@Suite struct MachineStartTests {
    /// 64 pages: 8 free, 24 in use (page 10 pinned), 24 free, 8 held.
    static let recording = """
        # cma oracle 1
        kernel version=6.1.192
        scenario mode=normal mem=512M
        area base_pfn=65536 pages=64 order_per_bit=0 pageblock_pages=512
        pages .64
        pin offset=10 ok=1
        pages .8a24.24C8
        alloc count=16 align=4 -> offset=32 ret=0 ns=9 isolate_ns=1 lru_disable_ns=1 migrate_ns=1 \
        drain_ns=1 migrated=0 migrate_failed=0 busy=0,16
        pages .64
        free pages=900 cma=28

        """

    /// What a run of some devices measures.
    private func play(_ machine: EmulatedMachine) throws -> RunRecord {
        var generator = SeededGenerator(seed: 42)
        for name in ["isp", "codec"] {
            let device = try #require(machine.registerDevice(named: name))
            let set = try #require(machine.openSet(named: name, wanted: 40, minimum: 10, device: device))
            for _ in 0..<40 {
                let mode = AllocationMode.named[generator.below(5)].mode
                guard let pfn = machine.allocate(16, align: generator.below(5), mode, device: device) else {
                    continue
                }
                if generator.below(3) == 0 {
                    #expect(machine.release(pfn: pfn, count: 16, device: device))
                } else {
                    _ = machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 16)
                }
            }
            #expect(machine.closeSet(set) != nil)
        }
        machine.log(level: 6, "done")
        return machine.runRecord
    }

    // MARK: Generated

    @Test(arguments: [0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 1])
    func `a generated start is as full as asked for`(fill: Double) throws {
        for seed: UInt64 in [1, 2, 3] {
            let machine = try makeMachine(pages: 1 << 18, fill: fill, seed: seed)
            let counts = machine.area.counts(in: 0..<1 << 18)
            let share = Double(counts.movable) / Double(1 << 18)
            #expect(abs(share - fill) <= 0.03, "seed \(seed): \(share)")
            #expect(counts.held == 0)
            #expect(counts.pinned == 0)
        }
    }

    @Test func `an area that shall be empty has not one page in use`() throws {
        let machine = try makeMachine(pages: 4096, fill: 0)
        #expect(machine.area.counts(in: 0..<4096).free == 4096)
    }

    @Test(arguments: [0, 1, 10, 100, 2000, 4096, 5000])
    func `a generated start has exactly the pins asked for, at most one a page`(pins: Int) throws {
        let machine = try makeMachine(pages: 4096, fill: 0.5, pins: pins)
        #expect(machine.area.counts(in: 0..<4096).pinned == min(pins, 4096))
    }

    @Test func `pins are scattered over the whole area`() throws {
        let machine = try makeMachine(pages: 4096, fill: 0.5, pins: 400)
        for quarter in 0..<4 {
            let pinned = machine.area.counts(in: quarter * 1024..<(quarter + 1) * 1024).pinned
            #expect((60...140).contains(pinned))
        }
    }

    @Test func `the same seed gives the same run, to the last figure`() throws {
        let first = try play(try makeMachine(pages: 4096, fill: 0.6, pins: 60, seed: 7))
        let second = try play(try makeMachine(pages: 4096, fill: 0.6, pins: 60, seed: 7))
        #expect(first == second)
        #expect(first.devices.contains { $0.busyRetries > 0 })
        #expect(first.devices.contains { $0.pagesMigrated > 0 })
    }

    @Test func `another seed gives another start`() throws {
        let pages = 0..<4096
        let first = try makeMachine(pages: 4096, fill: 0.6, pins: 60, seed: 7)
        let second = try makeMachine(pages: 4096, fill: 0.6, pins: 60, seed: 8)
        #expect(pages.contains { first.area[$0] != second.area[$0] })
        #expect(first.runRecord.areas[0].strip != second.runRecord.areas[0].strip)
    }

    @Test func `the record of the start adds up to the area`() throws {
        let machine = try makeMachine(pages: 4096, fill: 0.6, pins: 60, seed: 7)
        let counts = machine.area.counts(in: 0..<4096)
        let area = machine.runRecord.areas[0]
        #expect(area.start.free == counts.free)
        #expect(area.start.movable == counts.movable)
        #expect(area.start.pinned == 60)
        #expect(area.start.held == 0)
        #expect(area.strip.count == 64)
        #expect(area.strip.allSatisfy { $0.free + $0.movable + $0.pinned + $0.held == 64 })
        #expect(area.strip.reduce(0) { $0 + $1.pinned } == 60)
    }

    @Test func `the strip shows the area when the last set was closed, the start stays`() throws {
        let machine = try makeMachine(pages: 512)
        let isp = try #require(machine.registerDevice(named: "isp"))
        let set = try #require(machine.openSet(named: "preview", wanted: 1, minimum: 1, device: isp))
        #expect(machine.allocate(100, device: isp) == 65_536)
        #expect(machine.runRecord.areas[0].strip.reduce(0) { $0 + $1.held } == 0)
        #expect(machine.closeSet(set) == 0)
        #expect(machine.release(pfn: 65_536, count: 100, device: isp))
        #expect(machine.runRecord.areas[0].strip.reduce(0) { $0 + $1.held } == 100)
        #expect(machine.runRecord.areas[0].strip[0].held == 8)
        #expect(machine.runRecord.areas[0].start.free == 512)
    }

    @Test(arguments: [1, 63, 64, 100])
    func `a strip has no more stretches than the area has pages, and at most 64`(pages: Int) throws {
        let strip = try makeMachine(pages: pages).runRecord.areas[0].strip
        #expect(strip.count == min(pages, 64))
        #expect(strip.reduce(0) { $0 + $1.free } == pages)
    }

    // MARK: Recorded

    @Test func `a recorded start has the recorded area, memory and pages`() throws {
        let recording = try Recording(parsing: Array(Self.recording.utf8))
        let configuration = try MachineConfiguration(
            startingAt: MachineState(startOf: recording), seed: 1, forcedMode: nil)
        #expect(configuration.memoryPages == 131_072)
        #expect(configuration.areas[0].geometry == AreaGeometry(basePFN: 65_536, pages: 64))
        let machine = try EmulatedMachine(configuration)
        let start = machine.runRecord.areas[0].start
        #expect([start.free, start.movable, start.pinned, start.held] == [32, 23, 1, 8])
    }

    @Test func `a machine without a recorded memory size ends where its area does`() throws {
        let text = Self.recording.replacing(" mem=512M", with: "")
        let recording = try Recording(parsing: Array(text.utf8))
        let configuration = try MachineConfiguration(
            startingAt: MachineState(startOf: recording), seed: 1, forcedMode: nil)
        #expect(configuration.memoryPages == 65_536 + 64)
    }

    @Test func `pages that the recorded kernel held belong to no device`() throws {
        let recording = try Recording(parsing: Array(Self.recording.utf8))
        let machine = try EmulatedMachine(
            try MachineConfiguration(startingAt: MachineState(startOf: recording), seed: 1, forcedMode: nil))
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(!machine.release(pfn: 65_536 + 56, count: 8, device: isp))
    }

    @Test func `a configuration with another area than its recording's has the recording's`() throws {
        let recording = try Recording(parsing: Array(Self.recording.utf8))
        let small = try #require(AreaGeometry(basePFN: 65_536, pages: 1))
        let machine = try EmulatedMachine(
            MachineConfiguration(
                memoryPages: 131_072, area: small, seed: 1,
                start: .recorded(MachineState(startOf: recording)), forcedMode: nil))
        let isp = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.allocate(10, device: isp))
        #expect(!machine.release(pfn: pfn, count: 11, device: isp))
        #expect(machine.release(pfn: pfn, count: 10, device: isp))
    }
}
