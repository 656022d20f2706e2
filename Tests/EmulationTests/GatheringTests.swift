import AllocationStrategies
import Emulation
import Measurement
import PhysicalMemory
import Testing

/// Gathering through a machine: whose pages are whose.
@Suite struct GatheringTests {
    /// A strategy that does what a test says.
    private final class Scripted: GatheringStrategy {
        let body: (GatherRequest, AreaAccess) -> [Int]

        init(_ body: @escaping (GatherRequest, AreaAccess) -> [Int]) { self.body = body }

        func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] { body(request, access) }
    }

    private func machine(
        pages: Int = 2048, by strategy: StrategyChoice?, fill: Double = 0, loaded: Scripted? = nil
    ) throws -> EmulatedMachine {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: pages))
        var configuration = MachineConfiguration(
            memoryPages: 131_072, area: area, seed: 1, start: .generated(fill: fill, pins: 0),
            forcedMode: nil)
        configuration.strategy = strategy
        return try EmulatedMachine(configuration, loaded: loaded.map { ["scripted": $0] } ?? [:])
    }

    private func machine(_ body: @escaping (GatherRequest, AreaAccess) -> [Int]) throws -> EmulatedMachine {
        try machine(by: .loaded(name: "scripted"), loaded: Scripted(body))
    }

    private func known(_ name: String) throws -> StrategyChoice {
        .known(try #require(Strategy.named(name)))
    }

    private func chunks(_ wanted: Int, of pages: Int = 16, align: Int = 4) -> GatherRequest {
        GatherRequest(wanted: wanted, chunkPages: pages, align: align)
    }

    // MARK: What a strategy holds for no device

    @Test func `a strategy that takes more than it hands over holds a reserve, until it hands that over`()
        throws
    {
        var kept: [Int] = []
        let machine = try machine { request, access in
            if let offset = kept.popLast() { return [offset] }
            let taken = access.allocate(pages: 48, align: 4, mode: .normal).offset ?? 0
            kept = [taken + 32, taken + 16]
            return [taken]
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.runRecord.areas[0].reserve == nil)
        for _ in 0..<3 { #expect(machine.gather(chunks(1), device: isp).count == 1) }
        #expect(machine.runRecord.areas[0].reserve == ReserveRecord(pages: 32, preparationNanoseconds: 0))
        #expect(kept.isEmpty)
    }

    @Test(arguments: Strategy.all.map(\.name))
    func `of devemu's own strategies the pool alone holds a reserve`(name: String) throws {
        let machine = try machine(by: known(name), fill: 60)
        let isp = try #require(machine.registerDevice(named: "isp"))
        let pfns = machine.gather(chunks(20), device: isp)
        for pfn in pfns.dropFirst() { #expect(machine.release(pfn: pfn, count: 16, device: isp)) }
        let reserve = machine.runRecord.areas[0].reserve
        #expect((reserve != nil) == (name == "pool"))
        if name == "pool" {
            // An eighth of the area.
            #expect(reserve?.pages == 256)
            #expect(reserve?.preparationNanoseconds ?? 0 > 0)
        }
    }

    // MARK: What a strategy may return

    @Test func `chunks come as frame numbers and are the device's to release`() throws {
        let machine = try machine(by: known("split-2m"))
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        let pfns = machine.gather(chunks(3), device: isp)
        #expect(pfns == [65_536, 65_552, 65_568])
        #expect(machine.runRecord.devices[isp].chunks == 3)
        #expect(machine.runRecord.devices[isp].calls == 1)
        #expect(!machine.release(pfn: 65_552, count: 16, device: codec))
        for pfn in pfns { #expect(machine.release(pfn: pfn, count: 16, device: isp)) }
        #expect(machine.area.allocatedPages == 0)
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 0)
    }

    @Test(arguments: [[-1], [2048], [2040], [.max], [.min], [0, 16]])
    func `pages that the strategy did not take are ignored and logged`(offsets: [Int]) throws {
        let machine = try machine { _, _ in offsets }
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.gather(chunks(5, align: 3), device: isp) == [])
        let log = machine.runRecord.log
        #expect(log.count == 1)
        #expect(log.first?.level == 3)
        #expect(
            log.first?.text.hasPrefix(
                "ignored \(offsets.count) of \(offsets.count) chunks from the strategy, ")
                == true)
        #expect(machine.runRecord.devices[isp].chunks == 0)
    }

    @Test func `a chunk is handed over once, in one request and over all`() throws {
        let machine = try machine { request, access in
            let taken = access.allocate(pages: 32, align: 4, mode: .normal).offset
            return taken.map { [$0, $0, 0] } ?? []
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.gather(chunks(3), device: isp) == [65_536])
        #expect(machine.gather(chunks(3), device: isp) == [65_568])
        #expect(
            machine.runRecord.log.map(\.text) == [
                "ignored 2 of 3 chunks from the strategy, the first at page 0 of the area: not all its own, "
                    + "or not aligned to 2^4 pages",
                "ignored 2 of 3 chunks from the strategy, the first at page 32 of the area: not all its own, "
                    + "or not aligned to 2^4 pages",
            ])
    }

    @Test func `what was taken for one device is not handed to another`() throws {
        var first: Int?
        let machine = try machine { _, access in
            if let first { return [first] }
            first = access.allocate(pages: 16, align: 4, mode: .normal).offset
            return []
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        #expect(machine.gather(chunks(1), device: isp) == [])
        #expect(machine.gather(chunks(1), device: codec) == [])
        // Kept for later, it is still the first one's.
        #expect(machine.gather(chunks(1), device: isp) == [65_536])
    }

    @Test func `misaligned chunks, parts of foreign ones and more than wanted are ignored`() throws {
        let machine = try machine { _, access in
            _ = access.allocate(pages: 64, align: 4, mode: .normal)
            return [8, 0, 56, 16, 32]
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.gather(chunks(4), device: isp) == [65_536, 65_552])
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 64)
    }

    @Test func `driver and strategy do not release each other's pages`() throws {
        let machine = try machine { _, access in
            access.allocate(pages: 32, align: 4, mode: .normal).offset.map { [$0] } ?? []
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.gather(chunks(1), device: isp) == [65_536])
        #expect(!machine.releaseTaken(pfn: 65_536, count: 16, device: isp))
        #expect(!machine.release(pfn: 65_552, count: 16, device: isp))
        #expect(!machine.release(pfn: 65_536, count: 32, device: isp))
        #expect(machine.releaseTaken(pfn: 65_552, count: 16, device: isp))
        #expect(machine.release(pfn: 65_536, count: 16, device: isp))
        #expect(machine.area.allocatedPages == 0)
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 0)
    }

    @Test(arguments: [(0, 16, 4), (-1, 16, 4), (1, 0, 0), (1, 2049, 0), (1, 16, 41), (1, 16, -1)])
    func `a request that means nothing does not reach the strategy`(wanted: Int, pages: Int, align: Int)
        throws
    {
        var asked = 0
        let machine = try machine { _, _ in
            asked += 1
            return []
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(machine.gather(chunks(wanted, of: pages, align: align), device: isp) == [])
        #expect(asked == 0)
    }

    @Test func `more than the area has room for is one chunk more than fits, whatever was wanted`() throws {
        var wanted = 0
        let machine = try machine { request, _ in
            wanted = request.wanted
            return []
        }
        let isp = try #require(machine.registerDevice(named: "isp"))
        _ = machine.gather(chunks(.max), device: isp)
        #expect(wanted == 129)
    }

    // MARK: Which strategy it is

    @Test func `without one, drivers gather fail-fast and then normal, or in the forced mode`() throws {
        let free = try machine(by: nil)
        let isp = try #require(free.registerDevice(named: "isp"))
        free.area[3] = .pinned
        #expect(free.gather(chunks(2), device: isp) == [65_552, 65_568])
        #expect(free.runRecord.devices[isp].busyRetries == 1)
        #expect(free.runRecord.devices[isp].drains == 0)
        let forced = try makeMachine(forcedMode: .normal)
        let codec = try #require(forced.registerDevice(named: "codec"))
        forced.area[3] = .pinned
        #expect(forced.gather(chunks(2), device: codec) == [65_552, 65_568])
        #expect(forced.runRecord.devices[codec].busyRetries == 2)
    }

    @Test func `with one, a single allocation is a chunk that it gathers`() throws {
        let machine = try machine(by: known("gfp-nowait"))
        let isp = try #require(machine.registerDevice(named: "isp"))
        machine.area[3] = .movable
        #expect(machine.allocate(16, align: 4, .normal, device: isp) == 65_552)
        #expect(machine.allocate(0, device: isp) == nil)
        #expect(machine.runRecord.devices[isp].chunks == 1)
        #expect(machine.runRecord.strategy == "gfp-nowait")
    }

    // MARK: A stock

    @Test func `the pool's stock belongs to nobody until it is handed over`() throws {
        let machine = try machine(by: known("pool"))
        #expect(machine.area.allocatedPages == 256)
        let isp = try #require(machine.registerDevice(named: "isp"))
        #expect(!machine.release(pfn: 65_536, count: 16, device: isp))
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 0)
        #expect(machine.gather(chunks(2), device: isp) == [65_536, 65_552])
        #expect(machine.runRecord.devices[isp].pagesHeldAtExit == 32)
        #expect(machine.runRecord.devices[isp].calls == 0)
        #expect(machine.runRecord.areas[0].start.held == 0)
    }

    @Test func `a chunk released into the pool is the next device's, and no longer this one's`() throws {
        let machine = try machine(by: known("pool"))
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        let pfn = try #require(machine.gather(chunks(1), device: isp).first)
        #expect(machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.area.allocatedPages == 256)
        #expect(!machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.gather(chunks(1), device: codec) == [pfn])
        #expect(machine.runRecord.devices.map(\.pagesHeldAtExit) == [0, 16])
    }

    @Test func `what does not fit into the pool goes back to the area`() throws {
        let machine = try machine(by: known("pool"))
        let isp = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.gather(chunks(1, of: 32, align: 5), device: isp).first)
        #expect(machine.area.allocatedPages == 256 + 32)
        #expect(machine.release(pfn: pfn, count: 32, device: isp))
        #expect(machine.area.allocatedPages == 256)
    }

    // MARK: What is left

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `what is left of an area is what a naive count finds`(seed: UInt64) throws {
        let machine = try makeMachine(pages: 1024, fill: 0.5, pins: 20, seed: seed)
        let isp = try #require(machine.registerDevice(named: "isp"))
        let set = try #require(machine.openSet(named: "buffers", wanted: 1, minimum: 1, device: isp))
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 { _ = machine.allocate(1 + generator.below(40), device: isp) }
        _ = machine.closeSet(set)
        let usable = (0..<1024).map { [.free, .movable].contains(machine.area[$0]) }
        let left = try #require(machine.runRecord.areas.first).left
        #expect(left.freePages == (0..<1024).count { machine.area[$0] == .free })
        #expect(left.largestRunPages == usable.split(separator: false).map(\.count).max() ?? 0)
        #expect(left.usableChunks.count == 11)
        for order in 0...10 {
            let blocks = stride(from: 0, to: 1024, by: 1 << order)
            let whole = blocks.count { usable[$0..<$0 + 1 << order].allSatisfy { $0 } }
            #expect(left.usableChunks[order] == whole, "order \(order)")
        }
    }
}
