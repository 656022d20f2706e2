import TextSupport

/// The allocation bitmap of an area, debugfs `cma/NAME/bitmap`: words of 32 bits in decimal, the first
/// page in bit 0 of the first.
///
/// Follows cma_debugfs_add_one() in Linux 6.1 mm/cma_debug.c.
public struct CMABitmap: Sendable, Equatable {
    public var words: [UInt32]

    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        words = []
        var last = 1
        for line in KernelText(bytes) {
            last = line.number
            for word in line.words {
                guard let number = KernelText.Line.decimal(word), let value = UInt32(exactly: number) else {
                    throw line.error(
                        "'\(printable(word))' in place of word \(words.count): expected a decimal number of "
                            + "32 bits")
                }
                words.append(value)
            }
        }
        guard !words.isEmpty else { throw KernelFormatError(.line(last), "the bitmap is empty") }
    }

    /// A bitmap with a bit for each element.
    public init(bits: [Bool]) {
        words = [UInt32](repeating: 0, count: (bits.count + 31) / 32)
        for (bit, isSet) in bits.enumerated() where isSet { words[bit >> 5] |= 1 << UInt32(bit & 31) }
    }

    /// Words that a bitmap of so many bits has.
    public static func words(forBits bits: Int) -> Int { (bits + 31) / 32 }

    /// False for a bit behind the last word.
    public subscript(bit: Int) -> Bool {
        bit >> 5 < words.count && words[bit >> 5] >> UInt32(bit & 31) & 1 == 1
    }

    /// Bits set among the first `bits`.
    public func count(in bits: Int) -> Int { (0..<bits).reduce(0) { $0 + (self[$1] ? 1 : 0) } }

    /// Longest run of clear bits among the first `bits`, as the file `maxchunk` has it in pages.
    public func longestClearRun(in bits: Int) -> Int {
        var (run, longest) = (0, 0)
        for bit in 0..<bits {
            run = self[bit] ? 0 : run + 1
            longest = max(longest, run)
        }
        return longest
    }

    /// The file.
    public var text: String { words.map(String.init).joined(separator: " ") + "\n" }
}

/// A file with one decimal number: debugfs `cma/NAME/{base_pfn,count,order_per_bit,used,maxchunk}`, sysfs
/// `cma/NAME/alloc_pages_{success,fail}`.
public enum NumberFile {
    public static func number(
        in bytes: [UInt8], of what: String, upTo limit: Int
    ) throws(KernelFormatError) -> Int {
        var found: Int?
        var last = 1
        for line in KernelText(bytes) where !line.isBlank {
            last = line.number
            let words = line.words
            guard found == nil, words.count == 1 else {
                throw line.error("\(what) is one number, and here is more")
            }
            let number = try line.number(words[0], what)
            guard number <= limit else { throw line.error("\(what) is \(number): expected at most \(limit)") }
            found = number
        }
        guard let found else { throw KernelFormatError(.line(last), "\(what) is missing: the file is empty") }
        return found
    }
}
