import Emulation
import Testing

@Suite struct DMALimitsTests {
    private func violation(_ limits: DMALimits?, _ segments: Range<Int>...) throws -> DMAViolation.Rule? {
        try #require(limits).violation(of: segments)?.rule
    }

    @Test(arguments: [
        (0, 1, -1), (0, 4095, 0), (0, 4097, 0), (0, 12_288, 0), (0, 2048, 0), (-1, 4096, 0), (41, 0, 0),
    ])
    func `a limit that no device has is refused`(align: Int, boundary: UInt64, segments: Int) {
        #expect(
            DMALimits(mask: 0, boundary: boundary, maxSegments: segments, alignOrder: align) == nil)
    }

    @Test func `without limits every buffer is in reach`() {
        #expect(DMALimits.none.violation(of: [3..<9, 1 << 39..<1 << 40, 0..<1]) == nil)
        #expect(DMALimits(mask: 0) == DMALimits.none)
    }

    @Test func `the last byte of a segment may be at the mask and not above it`() throws {
        let limits = DMALimits(mask: 0xffff_ffff)
        #expect(try violation(limits, 0xffff0..<0x100000) == nil)
        #expect(
            try violation(limits, 0xffff0..<0x100001) == .mask(address: 0x1_0000_0fff, limit: 0xffff_ffff))
        #expect(try violation(DMALimits(mask: 0xfffe), 0..<16) == .mask(address: 0xffff, limit: 0xfffe))
    }

    @Test func `a segment may end on the boundary and begin on it, and not cross it`() throws {
        let limits = DMALimits(mask: 0, boundary: 1 << 16)
        #expect(try violation(limits, 0..<16) == nil)
        #expect(try violation(limits, 16..<32) == nil)
        #expect(try violation(limits, 15..<17) == .boundary(address: 1 << 16, limit: 1 << 16))
        #expect(try violation(limits, 16..<33) == .boundary(address: 2 << 16, limit: 1 << 16))
        #expect(try violation(DMALimits(mask: 0, boundary: 4096), 7..<8, 8..<9) == nil)
    }

    @Test func `every segment begins on a multiple of the alignment`() throws {
        let limits = DMALimits(mask: 0, alignOrder: 4)
        #expect(try violation(limits, 16..<17, 160..<200) == nil)
        #expect(try violation(limits, 16..<17, 168..<200) == .alignment(pfn: 168, order: 4))
    }

    @Test func `neighbours count as one segment, in the order of the buffer only`() throws {
        let limits = DMALimits(mask: 0, maxSegments: 2)
        #expect(try violation(limits, 0..<4, 4..<8, 8..<9, 20..<21) == nil)
        #expect(try violation(limits, 4..<8, 0..<4, 8..<9) == .segments(count: 3, limit: 2))
        #expect(try violation(limits, 0..<4, 5..<8, 9..<12) == .segments(count: 3, limit: 2))
        // The inner pieces of a segment need no alignment of their own.
        #expect(try violation(DMALimits(mask: 0, alignOrder: 3), 8..<11, 11..<20) == nil)
    }

    @Test func `neighbours that meet on a boundary stay two segments`() throws {
        #expect(try violation(DMALimits(mask: 0, boundary: 1 << 16), 8..<16, 16..<24) == nil)
        let one = DMALimits(mask: 0, boundary: 1 << 16, maxSegments: 1)
        #expect(try violation(one, 8..<16, 16..<24) == .segments(count: 2, limit: 1))
        #expect(
            try violation(DMALimits(mask: 0, boundary: 1 << 16), 8..<12, 12..<24)
                == .boundary(address: 1 << 16, limit: 1 << 16))
    }

    @Test func `the first broken rule is told, with plane, segment after merging, and limit`() throws {
        let limits = try #require(
            DMALimits(mask: 0xff_ffff, boundary: 1 << 20, maxSegments: 2, alignOrder: 1))
        let second = try #require(limits.violation(of: [0..<2, 2..<4, 7..<9], plane: 1))
        #expect(second == DMAViolation(rule: .alignment(pfn: 7, order: 1), plane: 1, segment: 1))
        #expect("\(second)" == "DMA alignment: plane 1, segment 1 begins at pfn 7, no multiple of 2^1")
        let high = try #require(limits.violation(of: [4096..<4097]))
        #expect("\(high)" == "DMA mask: plane 0, segment 0 ends at 0x1000fff, above 0xffffff")
        let crossing = try #require(limits.violation(of: [254..<260]))
        #expect(
            "\(crossing)"
                == "DMA boundary: plane 0, segment 0 crosses 0x100000, a multiple of 0x100000")
        let many = try #require(limits.violation(of: [0..<1, 2..<3, 4..<5]))
        #expect("\(many)" == "DMA segments: plane 0 has 3, at most 2 are possible")
    }
}
