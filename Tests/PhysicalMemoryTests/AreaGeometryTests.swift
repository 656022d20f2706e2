import Testing

@testable import PhysicalMemory

@Suite struct AreaGeometryTests {
    @Test(arguments: [
        // order per bit, align, base, mask, offset
        (0, 0, 0x10203, 0, 0),
        (0, 4, 0x10203, 15, 3),
        (0, 10, 0x10200, 1023, 0x200),
        (2, 0, 0x10200, 0, 0),
        (2, 2, 0x10200, 0, 0),
        (2, 3, 0x10204, 1, 1),
        (2, 4, 0x1020c, 3, 3),
        (9, 8, 0x10200, 0, 0),
        (9, 9, 0x10200, 0, 0),
        (9, 11, 0x10600, 3, 3),
        (3, 40, 0x10208, 1 << 37 - 1, 0x2041),
    ])
    func `mask and offset follow from alignment order and order per bit`(
        order: Int, align: Int, base: Int, mask: Int, offset: Int
    ) throws {
        let geometry = try #require(AreaGeometry(basePFN: base, pages: 1024, orderPerBit: order))
        #expect(geometry.mask(alignOrder: align) == mask)
        #expect(geometry.alignOffset(alignOrder: align, base: geometry.basePFN) == offset)
    }

    @Test(arguments: [
        (0, 1, 1), (0, 17, 17), (2, 1, 1), (2, 4, 1), (2, 5, 2), (2, 8, 2), (9, 1, 1), (9, 513, 2),
    ])
    func `a request takes whole bits, rounded up`(order: Int, pages: Int, bits: Int) throws {
        let geometry = try #require(AreaGeometry(basePFN: 0, pages: 1024, orderPerBit: order))
        #expect(geometry.bits(forPages: pages) == bits)
    }

    @Test func `an aligned bit is one whose page frame number is a multiple of the alignment`() throws {
        for order in 0...3 {
            for align in order...7 {
                let base = 0x10200 + 24
                let geometry = try #require(AreaGeometry(basePFN: base, pages: 512, orderPerBit: order))
                let mask = geometry.mask(alignOrder: align)
                let offset = geometry.alignOffset(alignOrder: align, base: geometry.basePFN)
                for bit in 0..<geometry.bits {
                    let isMultiple = (base + bit << order) % (1 << align) == 0
                    #expect(((bit + offset) & mask == 0) == isMultiple)
                }
            }
        }
    }

    @Test func `a bit stands for 2^order pages`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 8, pages: 1024, orderPerBit: 3))
        #expect(geometry.bits == 128)
        #expect(geometry.basePFN == 8)
        #expect(geometry.pages == 1024)
    }

    @Test(arguments: [
        (-1, 512, 0), (0, 0, 0), (0, -512, 0), (0, 512, -1), (0, 512, 31), (0, 512, 10), (0, 513, 1),
        (1 << 40, 512, 0), (0, 1 << 30 + 1, 0), (.max, .max, 0), (.min, .min, .min),
    ])
    func `an impossible geometry is refused`(base: Int, pages: Int, order: Int) {
        #expect(AreaGeometry(basePFN: base, pages: pages, orderPerBit: order) == nil)
    }

    @Test func `the largest geometry is accepted`() {
        #expect(AreaGeometry(basePFN: 1 << 40 - 1, pages: 1 << 30, orderPerBit: 30)?.bits == 1)
    }
}
