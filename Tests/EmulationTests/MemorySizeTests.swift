import Emulation
import Testing

@Suite struct MemorySizeTests {
    private static let digits: [(String, Int)] = [
        ("0", 0), ("1", 1), ("4096", 4096), ("007", 7), ("1K", 1024), ("1k", 1024), ("64M", 64 << 20),
        ("64m", 64 << 20), ("2G", 2 << 30), ("2g", 2 << 30), ("3T", 3 << 40), ("1P", 1 << 50),
        ("1E", 1 << 60), ("3E", 3 << 60), ("0E", 0), ("4611686018427387903", 1 << 62 - 1),
    ]

    @Test(arguments: digits)
    func `digits and a suffix are read as the kernel reads them`(text: String, bytes: Int) {
        #expect(MemorySize(parsing: text)?.bytes == bytes)
    }

    private static let written: [(String, Int)] = [
        ("512MiB", 536_870_912), ("512mib", 536_870_912), ("4KIB", 4096), ("1.5G", 1_610_612_736),
        ("1.5GiB", 1_610_612_736), ("0.5K", 512), ("63.3M", 66_374_861), ("63.30MiB", 66_374_861),
        ("0.0001K", 1), ("1.000K", 1024), ("0.000000000000000001E", 2),
        ("3.999999999999999999E", 4_611_686_018_427_387_903), ("0x40000000", 1_073_741_824), ("0X1e", 30),
        ("0x3fffffffffffffff", 4_611_686_018_427_387_903),
    ]

    @Test(arguments: written)
    func `fractions, iB and hexadecimal numbers are read too, rounded up to a byte`(text: String, bytes: Int)
    {
        #expect(MemorySize(parsing: text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "K", "M", "-1", "+1", "1.5", "1.M", ".5M", "1.2.3M", "1,5M", "1MB", "1MM", "1MiBB", "1Mi", "1iB",
        "M1", " 1", "1 ",
        "1 M", "0x", "0xg", "0x10M", "0x-1", "1Z", "1B", "１", "0.0000000000000000001E", "4.0E",
        "3.9999999999999999999E",
        "0x4000000000000000", "0xffffffffffffffffff",
        "1ß", "1ﬁ", "ß", "1\u{212A}", "1K\u{301}", "4611686018427387904", "4E", "9999999999999999999999",
        "8P8",
    ])
    func `anything else is refused, and never a trap`(text: String) {
        #expect(MemorySize(parsing: text) == nil)
    }

    @Test(arguments: [
        ("1MB", "'1MB' can mean powers of 1000 or of 1024; write 1M or 1MiB"),
        (
            "64q",
            "'64q' is not a size: the units are K, M, G, T, P and E, also as KiB, MiB and so on; write 64M"
        ),
        ("1.5", "'1.5' has no unit, and bytes are whole; write 1.5M"), ("x", "'x' is not a size; write 64M"),
        ("0x", "'0x' is not a hexadecimal number; write 0x40000000"),
        ("5E", "'5E' is more than 4 EiB; write 64M"),
    ])
    func `a refusal says what would be right`(text: String, message: String) {
        let refusal = #expect(throws: MemorySize.Refusal.self) { try MemorySize(reading: text) }
        #expect(refusal?.description.hasPrefix(message) == true, "\(refusal?.description ?? "")")
    }

    @Test(arguments: [(0, 0), (1, 1), (4095, 1), (4096, 1), (4097, 2), (1 << 20, 256), (.max, 1 << 51)])
    func `pages are whole ones, rounded up`(bytes: Int, pages: Int) {
        #expect(MemorySize(bytes: bytes).pages == pages)
    }
}
