import Testing

@testable import PhysicalMemory

@Suite struct PageBitmapTests {
    @Test(arguments: boundarySizes)
    func `a new bitmap is clear up to its last bit and has nothing behind it`(size: Int) {
        let bitmap = PageBitmap(count: size)
        #expect(bitmap.setCount == 0)
        #expect(bitmap.nextSet(from: 0) == size)
        #expect(bitmap.nextClear(from: size - 1) == size - 1)
        #expect(bitmap.nextClear(from: size) == size)
        #expect(bitmap.nextSet(from: size + 5) == size)
        #expect(bitmap.setCount(in: 0..<size) == 0)
    }

    @Test(arguments: boundarySizes)
    func `a full bitmap has no clear bit, not even in the padding of its last word`(size: Int) {
        let bitmap = PageBitmap(count: size)
        bitmap.set(0..<size)
        #expect(bitmap.setCount == size)
        #expect(bitmap.nextClear(from: 0) == size)
        #expect(bitmap.nextSet(from: size - 1) == size - 1)
        bitmap.clear(0..<size)
        #expect(bitmap.setCount == 0)
        #expect(bitmap.nextSet(from: 0) == size)
        #expect(bitmap.nextClear(from: 0) == 0)
    }

    @Test func `an empty bitmap answers every search with its size`() {
        let bitmap = PageBitmap(count: 0)
        #expect(bitmap.nextSet(from: 0) == 0)
        #expect(bitmap.nextClear(from: 0) == 0)
        #expect(bitmap.nextZeroArea(from: 0, bits: 1, mask: 0, offset: 0) == nil)
    }

    @Test func `setting bits twice counts them once`() {
        let bitmap = PageBitmap(count: 300)
        bitmap.set(10..<200)
        bitmap.set(100..<250)
        #expect(bitmap.setCount == 240)
        bitmap.clear(0..<20)
        bitmap.clear(5..<15)
        #expect(bitmap.setCount == 230)
    }

    @Test func `an empty range changes nothing`() {
        let bitmap = PageBitmap(count: 128)
        bitmap.set(64..<64)
        #expect(bitmap.setCount == 0)
        bitmap.set(0..<128)
        bitmap.clear(128..<128)
        #expect(bitmap.setCount == 128)
    }

    @Test func `a range sets exactly its own bits at every pair of word positions`() {
        let bitmap = PageBitmap(count: 192)
        for start in 0...192 {
            for end in [start, start + 1, 63, 64, 65, 128, 191, 192] where start <= end && end <= 192 {
                bitmap.set(start..<end)
                #expect(bitmap.setCount == end - start)
                #expect(bitmap.setCount(in: start..<end) == end - start)
                if start < end {
                    #expect(bitmap.nextSet(from: 0) == start)
                    #expect(bitmap.nextClear(from: start) == end)
                }
                bitmap.clear(start..<end)
            }
        }
        #expect(bitmap.setCount == 0)
    }

    @Test(arguments: boundarySizes)
    func `random operations agree with a list of booleans`(size: Int) {
        let bitmap = PageBitmap(count: size)
        var model = [Bool](repeating: false, count: size)
        var generator = SeededGenerator(seed: 0x9a9e ^ UInt64(size))
        for step in 0..<(size > 10_000 ? 150 : 1200) {
            let range = generator.range(within: size)
            let setting = generator.below(2) == 0
            if setting { bitmap.set(range) } else { bitmap.clear(range) }
            for bit in range { model[bit] = setting }

            let from = generator.below(size)
            let counted = generator.range(within: size)
            let agrees =
                bitmap.nextSet(from: from) == model[from...].firstIndex(of: true) ?? size
                && bitmap.nextClear(from: from) == model[from...].firstIndex(of: false) ?? size
                && bitmap[from] == model[from]
                && bitmap.setCount(in: counted) == model[counted].reduce(0) { $0 + ($1 ? 1 : 0) }
            guard agrees else {
                Issue.record("step \(step): differs at bit \(from) or in the count of \(counted)")
                return
            }
        }
        #expect(bitmap.setCount == model.reduce(0) { $0 + ($1 ? 1 : 0) })
        #expect((0..<size).allSatisfy { bitmap[$0] == model[$0] })
    }
}
