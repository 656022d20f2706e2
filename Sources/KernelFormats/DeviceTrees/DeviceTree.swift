/// A device tree: nodes with properties, as a boot loader hands it to a kernel.
public struct DeviceTree: Sendable {
    public struct Node: Sendable {
        /// With the unit address, such as `memory@40000000`; empty for the root.
        public let name: String
        /// From the root, such as `/reserved-memory/linux,cma`; `/` for the root.
        public let path: String
        /// In the order of the tree.
        public internal(set) var properties: [(name: String, value: [UInt8])] = []
        /// Numbers in ``DeviceTree/nodes``, in the order of the tree.
        public internal(set) var children: [Int] = []

        /// The value of a property; nil when the node does not have it.
        public subscript(name: String) -> [UInt8]? { properties.first { $0.name == name }?.value }

        /// The texts of a property, none when it is not there.
        public func strings(_ name: String) -> [String] {
            (self[name] ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }

        /// The 32-bit cells of a property; nil when it is not there or its length is no multiple of 4.
        public func cells(_ name: String) -> [UInt32]? {
            guard let bytes = self[name], bytes.count.isMultiple(of: 4) else { return nil }
            return stride(from: 0, to: bytes.count, by: 4).map { start in
                bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
            }
        }

        /// Whether the kernel takes the node into account: `status` is absent, `okay` or `ok`.
        public var isAvailable: Bool {
            guard let status = strings("status").first else { return true }
            return status == "okay" || status == "ok"
        }
    }

    /// The root first, every node before its children.
    public internal(set) var nodes: [Node]
    /// The memory reservation map in front of the tree: addresses and sizes in bytes.
    public internal(set) var reservations: [(address: UInt64, size: UInt64)]

    public var root: Node { nodes[0] }

    /// The child of a node by its name, with or without its unit address.
    public func child(_ name: String, of node: Node) -> Node? {
        node.children.lazy.map { nodes[$0] }.first {
            $0.name == name || $0.name.prefix { $0 != "@" } == name
        }
    }

    /// Cells of an address and of a size at the root; 1 and 1 by default, as the kernel takes it.
    public var rootCells: (address: Int, size: Int) {
        func count(_ name: String) -> Int { Int(root.cells(name)?.first ?? 1) }
        return (count("#address-cells"), count("#size-cells"))
    }

    /// The kernel's command line in `/chosen`; nil without one.
    public var bootArguments: String? {
        child("chosen", of: root).flatMap { $0.strings("bootargs").first }
    }
}

/// Why bytes are no device tree.
public struct DeviceTreeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where in the bytes.
    public var offset: Int
    /// What is wrong and what would be right, in one line.
    public var reason: String

    public var description: String { "byte \(offset): \(reason)" }
}
