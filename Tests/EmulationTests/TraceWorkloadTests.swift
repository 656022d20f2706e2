import Emulation
import KernelFormats
import Measurement
import PhysicalMemory
import Testing

/// The requests of traces as loads of devices.
@Suite struct TraceWorkloadTests {
    private func workload(_ text: String) throws -> TraceWorkload {
        TraceWorkload(try FTrace(parsing: Array(text.utf8)), name: "test")
    }

    /// One call that got pages, as two lines.
    private func call(
        _ task: String, at microseconds: Int, pfn: String, count: Int, area: String = "x"
    ) -> String {
        let begin = String(100_000 + microseconds).dropFirst()
        let end = String(100_001 + microseconds).dropFirst()
        return """
            \(task) [000] ..... 1.0\(begin): cma_alloc_start: name=\(area) count=\(count) align=0
            \(task) [000] ..... 1.0\(end): cma_alloc_finish: name=\(area) pfn=0x\(pfn) page=01 count=\(count) align=0

            """
    }

    private func release(_ task: String, at microseconds: Int, pfn: String, count: Int, area: String = "x")
        -> String
    {
        let time = String(100_000 + microseconds).dropFirst()
        return
            "\(task) [000] ..... 1.0\(time): cma_release: name=\(area) pfn=0x\(pfn) page=01 count=\(count)\n"
    }

