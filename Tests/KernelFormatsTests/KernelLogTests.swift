import Testing

@testable import KernelFormats

/// Log lines of kernels of several ages.
@Suite struct KernelLogTests {
    private func log(_ text: String, isLenient: Bool = false) throws -> KernelLog {
        try KernelLog(parsing: Array(text.utf8), isLenient: isLenient)
    }

    private func failure(_ text: String) throws -> KernelLog.Failure {
        try #require(try log(text).failures.first)
    }

    @Test func `the failure of an old kernel has no area`() throws {
        let found = try failure(
            "[   81.757756] cma: cma_alloc: alloc failed, req-size: 2040 pages, ret: -12\n")
        #expect(found.area == nil)
        #expect(found.function == "cma_alloc")
        #expect(found.count == 2040)
        #expect(found.errno == -12)
        #expect(found.nanoseconds == 81_757_756_000)
    }

    @Test(arguments: ["cma_alloc", "__cma_alloc", "cma_alloc_frozen"])
    func `the failure of a newer kernel names the area, which may have a comma`(function: String) throws {
        let found = try failure(
            "<3>[  417.366729][  T612] cma: \(function): linux,cma: alloc failed, req-size: 972 pages, ret: -16\n"
        )
        #expect(found.area == "linux,cma")
        #expect(found.function == function)
        #expect(found.caller == "T612")
    }

