import Foundation
import Testing

@testable import KernelFormats

/// A board in three places: 1 GiB from 1 GiB on, an area of every kind.
enum TreeFixture {
    static func board() throws -> [UInt8] {
        let url = try #require(
            Bundle.module.url(forResource: "board", withExtension: "dtb", subdirectory: "Trees"))
        return Array(try Data(contentsOf: url))
    }

    /// A tree of two cells each with reserved memory in it, of nodes as (name, properties).
    static func tree(
        memory: [(UInt64, UInt64)] = [(0, 1 << 30)], _ reserved: [(String, [(String, [UInt8])])]
    ) -> DeviceTree {
        let two = cells(2)
        var root = node("", "/", [("#address-cells", two), ("#size-cells", two)])
        var nodes: [DeviceTree.Node] = []
        func add(_ item: DeviceTree.Node) -> Int {
            nodes.append(item)
            return nodes.count
        }
        root.children.append(
            add(
                node(
                    "memory", "/memory",
                    [
                        ("device_type", Array("memory\0".utf8)),
                        ("reg", memory.flatMap { cells($0.0 >> 32, $0.0, $0.1 >> 32, $0.1) }),
                    ])))
        var group = node(
            "reserved-memory", "/reserved-memory",
            [("#address-cells", two), ("#size-cells", two), ("ranges", [])])
        for (name, properties) in reserved {
            group.children.append(add(node(name, "/reserved-memory/\(name)", properties)))
        }
        root.children.append(add(group))
        return DeviceTree(nodes: [root] + nodes, reservations: [])
    }

    private static func node(
        _ name: String, _ path: String, _ properties: [(String, [UInt8])]
    ) -> DeviceTree.Node {
        DeviceTree.Node(name: name, path: path, properties: properties.map { (name: $0, value: $1) })
    }

    /// Numbers as 32-bit cells, each cut to its low half.
    static func cells(_ numbers: UInt64...) -> [UInt8] {
        numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt64($0))) }
        }
    }

    /// A 64-bit number in two cells.
    static func wide(_ numbers: UInt64...) -> [UInt8] { numbers.flatMap { cells($0 >> 32, $0) } }

    /// The properties of a contiguous area, and more.
    static func cma(_ more: (String, [UInt8])...) -> [(String, [UInt8])] {
        [("compatible", Array("shared-dma-pool\0".utf8)), ("reusable", [])] + more
    }
}
