import AllocationStrategies
import Measurement
import PhysicalMemory
import Testing

@testable import Emulation

/// Which requests of drivers a record says failed, and which calls it lists.
@Suite struct RequestRecordTests {
    private func machine(_ strategy: String? = nil, pages: Int = 512) throws -> EmulatedMachine {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: pages))
        var configuration = MachineConfiguration(
            memoryPages: 131_072, area: area, seed: 1, start: .generated(fill: 0, pins: 0), forcedMode: nil)
        configuration.strategy = try strategy.map { .known(try #require(Strategy.named($0))) }
        return try EmulatedMachine(configuration)
    }

    @Test func `a request that failed is told with its number, its errno and how the area looked`() throws {
        let machine = try machine()
        let device = try #require(machine.registerDevice(named: "codec"))
        var pfns: [Int] = []
        for _ in 0..<32 { pfns.append(try #require(machine.allocate(16, align: 4, device: device))) }
        for index in stride(from: 0, to: 32, by: 2) {
            #expect(machine.release(pfn: pfns[index], count: 16, device: device))
        }
        #expect(machine.allocate(64, device: device) == nil)
        let failed = try #require(machine.runRecord.failedRequests)
        #expect(
            failed.first == [
                FailedRequest(
                    number: 33, device: "codec", nanoseconds: machine.clock.now, wanted: 1, got: 0, pages: 64,
                    align: 0, errno: -12, freePages: 256, longestRunPages: 16)
            ])
        #expect(failed.count == 1)
    }

    @Test func `a run in which every request got what it asked for has none`() throws {
        let machine = try machine()
        let device = try #require(machine.registerDevice(named: "codec"))
        #expect(machine.gather(GatherRequest(wanted: 4, chunkPages: 16, align: 4), device: device).count == 4)
        #expect(machine.runRecord.failedRequests == nil)
        #expect(machine.runRecord.calls == nil)
    }

    @Test func `calls that failed on the way to a request that did not are no failed request`() throws {
        let machine = try machine()
        machine.area[3] = .pinned
        let device = try #require(machine.registerDevice(named: "codec"))
        machine.recordsCalls = true
        // 31 windows are free; the heap asks for a pageblock first, and then for less.
        #expect(machine.allocate(16, align: 4, .failFast, device: device) != nil)
        #expect(machine.runRecord.failedRequests == nil)
        let call = try #require(machine.runRecord.calls?.calls.first)
        #expect(call.offset == 16 && call.errno == nil && call.windows == 1 && call.request == 1)
        #expect(call.durationNanoseconds > 0)
    }

    @Test(arguments: [
        "normal", "pages-bulk", "bulk", "bulk-heap", "range-tracking", "chunk-heap", "one-block",
    ])
    func `a gathering that comes to too little is one failed request, whatever its strategy calls`(
        strategy: String
    ) throws {
        let machine = try machine(strategy)
        machine.area[40] = .pinned
        machine.recordsCalls = true
        let device = try #require(machine.registerDevice(named: "codec"))
        let got = machine.gather(GatherRequest(wanted: 40, chunkPages: 16, align: 4), device: device).count
        let record = machine.runRecord
        let failed = try #require(record.failedRequests?.first.first)
        #expect((failed.number, failed.wanted, failed.got, failed.pages) == (1, 40, got, 16))
        #expect(failed.errno == -12 || failed.errno == -16)
        #expect(record.failedRequests?.count == 1)
        let calls = try #require(record.calls)
        #expect(calls.calls.allSatisfy { $0.request == 1 })
        #expect(calls.calls.contains { $0.errno == failed.errno })
        #expect(calls.calls.count <= record.devices[0].calls)
    }

    @Test func `what is larger than the area fails without a call`() throws {
        let machine = try machine()
        let device = try #require(machine.registerDevice(named: "codec"))
        #expect(machine.gather(GatherRequest(wanted: 1, chunkPages: 1000, align: 4), device: device) == [])
        #expect(machine.runRecord.failedRequests?.first.first?.errno == -12)
        #expect(machine.runRecord.failedRequests?.first.first?.longestRunPages == 512)
    }

    @Test func `a driver's own call is a request by itself`() throws {
        let machine = try machine()
        let device = try #require(machine.registerDevice(named: "codec"))
        let request = AllocationRequest(count: 600, align: 0)
        #expect(machine.allocateDirectly(request, mode: .normal, device: device) == nil)
        #expect(machine.runRecord.failedRequests?.first.first?.number == 1)
        #expect(machine.runRecord.failedRequests?.first.first?.pages == 600)
    }

    @Test func `failures past the limit are counted, and calls past theirs`() {
        var failed = FailedRequests()
        var calls = CallList()
        let call = CallRecord(
            request: 1, device: "d", beginNanoseconds: 0, durationNanoseconds: 1, pages: 1, align: 0,
            offset: nil, windows: 0, errno: -12)
        for number in 1...FailedRequests.limit + 5 {
            failed.add(
                FailedRequest(
                    number: number, device: "d", nanoseconds: 0, wanted: 1, got: 0, pages: 1, align: 0,
                    errno: -12, freePages: 0, longestRunPages: 0))
        }
        for _ in 0..<CallList.limit + 7 { calls.add(call) }
        #expect(failed.count == FailedRequests.limit + 5 && failed.first.count == FailedRequests.limit)
        #expect(failed.first.last?.number == FailedRequests.limit)
        #expect(calls.calls.count == CallList.limit && calls.leftOut == 7)
    }

    @Test func `many failures are counted without being looked at`() throws {
        let machine = try machine(pages: 64)
        let device = try #require(machine.registerDevice(named: "codec"))
        for _ in 0..<FailedRequests.limit + 20 { #expect(machine.allocate(65, device: device) == nil) }
        #expect(machine.runRecord.failedRequests?.count == FailedRequests.limit + 20)
        #expect(machine.runRecord.failedRequests?.first.count == FailedRequests.limit)
    }
}
