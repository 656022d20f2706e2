import TextSupport

/// A list of page frame numbers, one a line, decimal or hexadecimal behind 0x; `#` begins a remark.
public enum FrameNumbers {
    /// - Returns: the numbers in the order of the file.
    public static func parse(_ bytes: [UInt8]) throws(KernelFormatError) -> [Int] {
        var frames: [Int] = []
        for line in KernelText(bytes) {
            guard let word = line.words.first, !word.hasPrefix("#") else { continue }
            let number = word.hasPrefix("0x") ? Int(word.dropFirst(2), radix: 16) : Int(word)
            guard let number, (0...1 << 40).contains(number) else {
                throw line.error("'\(printable(word))' is no page frame number such as 65536 or 0x10000")
            }
            guard line.words.count == 1 || line.words[1].hasPrefix("#") else {
                throw line.error("'\(printable(line.words[1]))': expected one page frame number a line")
            }
            frames.append(number)
        }
        return frames
    }
}
