import KernelFormats
import Testing

@Suite struct PageWordsTests {
    private static let words: [UInt64] = [0x400, 0x4_0000_1828, 0, 0x400]

    @Test func `binary words are read lowest byte first, and written back the same`() throws {
        let bytes: [UInt8] = [0, 4, 0, 0, 0, 0, 0, 0, 0x28, 0x18, 0, 0, 4, 0, 0, 0]
        let words = try PageWords(binary: bytes)
        #expect(words.words == [0x400, 0x4_0000_1828])
        #expect(words.binary == bytes)
    }

    @Test func `an empty file is refused`() {
        #expect(throws: KernelFormatError(.offset(0), "the file is empty")) { try PageWords(parsing: []) }
    }

    @Test func `a file that ends inside of a word is refused with the offset of that word`() {
        let error = #expect(throws: KernelFormatError.self) {
            try PageWords(parsing: [UInt8](repeating: 0, count: 19))
        }
        #expect(error?.place == .offset(16))
        #expect(error?.description(in: "kpageflags").hasPrefix("kpageflags: byte 16: 3 bytes") == true)
    }

    @Test(arguments: [
        // od -v -t x8, od -v -A n -t x8, od -v -A d -t u8, hexdump -v -C, a word a line, with 0x
        """
        0000000 0000000000000400 0000000400001828
        0000020 0000000000000000 0000000000000400
        0000040

        """,
        " 0000000000000400 0000000400001828\n 0000000000000000 0000000000000400\n",
        """
        0000000                 1024          17179875368
        0000016                    0                 1024
        0000032

        """,
        """
        00000000  00 04 00 00 00 00 00 00  28 18 00 00 04 00 00 00  |........(.......|
        00000010  00 00 00 00 00 00 00 00  00 04 00 00 00 00 00 00  |................|
        00000020

        """,
        "0000000000000400\n0000000400001828\n0000000000000000\n0000000000000400\n",
        "1024\n17179875368\n0\n1024\n",
        "0x400\r\n0x400001828\r\n0x0\r\n0x400\r\n",
    ])
    func `what od and hexdump print is the same words`(text: String) throws {
        #expect(try PageWords(parsing: Array(text.utf8)).words == Self.words)
    }

    @Test func `lines that od leaves out are refused, since nothing says how many there were`() {
        let text = "0000000 0000000000000400 0000000000000400\n*\n0000400\n"
        let error = #expect(throws: KernelFormatError.self) { try PageWords(parsing: Array(text.utf8)) }
        #expect(error?.place == .line(2))
        #expect(error?.reason.contains("od -v") == true)
    }

    @Test(arguments: [
        ("0000000 0000000000000400 00000000000g0400\n", 1),
        ("0000000   1024   1024\n0000016   1024   x\n", 2),
        ("00000000  00 04 00 00 00 00 00 00\n00000008  00 04 0 \n", 2),
    ])
    func `a word that is none is refused with its line`(text: String, line: Int) {
        let error = #expect(throws: KernelFormatError.self) { try PageWords(parsing: Array(text.utf8)) }
        #expect(error?.place == .line(line))
    }
}
