/// A child of `/reserved-memory`, as the kernel reads it. Follows drivers/of/of_reserved_mem.c of Linux 6.1
/// and the bindings in reserved-memory/ of the device tree schema.
struct ReservedMemoryNode {
    /// A range of physical addresses, bytes.
    typealias Range = (base: UInt64, size: UInt64)

    let name: String
    let path: String
    let isReusable: Bool
    let isNoMap: Bool
    let isDefault: Bool
    let compatible: [String]
    let phandle: UInt32?
    /// `reg`, when the node has one that can be read.
    private(set) var fixed: [Range]?
    /// `size`, otherwise.
    private(set) var size: UInt64?
    /// 0 without one.
    private(set) var alignment: UInt64 = 0
    /// `alloc-ranges` with their ends, in their order; nil for everywhere.
    private(set) var windows: [Swift.Range<UInt64>]?
    /// Why the kernel does not take the node.
    private(set) var problem: BootRefusal?

    /// Whether the kernel would make a contiguous area of it: what is neither mapped nor shared cannot be.
    var isArea: Bool { compatible.contains("shared-dma-pool") && isReusable && !isNoMap }

    init(_ node: DeviceTree.Node, cells: (address: Int, size: Int)) {
        name = node.name
        path = node.path
        isReusable = node["reusable"] != nil
        isNoMap = node["no-map"] != nil
        isDefault = node["linux,cma-default"] != nil
        compatible = node.strings("compatible")
        phandle = node.cells("phandle")?.first ?? node.cells("linux,phandle")?.first
        let pair = cells.address + cells.size
        func pairs(_ values: [UInt32]) -> [Range] {
            stride(from: 0, to: values.count, by: pair).map { start in
                (
                    Self.number(values[start..<start + cells.address]),
                    Self.number(values[start + cells.address..<start + pair])
                )
            }
        }
        func length(_ property: String, _ expected: String) -> BootRefusal {
            .invalid("'\(property)' has \(node[property]?.count ?? 0) bytes; \(expected) would be right")
        }
        if node["reg"] != nil {
            guard let values = node.cells("reg"), values.count.isMultiple(of: pair) else {
                problem = length("reg", "a multiple of \(4 * pair)")
                return
            }
            fixed = pairs(values)
            return
        }
        guard node["size"] != nil else {
            problem = BootRefusal(
                .noEntry, "the node has neither 'reg' nor 'size' and is passed over; give it one of them")
            return
        }
        guard let values = node.cells("size"), values.count == cells.size else {
            problem = length("size", "\(4 * cells.size)")
            return
        }
        size = Self.number(values[...])
        if node["alignment"] != nil {
            // The kernel reads it with the cells of an address although the binding says those of a size.
            guard let values = node.cells("alignment"), values.count == cells.address else {
                problem = length("alignment", "\(4 * cells.address)")
                return
            }
            alignment = Self.number(values[...])
        }
        if node["alloc-ranges"] != nil {
            guard let values = node.cells("alloc-ranges"), values.count.isMultiple(of: pair) else {
                problem = length("alloc-ranges", "a multiple of \(4 * pair)")
                return
            }
            windows = pairs(values).map { $0.base..<MemoryMap.end(of: $0) }
        }
    }

    /// The last two of big-endian cells.
    private static func number(_ cells: ArraySlice<UInt32>) -> UInt64 {
        cells.reduce(0) { $0 << 32 | UInt64($1) }
    }
}

/// Why a kernel does not set up what it was told to.
public struct BootRefusal: Sendable, Equatable, Codable {
    public enum Errno: Int, Sendable, Codable {
        case noEntry = -2
        case noMemory = -12
        case busy = -16
        case invalid = -22
        case noSpace = -28

        public var name: String {
            switch self {
            case .noEntry: "ENOENT"
            case .noMemory: "ENOMEM"
            case .busy: "EBUSY"
            case .invalid: "EINVAL"
            case .noSpace: "ENOSPC"
            }
        }
    }

    public var errno: Errno
    /// What is wrong and what would be right.
    public var reason: String

    init(_ errno: Errno, _ reason: String) {
        self.errno = errno
        self.reason = reason
    }

    static func invalid(_ reason: String) -> BootRefusal { BootRefusal(.invalid, reason) }
}
