import Testing

@testable import KernelFormats

@Suite struct BootLayoutTests {
    private let mib: UInt64 = 1 << 20

    private func layout(
        _ tree: DeviceTree?, _ commandLine: String = "", memory: UInt64? = nil, kernel: UInt64 = 32
    ) throws -> BootLayout {
        try BootLayout(
            tree: tree, commandLine: try KernelCommandLine(parsing: commandLine),
            memory: memory.map { $0 * mib },
            kernelBytes: { _ in kernel * mib })
    }

    /// Places in MiB of all that was set up.
    private func places(_ layout: BootLayout) -> [String: UInt64] {
        var places: [String: UInt64] = [:]
        for area in layout.areas where area.refusal == nil { places[area.name] = area.base.map { $0 / mib } }
        return places
    }

    private func refusal(_ layout: BootLayout, _ name: String) -> BootRefusal? {
        layout.areas.first { $0.name == name }?.refusal
    }

    private func sized(_ mebibytes: UInt64, _ more: (String, [UInt8])...) -> [(String, [UInt8])] {
        TreeFixture.cma(("size", TreeFixture.wide(mebibytes * mib))) + more
    }

    private func fixed(_ base: UInt64, _ size: UInt64) -> [(String, [UInt8])] {
        TreeFixture.cma(("reg", TreeFixture.wide(base, size)))
    }

