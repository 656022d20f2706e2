import Emulation
import PhysicalMemory
import Testing

@Suite struct AreaPlacementTests {
    /// 512 MiB.
    static let memory = 131_072
    static let mebibyte = 256

    @Test(arguments: [
        // text, base in MiB, size in MiB
        ("64M", 448, 64),
        ("64m", 448, 64),
        ("65536K", 448, 64),
        ("67108864", 448, 64),
        ("512M", nil, nil),
        ("64M@256M", 256, 64),
        ("64M@0", nil, nil),
        ("64M@0x", nil, nil),
        ("64M@448M", 448, 64),
        ("64M@128M-256M", 192, 64),
        ("64M@192M-256M", 192, 64),
        ("64M@0-511M", 446, 64),
        ("64M@0-4G", 448, 64),
        ("512M@0", nil, nil),
    ])
    func `an area lies where the text says, as high as fits when that leaves a choice`(
        text: String, base: Int?, size: Int?
    ) throws {
        guard let base, let size else {
            #expect(throws: AreaPlacement.Refusal.self) {
                try AreaPlacement(parsing: text, memoryPages: Self.memory)
            }
            return
        }
        let geometry = try AreaPlacement(parsing: text, memoryPages: Self.memory).geometry
        #expect(geometry.basePFN == base * Self.mebibyte)
        #expect(geometry.pages == size * Self.mebibyte)
        #expect(geometry.orderPerBit == 0)
    }

    @Test(arguments: [("1", 512), ("2M", 512), ("2097153", 1024), ("3M", 1024), ("63M", 64 * 256)])
    func `a size is rounded up to whole pageblocks`(text: String, pages: Int) throws {
        let geometry = try AreaPlacement(parsing: text, memoryPages: Self.memory).geometry
        #expect(geometry.pages == pages)
        #expect(geometry.basePFN + geometry.pages == Self.memory)
    }

    @Test func `an area placed from above starts on a pageblock although the memory does not end on one`()
        throws
    {
        let geometry = try AreaPlacement(parsing: "4M", memoryPages: Self.memory - 100).geometry
        #expect(geometry.basePFN == Self.memory - 512 - 1024)
        #expect(geometry.pages == 1024)
    }

    @Test func `a window's end need not be on a pageblock`() throws {
        let geometry = try AreaPlacement(parsing: "4M@64M-81920K", memoryPages: Self.memory).geometry
        #expect(geometry.basePFN == 76 * Self.mebibyte)
        let odd = try AreaPlacement(parsing: "4M@64M-81924K", memoryPages: Self.memory).geometry
        #expect(odd.basePFN == 76 * Self.mebibyte)
    }

    @Test(arguments: ["", "0", "@256M", "abc", "64X", "-64M", "64M ", "64MB@256M", "4E"])
    func `a size that is none is refused`(text: String) {
        let refusal = #expect(throws: AreaPlacement.Refusal.self) {
            try AreaPlacement(parsing: text, memoryPages: Self.memory)
        }
        #expect(refusal?.description.hasPrefix("'\(text)'") == true)
        #expect(refusal?.description.contains("size is not a number") == true)
    }

    @Test(arguments: [
        ("64M@", "start is not a number"), ("64M@x", "start is not a number"),
        ("64M@-128M", "start is not a number"),
        ("64M@256M@1", "start is not a number"), ("64M@1M", "not a multiple of a pageblock"),
        ("64M@4K", "not a multiple of a pageblock"), ("64M@1M-256M", "not a multiple of a pageblock"),
        ("64M@256M-", "end lies before the start, or is not a number"),
        ("64M@256M-x", "end lies before the start, or is not a number"),
        ("64M@256M-128M", "end lies before the start, or is not a number"),
        ("64M@256M-512M-1", "end lies before the start, or is not a number"),
    ])
    func `a bad start or end is refused with what is wrong with it`(text: String, message: String) {
        let refusal = #expect(throws: AreaPlacement.Refusal.self) {
            try AreaPlacement(parsing: text, memoryPages: Self.memory)
        }
        #expect(refusal?.description.contains(message) == true, "\(String(describing: refusal))")
        #expect(refusal?.description.contains("\n") == false)
    }

    @Test(arguments: [
        "513M", "1G", "2E", "64M@449M", "64M@450M", "64M@512M", "64M@1G", "64M@256M-318M", "64M@256M-256M",
        "64M@480M-1G", "64M@1G-2G", "64M@2E-3E", "512M@64M",
    ])
    func `an area that does not fit is refused, with the machine's size`(text: String) {
        let refusal = #expect(throws: AreaPlacement.Refusal.self) {
            try AreaPlacement(parsing: text, memoryPages: Self.memory)
        }
        if text == "64M@449M" {
            #expect(refusal?.description.contains("pageblock") == true)
        } else {
            #expect(refusal?.description == "'\(text)' does not fit in a machine of 512 MiB")
        }
    }

    @Test(arguments: ["512M", "512M@0", "512M@2M", "64M@0", "64M@36M", "64M@0-64M", "475M@0-512M"])
    func `an area that would reach into what the kernel keeps for itself is refused`(text: String) {
        let refusal = #expect(throws: AreaPlacement.Refusal.self) {
            try AreaPlacement(parsing: text, memoryPages: Self.memory)
        }
        #expect(
            refusal?.description == "'\(text)' lies in the kernel's own memory, the first 37 MiB")
    }

    @Test func `the lowest place for an area is right above the kernel's memory`() throws {
        let geometry = try AreaPlacement(parsing: "64M@38M", memoryPages: Self.memory).geometry
        #expect(geometry.basePFN == 38 * Self.mebibyte)
        #expect(geometry.basePFN - Kernel.standard.boot.kernelPages(of: Self.memory) < 512)
    }

    @Test func `a machine smaller than a pageblock has no room for an area`() {
        #expect(throws: AreaPlacement.Refusal.self) { try AreaPlacement(parsing: "4K", memoryPages: 511) }
        #expect(throws: AreaPlacement.Refusal.self) { try AreaPlacement(parsing: "4K", memoryPages: 0) }
    }
}
