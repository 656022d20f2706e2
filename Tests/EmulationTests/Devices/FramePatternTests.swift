import Emulation
import Testing

@Suite struct FramePatternTests {
    /// Pages of memory, written with a frame.
    private func withFrame<R>(
        _ pattern: FramePattern, pages: Int = 1, _ body: ([UnsafeMutableRawBufferPointer]) -> R
    ) -> R {
        let size = 4096
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size * pages, alignment: 8)
        defer { memory.deallocate() }
        let list = (0..<pages).map {
            UnsafeMutableRawBufferPointer(rebasing: memory[$0 * size..<($0 + 1) * size])
        }
        for (page, bytes) in list.enumerated() { pattern.write(page: page, into: bytes) }
        return body(list)
    }

    private let pattern = FramePattern(frame: 7, buffer: 3)

    @Test func `a frame is intact as it was written`() {
        withFrame(pattern, pages: 5) { pages in
            for (page, bytes) in pages.enumerated() {
                #expect(pattern.isIntact(page: page, in: UnsafeRawBufferPointer(bytes)))
            }
        }
    }

    @Test func `any flipped byte shows`() {
        withFrame(pattern) { pages in
            let bytes = pages[0]
            for index in bytes.indices {
                for flip: UInt8 in [1, 0x80, 0xff] {
                    bytes[index] ^= flip
                    #expect(!pattern.isIntact(page: 0, in: UnsafeRawBufferPointer(bytes)), "byte \(index)")
                    bytes[index] ^= flip
                }
            }
            #expect(pattern.isIntact(page: 0, in: UnsafeRawBufferPointer(bytes)))
        }
    }

    @Test func `a page of another place, frame or buffer shows`() {
        withFrame(pattern, pages: 2) { pages in
            #expect(!pattern.isIntact(page: 0, in: UnsafeRawBufferPointer(pages[1])))
            #expect(!pattern.isIntact(page: 1, in: UnsafeRawBufferPointer(pages[0])))
            for other in [FramePattern(frame: 8, buffer: 3), FramePattern(frame: 7, buffer: 4)] {
                #expect(!other.isIntact(page: 0, in: UnsafeRawBufferPointer(pages[0])))
            }
        }
    }

    @Test func `a page says what it is, and its last word is the sum of the others`() {
        withFrame(pattern, pages: 3) { pages in
            let words = Array(pages[2].bindMemory(to: UInt64.self))
            #expect(Array(words[..<3]) == [7, 3, 2])
            #expect(words.dropLast().reduce(0, &+) == words.last)
            #expect(Set(words).count == words.count)
        }
    }

    @Test func `a checksum sees each byte and the order of pages`() {
        withFrame(pattern, pages: 2) { pages in
            func sum(_ order: Int...) -> ContentsChecksum {
                var checksum = ContentsChecksum()
                for page in order { checksum.add(UnsafeRawBufferPointer(pages[page])) }
                return checksum
            }
            let whole = sum(0, 1)
            #expect(sum(0, 1) == whole)
            #expect(sum(1, 0) != whole)
            #expect(sum(0) != whole)
            for index in pages[1].indices {
                pages[1][index] ^= 0x40
                #expect(sum(0, 1) != whole, "byte \(index)")
                pages[1][index] ^= 0x40
            }
        }
    }
}
