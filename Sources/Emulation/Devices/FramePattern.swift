import PhysicalMemory

/// The bytes of a test frame, page by page.
///
/// A page is words of 64 bits in the machine's byte order: the frame's number, the buffer's number, the
/// page's number in the buffer, pseudo-random words that follow from these three, and last the sum of
/// all words before it, modulo 2^64.
public struct FramePattern: Sendable, Hashable {
    private static let header = 3
    private static let golden: UInt64 = 0x9e37_79b9_7f4a_7c15

    public var frame: UInt64
    public var buffer: UInt64

    public init(frame: UInt64, buffer: UInt64) {
        self.frame = frame
        self.buffer = buffer
    }

    /// Start of the words that are nobody's number.
    private func seed(page: Int) -> UInt64 {
        var generator = SeededGenerator(seed: frame)
        var words = SeededGenerator(seed: generator.next() ^ buffer)
        generator = SeededGenerator(seed: words.next() ^ UInt64(truncatingIfNeeded: page))
        return generator.next()
    }

    /// Writes page `page` of the frame; `bytes` is one page, aligned for words.
    public func write(page: Int, into bytes: UnsafeMutableRawBufferPointer) {
        let words = bytes.bindMemory(to: UInt64.self)
        precondition(words.count > Self.header, "a page has room for the numbers and the sum")
        words[0] = frame
        words[1] = buffer
        words[2] = UInt64(truncatingIfNeeded: page)
        var sum = words[0] &+ words[1] &+ words[2]
        var word = seed(page: page)
        for index in Self.header..<words.count - 1 {
            words[index] = word
            sum &+= word
            word &+= Self.golden
        }
        words[words.count - 1] = sum
    }

    /// Whether a page still holds exactly what `write` wrote for page `page`.
    public func isIntact(page: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        let words = bytes.bindMemory(to: UInt64.self)
        precondition(words.count > Self.header, "a page has room for the numbers and the sum")
        let number = UInt64(truncatingIfNeeded: page)
        var difference = (words[0] ^ frame) | (words[1] ^ buffer) | (words[2] ^ number)
        var sum = frame &+ buffer &+ number
        var word = seed(page: page)
        for index in Self.header..<words.count - 1 {
            difference |= words[index] ^ word
            sum &+= word
            word &+= Self.golden
        }
        return difference | (words[words.count - 1] ^ sum) == 0
    }
}

/// A checksum over pages of bytes that nobody knows in advance; their order counts.
public struct ContentsChecksum: Sendable, Hashable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    /// Takes in one page, or any number of whole words; FNV-1a over words of 64 bits, folded so that
    /// the high bits count as much as the low ones.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var hash = state
        for word in bytes.bindMemory(to: UInt64.self) {
            hash = (hash ^ word) &* 0x0000_0100_0000_01b3
            hash ^= hash >> 32
        }
        state = hash
    }
}
