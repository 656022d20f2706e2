import Testing

@testable import KernelFormats

@Suite struct KernelCommandLineTests {
    private static let mib: UInt64 = 1 << 20

    @Test(arguments: [
        ("cma=64M", [64, 0, 0]), ("quiet cma=64M@256M ro", [64, 256, 320]),
        ("cma=64M@256M-512M", [64, 256, 512]), ("cma=0", [0, 0, 0]),
        ("cma=0x4000000@0x10000000", [64, 256, 320]),
        ("cma=64m@262144k", [64, 256, 320]), ("cma=1G", [1024, 0, 0]), ("cma=0400000000", [64, 0, 0]),
        // The last counts; without a start it has that of the one before.
        ("cma=16M cma=64M", [64, 0, 0]), ("cma=16M@256M cma=64M", [64, 256, 272]),
    ])
    func `cma= is read as early_cma reads it`(text: String, values: [UInt64]) throws {
        let area = try #require(try KernelCommandLine(parsing: text).cma)
        #expect([area.size, area.base, area.limit].map { $0 / Self.mib } == values)
    }

    @Test(arguments: [("hugetlb_cma=2G", 2048), ("hugetlb_cma=0:1G,1:4G", 1024), ("hugetlb_cma=1:4G", 0)])
    func `hugetlb_cma= counts for the one node there is`(text: String, mebibytes: UInt64) throws {
        #expect(try KernelCommandLine(parsing: text).hugePages == mebibytes * Self.mib)
    }

    @Test(arguments: ["quiet cma=64M@256M\r\n", "quiet\r\ncma=64M@256M\r\nro", "cma=64M@256M\r"])
    func `lines end as other systems end them too`(text: String) throws {
        #expect(try KernelCommandLine(parsing: text).cma?.base == 256 * Self.mib)
    }

    @Test(arguments: ["", "quiet ro", "cma", "xcma=64M", "init=/bin/sh -- cma=64M", "dyndbg=\"x cma=64M\""])
    func `what is no such setting is passed over`(text: String) throws {
        #expect(try KernelCommandLine(parsing: text) == KernelCommandLine())
    }

    @Test(arguments: [
        ("cma=", 1, 1, "no size"), ("ro cma=abc", 1, 4, "no size"), ("ro\n  cma=64M@", 2, 3, "no start"),
        ("cma=64M@1G-", 1, 1, "no end"), ("cma=64Mx", 1, 1, "'x' is too much"),
        ("cma=99999999999999999999", 1, 1, "no size"), ("cma=16E", 1, 1, "no size"),
        ("hugetlb_cma=", 1, 1, "no size"), ("hugetlb_cma=x:1G", 1, 1, "no node"),
        ("hugetlb_cma=1G,1G", 1, 1, "no size"), ("hugetlb_cma=0:15E,0:2E", 1, 1, "2^64"),
    ])
    func `what cannot be read is refused with its place and what would be right`(
        text: String, line: Int, column: Int, reason: String
    ) {
        let error = #expect(throws: KernelCommandLine.Failure.self) { try KernelCommandLine(parsing: text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
}