    @Test func `the next line is kept when it speaks of an allocation`() throws {
        let text = "cma: cma_alloc: a: alloc failed, req-size: 4 pages, ret: -12\n"
        #expect(
            try failure(text + "[ 1.0] video0: dma alloc of size 16384 failed\n").followedBy
                == "video0: dma alloc of size 16384 failed")
        #expect(try failure(text + "[ 1.0] usb 1-1: new device\n").followedBy == nil)
        #expect(try log(text + text).failures.map(\.followedBy) == [nil, nil])
        let between = "cma: number of available pages: 3@4=> 3 free of 4096 total pages\n"
        #expect(
            try failure(text + between + "[ 1.0][ T612] video0: dma alloc of size 16384 failed\n").followedBy
                == "video0: dma alloc of size 16384 failed")
    }

    @Test func `refused windows belong to the failure behind them, or to none`() throws {
        let found = try log(
            """
            [ 1.000001] alloc_contig_range: [2ef00, 2f00a) PFNs busy
            [ 1.000002] alloc_contig_range: [2f000, 2f10a) PFNs busy
            [ 1.000003] cma: cma_alloc: alloc failed, req-size: 266 pages, ret: -16
            [ 2.000001] alloc_contig_range: [30000, 30010) PFNs busy

            """)
        #expect(
            found.failures.first?.busy == [.init(pfn: 0x2ef00, pages: 266), .init(pfn: 0x2f000, pages: 266)])
        #expect(found.overcome == [.init(pfn: 0x30000, pages: 16)])
    }

    @Test func `the bitmap line is read in one piece and in several`() throws {
        let failed = "cma: cma_alloc: a: alloc failed, req-size: 64 pages, ret: -12\n"
        let one = try failure(
            failed + "cma: number of available pages: 12@4+3@40=> 15 free of 4096 total pages\n")
        #expect(one.free?.ranges == [[.init(pages: 12, bit: 4), .init(pages: 3, bit: 40)]])
        #expect(one.free?.free == 15)
        #expect(one.free?.total == 4096)
        let several = try failure(
            failed
                + """
                cma: number of available pages:
                cma: range 0: 12@4+3@40
                cma: range 1: 7@0
                cma: => 22 free of 4096 total pages

                """)
        #expect(several.free?.ranges.map(\.count) == [2, 1])
        let sums = try failure(failed + "cma: => 1042 free of 32768 total pages\n")
        #expect(sums.free?.ranges == [])
        #expect(sums.free?.free == 1042)
        let full = try failure(failed + "cma: number of available pages: => 0 free of 512 total pages\n")
        #expect(full.free?.free == 0)
    }

    @Test func `the log of Linux 7.3 has the free pages of each range in a line of its own`() throws {
        // As Linux 7.3.4 printed it.
        let found = try log(
            """
            <5>Linux version 7.3.4 (root@vm) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_LAZY
            <3>cma: __cma_alloc_frozen: reserved: alloc failed, req-size: 16000 pages, ret: -16
            <6>cma: number of available pages:\u{20}
            <6>cma: range 0: +9@16+16068@316
            <6>cma:\u{20}
            <4>=> 16077 free of 16384 total pages

            """)
        #expect(found.release == "7.3.4")
        let failure = try #require(found.failures.first)
        #expect(failure.function == "__cma_alloc_frozen")
        #expect(failure.area == "reserved")
        #expect(failure.free?.ranges == [[.init(pages: 9, bit: 16), .init(pages: 16_068, bit: 316)]])
        #expect(failure.free?.free == 16_077)
    }

    @Test(arguments: [
        ("[    0.000000] Linux version 6.12.117 (root@vm)\n", "6.12.117"),
        ("Linux version 6.1.0-37-amd64 (debian-kernel@lists.debian.org)\n", "6.1.0-37-amd64"),
        ("[ 0.1] usb: this Linux-version of it\n[ 0.2] GNU/Linux version 3 of something\n", nil as String?),
    ])
    func `the release is that of the first line that has one`(text: String, release: String?) throws {
        #expect(try log(text).release == release)
    }

    @Test func `boot lines tell areas and memory`() throws {
        let found = try log(
            """
            [    0.000000] Reserved memory: created CMA memory pool at 0x0000000038000000, size 128 MiB
            [    0.000000] OF: reserved mem: initialized node linux,cma, compatible id shared-dma-pool
            [    0.000000] cma: Reserved 64 MiB at 0x0000000010000000 on node -1
            [    0.000000] Memory: 479704K/524288K available (14342K kernel code, 65536K cma-reserved)

            """)
        #expect(found.pools.map(\.name) == ["linux,cma", nil])
        #expect(found.pools.map(\.bytes) == [128 << 20, 64 << 20])
        #expect(found.pools.map(\.base) == [0x3800_0000, 0x1000_0000])
        #expect(found.memoryBytes == 512 << 20)
    }

    @Test(arguments: [
        "cma: cma_alloc: a: alloc failed, req-size: many pages, ret: -12",
        "cma: cma_alloc: a: alloc failed, req-size: 4 pages, ret: 12",
        "cma: number of available pages: 3@4=> 20x0 free of 4096 total pages",
        "alloc_contig_range: [2f000, 2ef00) PFNs busy",
        "alloc_contig_range: [here, there) PFNs busy",
        "cma: number of available pages: 3@4+x@9=> 15 free of 4096 total pages",
        "cma: number of available pages: 3@4=> 15 free of 2 total pages",
        "cma: number of available pages: 9@9000=> 9 free of 4096 total pages",
    ])
    func `a line that is cut or damaged is refused with its number, or skipped when asked to`(
        line: String
    ) throws {
        let text = "[ 0.1] booting\n" + line + "\n"
        let error = #expect(throws: KernelFormatError.self) { try log(text) }
        #expect(error?.line == 2)
        #expect(try log(text, isLenient: true).skippedLines == 1)
    }

    @Test func `what ends a line in the middle of one does not break the refusal`() throws {
        let line = "alloc_contig_range: [he\u{c}re, the\u{2028}re) PFNs busy\u{85}"
        let error = #expect(throws: KernelFormatError.self) { try log(line + "\n") }
        #expect(error?.description.isEmpty == false)
        #expect(error?.description.contains(where: \.isNewline) == false)
    }

    @Test func `every beginning and every flipped byte of a log is read or refused`() {
        let text = """
            [ 1.000001] alloc_contig_range: [2ef00, 2f00a) PFNs busy
            [ 1.000003] cma: cma_alloc: x: alloc failed, req-size: 266 pages, ret: -16
            cma: number of available pages: 12@4+3@40=> 15 free of 4096 total pages

            """
        let intact = Array(text.utf8)
        for position in intact.indices {
            var bytes = intact
            bytes[position] ^= UInt8(1 << (position % 8))
            #expect(((try? KernelLog(parsing: bytes))?.failures.count ?? 0) <= 1)
            #expect((try? KernelLog(parsing: bytes, isLenient: true)) != nil)
            #expect((try? KernelLog(parsing: Array(intact.prefix(position)), isLenient: true)) != nil)
        }
    }
}
