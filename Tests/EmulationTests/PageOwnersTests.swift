import Measurement
import PhysicalMemory
import Testing

@testable import Emulation

/// Who held what: the worst moment, sizes of allocations, and what was left.
@Suite struct PageOwnersTests {
    private let machine: EmulatedMachine
    private let isp: Int
    private let codec: Int

    init() throws {
        machine = try makeMachine()
        isp = try #require(machine.registerDevice(named: "isp"))
        codec = try #require(machine.registerDevice(named: "codec"))
    }

    private var peak: PeakRecord { machine.runRecord.areas[0].peak }

    // MARK: The worst moment

    @Test func `nobody held anything when nothing was allocated`() {
        #expect(peak == PeakRecord())
    }

    @Test func `the worst moment is the first with the most pages, with all that held some`() throws {
        let first = try #require(machine.allocate(100, device: isp))
        let second = try #require(machine.allocate(60, device: codec))
        let instant = machine.clock.now
        #expect(peak.heldPages == 160)
        machine.sleep(nanoseconds: 1000)
        #expect(machine.release(pfn: first, count: 100, device: isp))
        let third = try #require(machine.allocate(100, device: codec))
        #expect(machine.release(pfn: second, count: 60, device: codec))
        #expect(machine.release(pfn: third, count: 100, device: codec))
        #expect(peak.heldPages == 160)
        #expect(peak.nanoseconds <= instant && peak.nanoseconds > 0)
        #expect(peak.by == [.init(device: "isp", pages: 100), .init(device: "codec", pages: 60)])
        _ = try #require(machine.allocate(161, device: codec))
        #expect(peak.by == [.init(device: "codec", pages: 161)])
    }

    @Test func `what a strategy holds for nobody is nobody's share`() {
        let clock = Timeline()
        let owners = PageOwners(pages: 64, clock: clock)
        owners.give(offset: 0, count: 32, to: PageOwners.stock)
        clock.advance(by: 10)
        #expect(owners.hand(offset: 4, count: 8, to: 2) == 8)
        clock.advance(by: 10)
        owners.putInStock(offset: 4, count: 8)
        let worst = owners.worstMoment
        #expect(worst.pages == 32)
        #expect(worst.stocked == 24)
        #expect(worst.byDevice == [0, 0, 8])
        #expect(worst.instant == 10)
    }

    // MARK: Sizes

    @Test(arguments: [(0, 8), (8, 8), (4, 8), (1, 15), (0, 15), (15, 1)])
    func `a release of a part of an allocation is a mismatch, and done`(offset: Int, count: Int) throws {
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(machine.release(pfn: pfn + offset, count: count, device: isp))
        let record = machine.runRecord.devices[isp]
        #expect(record.sizeMismatchedReleases == 1)
        #expect(
            record.violations.first?.hasPrefix(
                "released \(count) pages at pfn \(pfn + offset), which splits the allocation of 16 pages at "
                    + "pfn \(pfn), at ") == true, "\(record.violations)")
        #expect(record.pagesHeldAtExit == 16 - count)
    }

    @Test func `what is left of a split allocation is given back without a mismatch`() throws {
        let pfn = try #require(machine.allocate(16, device: isp))
        #expect(machine.release(pfn: pfn + 4, count: 4, device: isp))
        #expect(machine.release(pfn: pfn, count: 4, device: isp))
        #expect(machine.release(pfn: pfn + 8, count: 8, device: isp))
        #expect(machine.runRecord.devices[isp].sizeMismatchedReleases == 1)
    }

    @Test func `neighbours may be given back together, whole`() throws {
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(machine.allocate(8, device: isp) == pfn + 8)
        #expect(machine.allocate(8, device: codec) == pfn + 16)
        #expect(machine.release(pfn: pfn, count: 16, device: isp))
        #expect(machine.runRecord.devices[isp].sizeMismatchedReleases == 0)
    }

    @Test func `chunks that a strategy cut out of a block are allocations of their own`() throws {
        let owners = PageOwners(pages: 64, clock: Timeline())
        owners.give(offset: 0, count: 64, to: 0)
        #expect(owners.hand(offset: 16, count: 16, to: 0) == 0)
        #expect(owners.allocationSplit(byOffset: 16, count: 16) == nil)
        #expect(owners.allocationSplit(byOffset: 0, count: 16) == nil)
        #expect(owners.allocationSplit(byOffset: 32, count: 16) == 32..<64)
        #expect(owners.allocationSplit(byOffset: 24, count: 8) == 16..<32)
    }

    @Test func `a mismatch and a leak name the buffer`() throws {
        let (_, pfns) = try machine.gather("raw", buffers: 2, pages: 16, device: isp)
        let loose = try #require(machine.allocate(5, device: isp))
        #expect(machine.release(pfn: pfns[1], count: 10, device: isp))
        let record = machine.runRecord.devices[isp]
        #expect(record.violations.first?.contains("(raw: buffer 1)") == true)
        #expect(
            record.leaks == [
                LeakRecord(set: nil, buffer: nil, pages: 5), LeakRecord(set: "raw", buffer: 0, pages: 16),
                LeakRecord(set: "raw", buffer: 1, pages: 6),
            ])
        #expect(machine.release(pfn: pfns[0], count: 16, device: isp))
        #expect(machine.release(pfn: pfns[1] + 10, count: 6, device: isp))
        #expect(machine.release(pfn: loose, count: 5, device: isp))
        #expect(machine.runRecord.devices[isp].leaks == [])
        #expect(machine.runRecord.devices[codec].leaks == [])
    }
}
