import KernelFormats
import Testing

@Suite struct ProcFilesTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let meminfo = "MemTotal:         500948 kB\nCmaFree:           38496 kB\n"

    private static let buddyinfo = """
        Node 0, zone    DMA32   3280   1232    183     12      4      6      9      6      3      3    102\u{20}

        """

    private static let pagetypeinfo = """
        Page block order: 9
        Pages per block:  512

        Free pages count per migrate type at order       0      1      2\u{20}
        Node    0, zone    DMA32, type      Movable      4      4      3\u{20}
        Node    0, zone    DMA32, type          CMA >100000   1228    180\u{20}

        Number of blocks type       Movable          CMA\u{20}
        Node 0, zone    DMA32          217           32\u{20}

        """

    private static let zoneinfo = """
        Node 0, zone    DMA32
          per-node stats
              nr_inactive_anon 6833
          pages free     114917
                boost    0
                spanned  131036
                present  130939
                managed  125237
                cma      16384
              nr_free_cma  9624
          pagesets
            cpu: 0
                      count: 159
                      high:  440
            cpu: 1
                      count: 371
          start_pfn:           1
        Node 0, zone   Normal
          pages free     7
                spanned  0

        """

    @Test func `meminfo is sizes by name, and is written as it was`() throws {
        let meminfo = try Meminfo(parsing: bytes(Self.meminfo + "HugePages_Total:       3\n"))
        #expect(meminfo["MemTotal"] == 500_948)
        #expect(meminfo["HugePages_Total"] == 3)
        #expect(meminfo["MemFree"] == nil)
        #expect(try Meminfo(parsing: bytes(Self.meminfo)).text == Self.meminfo)
    }

    @Test func `vmstat is counters by name`() throws {
        let vmstat = try Vmstat(parsing: bytes("nr_free_pages 114917\ncma_alloc_fail 3\n"))
        #expect(vmstat["nr_free_pages"] == 114_917)
        #expect(vmstat["cma_alloc_fail"] == 3)
        #expect(vmstat["absent"] == nil)
    }

    @Test func `buddyinfo is blocks by order, and is written as it was`() throws {
        let buddyinfo = try Buddyinfo(parsing: bytes(Self.buddyinfo))
        #expect(buddyinfo.zones.map(\.name) == ["DMA32"])
        #expect(buddyinfo.zones[0].blocks.count == 11)
        #expect(buddyinfo.zones[0].pages == 114_924)
        #expect(buddyinfo.text == Self.buddyinfo)
    }

    @Test func `pagetypeinfo is blocks by type and order, and is written as it was`() throws {
        let info = try Pagetypeinfo(parsing: bytes(Self.pagetypeinfo))
        #expect(info.blockOrder == 9)
        #expect(info.rows.map(\.type) == ["Movable", "CMA"])
        #expect(info.rows[1].blocks == [100_000, 1228, 180])
        #expect(info.pageblocks.map(\.counts) == [[217, 32]])
        #expect(info.text == Self.pagetypeinfo)
    }

    @Test func `zoneinfo says where memory ends, what is free and how many CPUs there are`() throws {
        let info = try Zoneinfo(parsing: bytes(Self.zoneinfo))
        #expect(info.zones.map(\.name) == ["DMA32", "Normal"])
        #expect(info.end == 131_037)
        #expect(info.freePages == 114_924)
        #expect(info.freeContiguous == 9624)
        #expect(info.managedPages == 125_237)
        #expect(info.zones[0].perCPUPages == [159, 371])
        #expect(info.cpus == 2)
    }

    /// Every parser, by the name of its file.
    private static let parsers: [String: @Sendable ([UInt8]) throws -> Void] = [
        "meminfo": { _ = try Meminfo(parsing: $0) },
        "vmstat": { _ = try Vmstat(parsing: $0) },
        "buddyinfo": { _ = try Buddyinfo(parsing: $0) },
        "pagetypeinfo": { _ = try Pagetypeinfo(parsing: $0) },
        "zoneinfo": { _ = try Zoneinfo(parsing: $0) },
        "frames": { _ = try FrameNumbers.parse($0) },
    ]

    @Test(arguments: [
        ("meminfo", "MemTotal:  1 kB\nMemFree 3 kB\n", 2), ("meminfo", "MemTotal:\n", 1),
        ("meminfo", "MemTotal:  1 MB\n", 1), ("meminfo", "MemTotal:  99999999999999999999 kB\n", 1),
        ("meminfo", "MemFree:  1 kB\n", 1),
        ("vmstat", "nr_free_pages\n", 1), ("vmstat", "nr_free_pages 1\nx y\n", 2), ("vmstat", "x 1\n", 1),
        ("buddyinfo", "Node 0, zone DMA 1 2 3\nNode 0, zone Normal 1 2\n", 2),
        ("buddyinfo", "Node 0, zone DMA 1 x\n", 1), ("buddyinfo", "", 1), ("buddyinfo", "Zone 0\n", 1),
        ("pagetypeinfo", "Pages per block: 512\n", 1), ("pagetypeinfo", "Page block order: 99\n", 1),
        ("pagetypeinfo", "Page block order: 9\nNode 0, zone DMA 1 2\n", 2),
        ("pagetypeinfo", "Page block order: 9\nNode 0, zone DMA, type CMA\n", 2),
        (
            "pagetypeinfo",
            "Page block order: 9\nNumber of blocks type CMA\nNumber of blocks type Movable CMA\n", 3
        ),
        ("zoneinfo", "pages free 3\n", 1), ("zoneinfo", "Node 0, zone DMA\n pages free many\n", 2),
        ("zoneinfo", "Node 0, zone DMA\n spanned\n", 2), ("zoneinfo", "Node x, zone DMA\n", 1),
        ("frames", "65536\n0x1g\n", 2), ("frames", "1 2\n", 1),
    ])
    func `a damaged line is refused with its number`(file: String, text: String, line: Int) throws {
        let parse = try #require(Self.parsers[file])
        let error = #expect(throws: KernelFormatError.self) { try parse(Array(text.utf8)) }
        #expect(error?.place == .line(line))
    }

    @Test func `frame numbers are decimal or hexadecimal, with remarks`() throws {
        #expect(try FrameNumbers.parse(bytes("# pins\n65536\n0x10001 # second\n\n")) == [65_536, 65_537])
    }
}