    @Test func `every task that allocates is a device, and what it got is given back by it`() throws {
        let found = try workload(
            call("a-1", at: 0, pfn: "10000", count: 4) + call("b-2", at: 10, pfn: "10010", count: 8)
                + release("c-3", at: 20, pfn: "10000", count: 4))
        #expect(found.loads.map(\.name) == ["a-1", "b-2"])
        #expect(
            found.loads[0].requests.map(\.action) == [
                .allocate(AllocationRequest(count: 4, align: 0)), .release(request: 0),
            ])
        #expect(found.loads[0].requests.map(\.nanoseconds) == [0, 20_000])
        #expect(found.loads.map(\.minimum) == [1, 1])
        #expect(found.record.releases == 1)
        #expect(found.record.assumed.isEmpty)
    }

    @Test func `releases in parts wait for the last, and those of older pages are counted`() throws {
        let found = try workload(
            call("a-1", at: 0, pfn: "10000", count: 8) + release("a-1", at: 10, pfn: "10000", count: 4)
                + release("a-1", at: 20, pfn: "10004", count: 4)
                + release("a-1", at: 30, pfn: "9000", count: 4))
        #expect(found.loads[0].requests.count == 2)
        #expect(found.loads[0].requests.last?.nanoseconds == 20_000)
        #expect(found.record.unknownReleases == 1)
        #expect(found.record.assumed.count == 1)
    }

    @Test func `of many tasks those with one name are a device, or all of an area`() throws {
        let same = (0..<40).map {
            call("job-\(100 + $0)", at: 4 * $0, pfn: String(65536 + 16 * $0, radix: 16), count: 4)
        }
        #expect(try workload(same.joined()).loads.map(\.name) == ["job"])
        let all = (0..<40).map {
            call("job\($0)-\(100 + $0)", at: 4 * $0, pfn: String(65536 + 16 * $0, radix: 16), count: 4)
        }
        #expect(try workload(all.joined()).loads.map(\.name) == ["x"])
    }

    @Test func `a machine gets the areas that the trace shows, at their place`() throws {
        var found = try workload(
            call("a-1", at: 0, pfn: "10000", count: 4, area: "one")
                + call("a-1", at: 10, pfn: "30200", count: 1024, area: "two"))
        #expect(found.loads.map(\.name) == ["a-1@one", "a-1@two"])
        let area = try #require(AreaGeometry(basePFN: 1 << 17, pages: 65536))
        var machine = MachineConfiguration(
            memoryPages: 1 << 18, area: area, seed: 1, start: .generated(fill: 0.9, pins: 300),
            forcedMode: nil)
        found.place(in: &machine, pins: false)
        #expect(machine.areas.map(\.name) == ["one", "two"])
        #expect(machine.areas.map(\.geometry.basePFN) == [0x10000, 0x30200])
        #expect(machine.areas.map(\.geometry.pages) == [512, 1024])
        #expect(!found.record.assumed.isEmpty)
    }

    @Test(arguments: ["fff00000", "480000000", "500000"])
    func `an area far above address 0 stays at its place, in memory that begins below it`(pfn: String) throws
    {
        var found = try workload(call("a-1", at: 0, pfn: pfn, count: 4))
        let area = try #require(AreaGeometry(basePFN: 1 << 17, pages: 65536))
        var machine = MachineConfiguration(
            memoryPages: 1 << 18, area: area, seed: 1, start: .generated(fill: 0.9, pins: 300),
            forcedMode: nil)
        found.place(in: &machine, pins: false)
        #expect(machine.areas[0].geometry.basePFN == Int(pfn, radix: 16))
        #expect(machine.firstPFN > 0)
        #expect(machine.firstPFN.isMultiple(of: 1 << 18))
        #expect(found.record.assumed.contains("memory from page \(machine.firstPFN) on"))
        let emulated = try EmulatedMachine(machine)
        #expect(emulated.area.geometry.basePFN == Int(pfn, radix: 16))
        emulated.area.memory.end()
    }

    @Test func `an area beyond what is emulated is put elsewhere, and the record says so`() throws {
        var found = try workload(call("a-1", at: 0, pfn: "fffff00000", count: 4))
        let area = try #require(AreaGeometry(basePFN: 1 << 17, pages: 65536))
        var machine = MachineConfiguration(
            memoryPages: 1 << 18, area: area, seed: 1, start: .generated(fill: 0.9, pins: 300),
            forcedMode: nil)
        found.place(in: &machine, pins: false)
        #expect(machine.areas.map(\.geometry.pages) == [512])
        #expect(machine.areas[0].geometry.basePFN < machine.memoryPages)
        #expect(found.record.assumed.contains("areas at other addresses than in the traced machine"))
    }

    @Test func `a load is followed at its times, and time without a wish is no part of gathering`() throws {
        let area = try #require(AreaGeometry(basePFN: 1 << 16, pages: 8192))
        let machine = try EmulatedMachine(
            MachineConfiguration(
                memoryPages: 1 << 18, area: area, seed: 1, start: .generated(fill: 0, pins: 0),
                forcedMode: nil))
        var load = RequestLoad(name: "driver", area: "reserved", minimum: 2)
        let wanted = AllocationRequest(count: 16, align: 4)
        load.requests = [
            .init(nanoseconds: 0, action: .allocate(wanted), rank: 0),
            .init(nanoseconds: 1_000_000_000, action: .allocate(wanted), rank: 1),
            .init(nanoseconds: 1_500_000_000, action: .release(request: 0), rank: 2),
            .init(
                nanoseconds: 1_600_000_000, action: .allocate(AllocationRequest(count: 9000, align: 0)),
                rank: 3),
            .init(nanoseconds: 1_700_000_000, action: .release(request: 3), rank: 4),
        ]
        let device = try #require(LoadedDevice(load, on: machine))
        device.live(from: machine.clock.now)
        let record = machine.record(plugins: []).devices[0]
        #expect(record.buffersWanted == 3)
        #expect(record.buffersGot == 2)
        #expect(record.satisfied)
        #expect(record.pagesHeldAtExit == 16)
        #expect(record.violationCount == 0)
        #expect(device.releasesLeftOut == 1)
        #expect(device.lateRequests == 0)
        #expect(try #require(record.timeToSatisfactionNanoseconds) < 100_000_000)
        #expect(machine.clock.now >= 1_700_000_000)
    }
}
