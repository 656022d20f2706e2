import Foundation
import Testing

@testable import KernelFormats

@Suite struct DeviceTreeBlobTests {
    @Test func `nodes, properties and reservations are those of the source`() throws {
        let tree = try DeviceTree(parsing: TreeFixture.board())
        let cells: [Int] = [tree.rootCells.address, tree.rootCells.size]
        #expect(cells == [2, 2])
        #expect(tree.reservations.map { $0.address } == [0x4800_0000] as [UInt64])
        #expect(tree.bootArguments == "console=ttyS0 quiet")
        let reserved = try #require(tree.child("reserved-memory", of: tree.root))
        #expect(
            reserved.children.map { tree.nodes[$0].name }
                == ["firmware@7fe00000", "linux,cma", "video@60000000", "secure", "audio", "off"])
        let camera = try #require(tree.nodes.first { $0.name == "camera@10000000" })
        #expect(camera.path == "/soc/camera@10000000")
        #expect(camera.strings("compatible") == ["example,camera"])
        let video = try #require(tree.child("video", of: reserved))
        #expect(camera.cells("memory-region") == video.cells("phandle"))
        #expect(video["reusable"] == [])
        #expect(video["no-map"] == nil)
    }

    @Test func `a blob that is cut short anywhere is refused with an offset inside of it`() throws {
        let bytes = try TreeFixture.board()
        for length in 0..<bytes.count {
            let error = #expect(throws: DeviceTreeError.self) {
                try DeviceTree(parsing: Array(bytes[..<length]))
            }
            #expect((0...length).contains(error?.offset ?? -1))
        }
    }

    @Test func `a blob with any byte changed is read or refused`() throws {
        let bytes = try TreeFixture.board()
        var refused = 0
        for index in bytes.indices {
            for change: UInt8 in [0xff, 0x80, 0x01] {
                var damaged = bytes
                damaged[index] ^= change
                guard let tree = try? DeviceTree(parsing: damaged) else {
                    refused += 1
                    continue
                }
                // Whatever it says now, a layout comes of it or a line.
                _ = try? BootLayout(
                    tree: tree, commandLine: KernelCommandLine(), memory: 1 << 30, kernelBytes: { $0 / 16 })
            }
        }
        #expect(refused > 100)
    }

    @Test func `a header that points behind the end is refused with an offset inside of the blob`() throws {
        var bytes = try TreeFixture.board()
        bytes[8...11] = [0, 0, 0x80, 0x38]
        let error = #expect(throws: DeviceTreeError.self) { try DeviceTree(parsing: bytes) }
        #expect(error?.offset == bytes.count)
    }

    @Test func `other bytes are refused at their beginning`() {
        let error = #expect(throws: DeviceTreeError.self) { try DeviceTree(parsing: Array("/dts-v1/;".utf8)) }
        #expect(error?.offset == 0)
        #expect(error?.reason.contains("d0 0d fe ed") == true)
    }
}
