import TextSupport

/// A number of 64 bits for each page frame from a first one on: /proc/kpageflags or /proc/kpagecount, as
/// the kernel gives it, whole or a part of it, or as od prints that.
public struct PageWords: Sendable, Equatable {
    public var words: [UInt64]

    public init(words: [UInt64]) { self.words = words }

    /// Reads either form; text is taken for text only when all of it is.
    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        guard !bytes.isEmpty else { throw KernelFormatError(.offset(0), "the file is empty") }
        let isText = bytes.allSatisfy { (32...126).contains($0) || $0 == 9 || $0 == 10 || $0 == 13 }
        self = isText ? try Self(text: bytes) : try Self(binary: bytes)
    }

    /// Eight bytes a page, the lowest first, as on every machine that devemu knows.
    public init(binary bytes: [UInt8]) throws(KernelFormatError) {
        guard bytes.count.isMultiple(of: 8) else {
            throw KernelFormatError(
                .offset(bytes.count / 8 * 8),
                "\(bytes.count % 8) bytes are left behind the last word of 8: the file is cut short")
        }
        words = stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The words as the kernel gives them.
    public var binary: [UInt8] {
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }

    /// Words of `od -v -t x8`, `-t u8` or `-t x1`, of `hexdump -v -C`, or one a line, with or without
    /// addresses in front.
    ///
    /// Repeated lines that od leaves out (`*`) are refused: what stands for them cannot be counted when
    /// lines are missing, and -v prints them.
    public init(text bytes: [UInt8]) throws(KernelFormatError) {
        var parser = DumpParser()
        for line in KernelText(bytes) where !line.isBlank { try parser.read(line) }
        words = try parser.end()
    }
}

/// Reads the lines of one dump, all of the same shape.
private struct DumpParser {
    private enum Form {
        case hexWords, decimalWords, hexBytes
    }

    private var words: [UInt64] = []
    private var pending: [UInt8] = []
    private var form: Form?
    private var hasAddresses = false
    private var lastLine = 0

    mutating func read(_ line: KernelText.Line) throws(KernelFormatError) {
        lastLine = line.number
        var fields = line.words
        guard fields != ["*"] else {
            throw line.error("'*' stands for repeated lines: dump again with od -v")
        }
        if form == nil { decide(by: fields, startsAtMargin: line.bytes.first != 32) }
        // hexdump -C repeats the bytes as characters between bars.
        if form == .hexBytes, let bar = fields.firstIndex(where: { $0.hasPrefix("|") }) {
            fields.removeSubrange(bar...)
        }
        if hasAddresses, !fields.isEmpty { fields.removeFirst() }
        for field in fields { try add(field, line) }
    }

    /// The first line tells the shape: od puts an address at the margin, and blanks before each word.
    private mutating func decide(by fields: [Substring], startsAtMargin: Bool) {
        let isHexAlone = fields.count == 1 || fields[0].utf8.count == 16
        hasAddresses = startsAtMargin && !isHexAlone
        let sample = fields[hasAddresses ? 1 : 0]
        switch sample.utf8.count {
        case 2 where hasAddresses || fields.count > 1: form = .hexBytes
        case 16,
            18 where sample.hasPrefix("0x"):
            form = .hexWords
        default: form = sample.hasPrefix("0x") ? .hexWords : .decimalWords
        }
    }

    private mutating func add(_ field: Substring, _ line: KernelText.Line) throws(KernelFormatError) {
        switch form {
        case .decimalWords:
            guard let word = UInt64(field) else {
                throw line.error("'\(printable(field))' is no decimal number of 64 bits")
            }
            words.append(word)
        case .hexBytes:
            guard field.utf8.count == 2, let byte = UInt8(field, radix: 16) else {
                throw line.error("'\(printable(field))' is no byte of two hexadecimal digits")
            }
            pending.append(byte)
            guard pending.count == 8 else { return }
            words.append(pending.reversed().reduce(0) { $0 << 8 | UInt64($1) })
            pending.removeAll(keepingCapacity: true)
        case .hexWords, nil:
            let digits = field.hasPrefix("0x") ? field.dropFirst(2) : field
            guard digits.utf8.count <= 16, let word = UInt64(digits, radix: 16) else {
                throw line.error("'\(printable(field))' is no word of 16 hexadecimal digits")
            }
            words.append(word)
        }
    }

    func end() throws(KernelFormatError) -> [UInt64] {
        guard pending.isEmpty else {
            throw KernelFormatError(
                .line(lastLine), "\(pending.count) bytes are left behind the last word of 8: the dump is cut")
        }
        return words
    }
}
