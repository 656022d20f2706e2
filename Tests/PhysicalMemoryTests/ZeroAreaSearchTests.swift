import Testing

@testable import PhysicalMemory

/// A bitmap, a request, and what Linux 6.1 answers.
struct SearchVector: CustomTestStringConvertible, Sendable {
    var size: Int
    var set: [Range<Int>]
    var start: Int
    var count: Int
    var base: Int
    var orderPerBit = 0
    var align: Int
    var mask: Int
    var offset: Int
    var bits: Int
    var result: Int?
    var pfn: Int?

    var testDescription: String {
        "\(size) bits, set \(set), from \(start): \(count) pages aligned to 2^\(align) at base \(base)"
    }

    static let all: [SearchVector] = [
        .init(
            size: 1024, set: [], start: 0, count: 16, base: 0x10000, align: 4, mask: 0xf, offset: 0,
            bits: 16, result: 0, pfn: 0x10000),
        .init(
            size: 1024, set: [0..<1], start: 0, count: 16, base: 0x10000, align: 4, mask: 0xf, offset: 0,
            bits: 16, result: 16, pfn: 0x10010),
        .init(
            size: 1024, set: [0..<1], start: 0, count: 16, base: 0x10000, align: 0, mask: 0, offset: 0,
            bits: 16, result: 1, pfn: 0x10001),
        .init(
            size: 1024, set: [0..<1], start: 0, count: 300, base: 0x10200, align: 8, mask: 0xff, offset: 0,
            bits: 300, result: 256, pfn: 0x10300),
        .init(
            size: 1024, set: [], start: 0, count: 512, base: 0x10200, align: 10, mask: 0x3ff,
            offset: 0x200, bits: 512, result: 512, pfn: 0x10400),
        .init(
            size: 2048, set: [512..<513], start: 0, count: 512, base: 0x10200, align: 10, mask: 0x3ff,
            offset: 0x200, bits: 512, result: 1536, pfn: 0x10800),
        .init(
            size: 1024, set: [0..<512, 520..<528], start: 0, count: 16, base: 0x10000, align: 4, mask: 0xf,
            offset: 0, bits: 16, result: 528, pfn: 0x10210),
        .init(
            size: 256, set: [], start: 0, count: 5, base: 0x10000, orderPerBit: 2, align: 4, mask: 0x3,
            offset: 0, bits: 2, result: 0, pfn: 0x10000),
        .init(
            size: 1024, set: [0..<1024], start: 0, count: 1, base: 0x10000, align: 0, mask: 0, offset: 0,
            bits: 1, result: nil, pfn: nil),
        .init(
            size: 1024, set: [], start: 1009, count: 16, base: 0x10000, align: 4, mask: 0xf, offset: 0,
            bits: 16, result: nil, pfn: nil),
        .init(
            size: 1024, set: [], start: 1008, count: 16, base: 0x10000, align: 4, mask: 0xf, offset: 0,
            bits: 16, result: 1008, pfn: 0x103f0),
    ]
}

@Suite struct ZeroAreaSearchTests {
    @Test(arguments: SearchVector.all)
    func `the arithmetic of a request is the kernel's`(vector: SearchVector) throws {
        let geometry = try #require(
            AreaGeometry(
                basePFN: vector.base, pages: vector.size << vector.orderPerBit,
                orderPerBit: vector.orderPerBit))
        #expect(geometry.bits == vector.size)
        #expect(geometry.mask(alignOrder: vector.align) == vector.mask)
        #expect(geometry.alignOffset(alignOrder: vector.align, base: geometry.basePFN) == vector.offset)
        #expect(geometry.bits(forPages: vector.count) == vector.bits)
    }

    @Test(arguments: SearchVector.all)
    func `the search ends where the kernel's does`(vector: SearchVector) {
        let bitmap = PageBitmap(count: vector.size)
        for range in vector.set { bitmap.set(range) }
        let found = bitmap.nextZeroArea(
            from: vector.start, bits: vector.bits, mask: vector.mask, offset: vector.offset)
        #expect(found == vector.result)
        #expect(found.map { vector.base + $0 << vector.orderPerBit } == vector.pfn)
    }

    @Test(arguments: SearchVector.all)
    func `the two naive searches of these tests know the vectors too`(vector: SearchVector) {
        var map = [Bool](repeating: false, count: vector.size)
        for bit in vector.set.joined() { map[bit] = true }
        #expect(
            fourStepSearch(
                map, start: vector.start, bits: vector.bits, mask: vector.mask, offset: vector.offset)
                == vector.result)
        #expect(
            exhaustiveSearch(
                map, start: vector.start, bits: vector.bits, mask: vector.mask, offset: vector.offset)
                == vector.result)
    }

    @Test func `a search from behind the end finds nothing`() {
        let bitmap = PageBitmap(count: 100)
        #expect(bitmap.nextZeroArea(from: 100, bits: 1, mask: 0, offset: 0) == nil)
        #expect(bitmap.nextZeroArea(from: 5000, bits: 1, mask: 15, offset: 3) == nil)
    }

    @Test func `an aligned position that lies on a set bit is skipped`() {
        let bitmap = PageBitmap(count: 128)
        bitmap.set(0..<1)
        bitmap.set(16..<17)
        #expect(bitmap.nextZeroArea(from: 0, bits: 4, mask: 15, offset: 0) == 32)
    }

    @Test(arguments: boundarySizes)
    func `random searches agree with the four steps in the plain`(size: Int) {
        let bitmap = PageBitmap(count: size)
        var map = [Bool](repeating: false, count: size)
        var generator = SeededGenerator(seed: 0x5ea ^ UInt64(size))
        var found = 0
        for step in 0..<(size > 10_000 ? 60 : 600) {
            let range = generator.range(within: size)
            let setting = generator.below(3) == 0
            if setting { bitmap.set(range) } else { bitmap.clear(range) }
            for bit in range { map[bit] = setting }

            let mask = 1 << generator.below(8) - 1
            let offset = generator.below(mask + 1)
            let start = generator.below(size + 2)
            let bits = 1 + generator.below(min(size, 1 << (1 + generator.below(10))))
            let area = bitmap.nextZeroArea(from: start, bits: bits, mask: mask, offset: offset)
            let expected = fourStepSearch(map, start: start, bits: bits, mask: mask, offset: offset)
            guard area == expected else {
                Issue.record("step \(step): \(String(describing: area)), not \(String(describing: expected))")
                return
            }
            if size < 100 {
                #expect(
                    area == exhaustiveSearch(map, start: start, bits: bits, mask: mask, offset: offset))
            }
            if area != nil { found += 1 }
        }
        #expect(found > 0, "no search found anything: the test would prove nothing")
    }
}
