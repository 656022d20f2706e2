import Emulation
import Measurement
import PhysicalMemory
import Testing

/// Buffers of pieces of any size, in planes, within the limits of the device's DMA.
@Suite struct BufferPiecesTests {
    private let machine: EmulatedMachine
    private let isp: Int
    private let set: Int

    init() throws {
        machine = try makeMachine()
        isp = try #require(machine.registerDevice(named: "isp"))
        set = try #require(machine.openSet(named: "capture", wanted: 4, minimum: 1, device: isp))
    }

    private func refusal(_ segments: [(pfn: Int, pages: Int)], planeEnds: [Int] = []) -> DeviceErrno? {
        do {
            _ = try machine.addBuffer(toSet: set, segments: segments, planeEnds: planeEnds)
            return nil
        } catch {
            return error
        }
    }

    @Test func `pieces of different sizes make a buffer`() throws {
        let luma = try #require(machine.allocate(12, device: isp))
        let chroma = try #require(machine.allocate(6, device: isp))
        #expect(refusal([(luma, 12), (chroma, 6)], planeEnds: [1, 2]) == nil)
        #expect(refusal([(luma, 12)]) == .invalid)
    }

    @Test(arguments: [[0], [1], [2, 1], [1, 1], [-1, 2], [1, 3], [0, 2], [2, 2], [.min, .max]])
    func `planes end one behind the other, the last with the last piece`(ends: [Int]) throws {
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(refusal([(pfn, 4), (pfn + 4, 4)], planeEnds: ends) == .invalid)
        #expect(refusal([(pfn, 4), (pfn + 4, 4)], planeEnds: [1, 2]) == nil)
    }

    @Test func `a piece has pages, all of them the device's`() throws {
        let pfn = try #require(machine.allocate(8, device: isp))
        for pages in [0, -1, 9, Int.max, Int.min] { #expect(refusal([(pfn, pages)]) == .invalid) }
        for wild in [Int.min, -1, 0, 65_535, .max] { #expect(refusal([(wild, 1)]) == .invalid) }
        #expect(refusal([]) == .invalid)
        #expect(refusal([(pfn, 8)]) == nil)
    }

    @Test func `a buffer out of the DMA's reach is refused, the rule is in the record, nothing is kept`()
        throws
    {
        let pfn = try #require(machine.allocate(8, align: 3, device: isp))
        machine.setLimits(try #require(DMALimits(mask: 0, maxSegments: 1, alignOrder: 2)), device: isp)
        #expect(refusal([(pfn + 1, 4)]) == .range)
        #expect(refusal([(pfn, 2), (pfn + 4, 4)]) == .range)
        #expect(refusal([(pfn, 2), (pfn + 4, 4)], planeEnds: [1, 2]) == nil)
        let record = machine.runRecord.devices[isp]
        #expect(record.violationCount == 2)
        #expect(
            record.violations.first?.hasPrefix(
                "capture: DMA alignment: plane 0, segment 0 begins at pfn 65537, no multiple of 2^2, at ")
                == true)
        #expect(record.violations.last?.contains("DMA segments: plane 0 has 2, at most 1") == true)
        #expect(record.buffersGot == 1)
    }

    @Test func `a limit in a later plane names that plane`() throws {
        let pfn = try #require(machine.allocate(16, align: 4, device: isp))
        machine.setLimits(try #require(DMALimits(mask: 0, boundary: 32_768)), device: isp)
        #expect(refusal([(pfn, 4), (pfn + 6, 4)], planeEnds: [1, 2]) == .range)
        #expect(
            machine.runRecord.devices[isp].violations.first?.contains(
                "DMA boundary: plane 1, segment 0 crosses 0x10008000, a multiple of 0x8000") == true)
    }

    @Test func `a buffer that is taken out frees its pages for another one, the count stays`() throws {
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(refusal([(pfn, 8)]) == nil)
        #expect(refusal([(pfn, 8)]) == .invalid)
        try machine.removeBuffer(0, fromSet: set)
        #expect(throws: DeviceErrno.invalid) { try machine.removeBuffer(0, fromSet: set) }
        #expect(refusal([(pfn, 8)]) == nil)
        #expect(machine.closeSet(set) == 2)
        try machine.removeBuffer(1, fromSet: set)
        #expect(machine.release(pfn: pfn, count: 8, device: isp))
        for wild in [-1, 2, Int.max, .min] {
            #expect(throws: DeviceErrno.invalid) { try machine.removeBuffer(wild, fromSet: set) }
        }
        #expect(machine.runRecord.devices[isp].violationCount == 0)
    }

    @Test func `what is left of a buffer that was taken out can be another one, what is another's stays`()
        throws
    {
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(refusal([(pfn, 8)]) == nil)
        #expect(machine.release(pfn: pfn, count: 4, device: isp))
        #expect(machine.allocate(4, device: isp) == pfn)
        #expect(refusal([(pfn, 4)]) == nil)
        try machine.removeBuffer(0, fromSet: set)
        #expect(refusal([(pfn, 4)]) == .invalid)
        #expect(refusal([(pfn + 4, 4)]) == nil)
    }
}
