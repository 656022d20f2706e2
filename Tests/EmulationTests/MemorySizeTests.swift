import Emulation
import Testing

@Suite struct MemorySizeTests {
    @Test(arguments: [
        ("0", 0), ("1", 1), ("4096", 4096), ("007", 7), ("1K", 1024), ("1k", 1024), ("64M", 64 << 20),
        ("64m", 64 << 20), ("2G", 2 << 30), ("2g", 2 << 30), ("3T", 3 << 40), ("1P", 1 << 50),
        ("1E", 1 << 60),
        ("3E", 3 << 60), ("0E", 0), ("4611686018427387903", 1 << 62 - 1),
    ])
    func `digits and a suffix are read as the kernel reads them`(text: String, bytes: Int) {
        #expect(MemorySize(parsing: text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "K", "M", "-1", "+1", "1.5M", "1MB", "1MM", "M1", " 1", "1 ", "1 M", "0x10", "1Z", "1B", "１",
        "1ß", "1ﬁ", "ß", "1\u{212A}", "1K\u{301}", "4611686018427387904", "4E", "9999999999999999999999",
        "8P8",
    ])
    func `anything else is no size, and never a trap`(text: String) {
        #expect(MemorySize(parsing: text) == nil)
    }

    @Test(arguments: [(0, 0), (1, 1), (4095, 1), (4096, 1), (4097, 2), (1 << 20, 256), (.max, 1 << 51)])
    func `pages are whole ones, rounded up`(bytes: Int, pages: Int) {
        #expect(MemorySize(bytes: bytes).pages == pages)
    }
}
