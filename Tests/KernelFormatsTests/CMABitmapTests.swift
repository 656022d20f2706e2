import KernelFormats
import Testing

@Suite struct CMABitmapTests {
    @Test func `bit 0 of the first word is the first page`() throws {
        let bitmap = try CMABitmap(parsing: Array("5 4294967295 2147483648\n".utf8))
        #expect(bitmap.words == [5, .max, 1 << 31])
        #expect((0..<4).map { bitmap[$0] } == [true, false, true, false])
        #expect(bitmap[32] && bitmap[63] && !bitmap[64] && bitmap[95] && !bitmap[96])
        #expect(bitmap.count(in: 96) == 2 + 32 + 1)
        #expect(bitmap.longestClearRun(in: 96) == 31)
        #expect(bitmap.text == "5 4294967295 2147483648\n")
    }

    @Test func `a bitmap of bits has them in its words`() throws {
        let bits = (0..<70).map { $0 % 3 == 0 }
        let bitmap = CMABitmap(bits: bits)
        #expect(bitmap.words.count == CMABitmap.words(forBits: 70))
        #expect((0..<70).map { bitmap[$0] } == bits)
        #expect(try CMABitmap(parsing: Array(bitmap.text.utf8)) == bitmap)
    }

    @Test(arguments: ["", "\n", "1 2 x\n", "4294967296\n", "-1\n", "0x10\n"])
    func `a bitmap with a word that is none, or without words, is refused`(text: String) {
        #expect(throws: KernelFormatError.self) { try CMABitmap(parsing: Array(text.utf8)) }
    }

    @Test func `a number file has one number and nothing else`() throws {
        func number(_ text: String) throws -> Int {
            try NumberFile.number(in: Array(text.utf8), of: "count", upTo: 100)
        }
        #expect(try number("42\n") == 42)
        #expect(try number("42") == 42)
        for text in ["", "4 2\n", "4\n2\n", "four\n", "-4\n", "101\n"] {
            #expect(throws: KernelFormatError.self, "\(text)") { try number(text) }
        }
    }
}