    @Test func `the board's areas lie where a kernel puts them`() throws {
        let layout = try self.layout(DeviceTree(parsing: TreeFixture.board()))
        #expect(layout.memory == [0x4000_0000..<0x8000_0000])
        #expect(
            places(layout) == [
                // Below the firmware's 2 MiB at the end of memory, on a multiple of 4 MiB.
                "firmware@7fe00000": 0x7fe0_0000 / mib, "linux,cma": 0x77c0_0000 / mib,
                "video@60000000": 0x600,
                // The first window is the 16 MiB behind the kernel's start; the second is free.
                "secure": 0x560, "audio": 0x7fd_f0000 / mib,
            ])
        let named = Dictionary(uniqueKeysWithValues: layout.areas.map { ($0.name, $0) })
        #expect(named["linux,cma"]?.isDefault == true)
        #expect(named["video@60000000"]?.devices == ["/soc/camera@10000000", "/soc/decoder@10010000"])
        #expect(named["secure"]?.devices == ["/soc/decoder@10010000"])
        #expect(named["audio"]?.kind == .coherent)
        #expect(named["firmware@7fe00000"]?.kind == .reserved)
        #expect(named["off"] == nil)
    }

    @Test func `cma= takes the place of the tree's default area, whose memory is free again`() throws {
        let tree = TreeFixture.tree([("linux,cma", sized(512, ("linux,cma-default", [])))])
        let layout = try self.layout(tree, "cma=768M")
        #expect(refusal(layout, "linux,cma")?.errno == .busy)
        #expect(places(layout)["reserved"] == 256)
        // An area that is not the default stays.
        let other = TreeFixture.tree([("other", sized(512))])
        #expect(try refusal(self.layout(other, "cma=768M"), "reserved")?.errno == .noMemory)
    }

    @Test(arguments: [
        ("cma=64M", 960 as UInt64?), ("cma=64M@256M", 256), ("cma=64M@256M-512M", 448), ("cma=63M", 960),
        ("cma=64M@100M-200M", 136), ("cma=0", nil),
    ])
    func `the command line's area goes to its start, or as high as it fits in its window`(
        text: String, base: UInt64?
    ) throws {
        let layout = try self.layout(nil, text, memory: 1024)
        #expect(layout.areas.first?.base.map { $0 / mib } == base)
        #expect(layout.areas.allSatisfy { $0.refusal == nil && $0.size % (2 * mib) == 0 })
    }

    @Test(arguments: [
        ("cma=64M@255M", BootRefusal.Errno.invalid, "no multiple of 2 MiB"),
        ("cma=64M@1000M", .invalid, "end above"), ("cma=64M@16M", .busy, "overlaps the kernel"),
        ("cma=2G", .invalid, "end above"), ("cma=1000M", .noMemory, "the longest free stretch is 992 MiB"),
        ("cma=64M@0-64M", .noMemory, "32 MiB at 0x2000000-0x4000000; beside it lies the kernel"),
        ("hugetlb_cma=512M", .invalid, "at least 1 GiB"), ("hugetlb_cma=1G", .noMemory, "992 MiB"),
    ])
    func `what cannot be is refused with the kernel's errno and a sentence`(
        text: String, errno: BootRefusal.Errno, words: String
    ) throws {
        let layout = try self.layout(nil, text, memory: 1024)
        let refusal = try #require(layout.areas.first?.refusal)
        #expect(refusal.errno == errno)
        #expect(refusal.reason.contains(words), "\(refusal.reason)")
    }

    @Test(arguments: ["cma=0xffffffffffe00000@2M", "cma=0xffffffff00000000@4G-0xffffffffffffffff"])
    func `an area that would end behind the last address is refused`(text: String) throws {
        let tree = TreeFixture.tree(memory: [(0, .max)], [])
        let area = try #require(try self.layout(tree, text).areas.first)
        #expect(area.refusal?.errno == .invalid)
        #expect(area.base == nil)
    }

    @Test func `a small reservation that splits the window is named`() throws {
        let tree = TreeFixture.tree([
            ("pages@20000000", [("reg", TreeFixture.wide(512 * mib, 1 << 16))]), ("big", sized(600)),
        ])
        let refusal = try #require(try refusal(self.layout(tree), "big"))
        #expect(refusal.errno == .noMemory)
        #expect(
            refusal.reason.contains("600 MiB do not fit: the longest free stretch is 511 MiB"),
            "\(refusal.reason)")
        #expect(refusal.reason.contains("pages@20000000 at 0x20000000-0x20010000"))
    }

    @Test func `a fixed area that is not on pageblocks is refused, and its memory is free again`() throws {
        for (base, size) in [(mib, 2 * mib), (512 * mib, 3 * mib), (512 * mib + 4096, 4 * mib)] {
            let tree = TreeFixture.tree([("odd", fixed(base, size)), ("whole", fixed(600 * mib, 2 * mib))])
            let layout = try self.layout(tree, "cma=64M@512M", kernel: 1)
            #expect(refusal(layout, "odd")?.errno == .invalid)
            #expect(refusal(layout, "odd")?.reason.contains("2 MiB") == true)
            #expect(refusal(layout, "whole") == nil)
            #expect(places(layout)["reserved"] == 512)
        }
    }

    @Test func `contradictions and lengths that are wrong are the node's own refusal`() throws {
        let tree = TreeFixture.tree([
            ("both", sized(64, ("no-map", []))),
            ("short", TreeFixture.cma(("size", TreeFixture.cells(1)))),
            ("neither", TreeFixture.cma()),
            ("long", TreeFixture.cma(("reg", TreeFixture.cells(1, 2, 3)))),
            ("windows", sized(64, ("alloc-ranges", TreeFixture.cells(1, 2)))),
            ("odd", sized(64, ("alignment", TreeFixture.wide(3 * mib)))),
            ("fine", sized(64)),
        ])
        let layout = try self.layout(tree)
        let expected: [String: BootRefusal.Errno?] = [
            "both": .invalid, "short": .invalid, "neither": .noEntry, "long": .invalid, "windows": .invalid,
            "odd": .invalid, "fine": nil,
        ]
        for (name, errno) in expected { #expect(refusal(layout, name)?.errno == errno, "\(name)") }
        #expect(places(layout)["fine"] == 960)
    }

    @Test func `a ninth area has no room in the kernel's table`() throws {
        let tree = TreeFixture.tree((1...9).map { ("area\($0)", sized(2)) })
        let layout = try self.layout(tree)
        #expect(
            layout.areas.map { $0.refusal?.errno.name ?? "" }
                == [String](repeating: "", count: 8) + ["ENOSPC"])
    }

    @Test func `with more than 4 GiB an area without a start goes above them, from the bottom`() throws {
        #expect(try layout(nil, "cma=64M", memory: 8192).areas.first?.base == 4096 * mib)
        #expect(try layout(nil, "cma=64M", memory: 4096).areas.first?.base == 4032 * mib)
        #expect(try layout(nil, "cma=64M@0-1G", memory: 8192).areas.first?.base == 960 * mib)
    }

    @Test func `overlapping fixed nodes are both there, with a warning; an unmapped one is refused`() throws {
        let tree = TreeFixture.tree([
            ("one", fixed(512 * mib, 64 * mib)), ("two", fixed(540 * mib, 64 * mib)),
            ("three", [("reg", TreeFixture.wide(550 * mib, mib)), ("no-map", [])]),
        ])
        let layout = try self.layout(tree)
        #expect(layout.areas.first { $0.name == "two" }?.warning?.contains("overlaps one") == true)
        #expect(refusal(layout, "two") == nil)
        #expect(refusal(layout, "three")?.errno == .busy)
    }

    @Test func `reserved memory without ranges, or with other cells, is passed over as a whole`() throws {
        var tree = TreeFixture.tree([("area", sized(64))])
        for index in tree.nodes.indices { tree.nodes[index].properties.removeAll { $0.name == "ranges" } }
        let layout = try self.layout(tree)
        #expect(layout.areas.map(\.name) == ["reserved-memory"])
        #expect(layout.areas.first?.refusal?.errno == .invalid)
    }

    @Test func `without memory nothing can be placed`() throws {
        #expect(throws: DeviceTreeError.self) { try self.layout(nil, "cma=64M") }
        #expect(throws: DeviceTreeError.self) { try self.layout(TreeFixture.tree(memory: [], [])) }
        // A boot loader fills in the size: the start is the tree's.
        let layout = try self.layout(
            TreeFixture.tree(memory: [(1 << 30, 0)], [("area", sized(64))]), memory: 512)
        #expect(layout.memory == [1 << 30..<(1 << 30) + 512 * mib])
    }

    @Test func `areas that were set up lie in memory and apart`() throws {
        var state: UInt64 = 5
        func below(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var placed = 0
        for _ in 0..<300 {
            let nodes = (0..<6).map { number in
                (
                    "node\(number)",
                    sized(2 * (1 + below(120)), ("alignment", TreeFixture.wide(1 << (20 + below(6)))))
                )
            }
            let layout = try self.layout(TreeFixture.tree(nodes), "cma=\(2 + below(200))M")
            var taken: [Range<UInt64>] = [0..<32 * mib]
            for area in layout.areas where area.refusal == nil {
                let range = try #require(area.base)..<(try #require(area.base) + area.size)
                #expect(range.upperBound <= 1 << 30)
                #expect(!taken.contains { $0.overlaps(range) })
                taken.append(range)
                placed += 1
            }
        }
        #expect(placed > 1000)
    }
}
