import Glibc
import PluginInspection
import Testing

/// Every damaged file is either refused in one line or read; none of them stops the process.
@Suite struct DamagedFileTests {
    private let builder: PluginBuilder
    private let path: String
    private let good: [UInt8]

    init() throws {
        builder = try PluginBuilder()
        path = try builder.build(
            PluginBuilder.goodSource, flags: ["-shared", "-fPIC", "-Wl,-z,noseparate-code"])
        good = try builder.read(path)
    }

    @Test func `a file cut anywhere in its loaded part is refused as truncated`() throws {
        let lengths = Array(1...1024) + Array(stride(from: 1024, to: good.count, by: 64))
        var refused = 0
        for length in lengths.reversed() {
            #expect(truncate(path, length) == 0)
            guard let error = inspect() else { continue }
            refused += 1
            #expect(error.code == (length < 4 ? .notELF : .truncated), "at \(length) bytes")
        }
        #expect(refused >= 1024)
    }

    @Test func `no flipped bit of the headers stops the inspection`() throws {
        let headers = 64 + 56 * (Int(good[56]) | Int(good[57]) << 8)
        try damage(0..<headers)
    }

    @Test func `no flipped bit of the note, the dynamic table or the symbols stops the inspection`() throws {
        let dynamic = try #require(segment(2))
        let text = try #require(segment(1))
        try damage(dynamic)
        // The hash table, symbols and strings stand between the headers and the code.
        try damage(text.lowerBound + 64..<min(text.upperBound, 2048))
    }

    @Test func `no word of the headers or the dynamic table, however large, stops the inspection`() throws {
        let headers = 64..<64 + 56 * (Int(good[56]) | Int(good[57]) << 8)
        let words: [UInt64] = [0, 1, 0x7fff_ffff, 0xffff_ffff, 1 << 32, 1 << 63 - 1, 1 << 63, .max - 1, .max]
        for range in [24..<64, headers, try #require(segment(2))] {
            for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                for word in words {
                    let patch = withUnsafeBytes(of: word.littleEndian) { Array($0) }
                    try check(patch, at: offset)
                }
            }
        }
    }

    private func damage(_ range: Range<Int>) throws {
        for offset in range {
            for bits: UInt8 in [0x01, 0x80, 0xff] { try check([good[offset] ^ bits], at: offset) }
        }
    }

    /// Inspects the file with a patch and takes the patch back.
    private func check(_ patch: [UInt8], at offset: Int) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        try #require(pwrite(file, patch, patch.count, offset) == patch.count)
        if let error = inspect() { #expect(!error.description.contains { $0.isNewline }) }
        try #require(
            pwrite(file, Array(good[offset...].prefix(patch.count)), patch.count, offset) == patch.count)
    }

    private func inspect() -> InspectionError? {
        do {
            _ = try PluginFile.open(path: path, hostABI: 1...2)
            return nil
        } catch {
            return error
        }
    }

    /// Where the first segment of a type stands in the file.
    private func segment(_ type: UInt8) -> Range<Int>? {
        for header in stride(from: 64, to: 64 + 56 * Int(good[56]), by: 56) where good[header] == type {
            guard good[header + 3] == 0 else { continue }
            func word(_ offset: Int) -> Int {
                (0..<8).reduce(0) { $0 | Int(good[header + offset + $1]) << (8 * $1) }
            }
            return word(8)..<word(8) + word(32)
        }
        return nil
    }
}
