/// What a kernel sets aside while it boots, in the order in which Linux 6.1 on a machine with one node does
/// it: the `reg` nodes of `/reserved-memory`, the memory reservation map, the nodes with a `size`, the area
/// of `cma=`, the area of `hugetlb_cma=`.
///
/// Follows early_init_fdt_scan_reserved_mem() in drivers/of/fdt.c, fdt_init_reserved_mem() in
/// drivers/of/of_reserved_mem.c, rmem_cma_setup() in kernel/dma/contiguous.c,
/// cma_declare_contiguous_nid() in mm/cma.c and hugetlb_cma_reserve() in mm/hugetlb.c; of Linux 7.3 an area of
/// `hugetlb_cma=` that has no place as a whole, see `SplitArea`.
public struct BootLayout: Sendable {
    /// Bytes that a contiguous area starts and ends on: a pageblock of 4 KiB pages.
    public static let areaAlignment: UInt64 = 2 << 20
    /// Areas that a kernel has room for: its own and 7.
    static let areaLimit = 8
    static let gigantic: UInt64 = 1 << 30
    static let fourGiB: UInt64 = 4 << 30

    /// In what kernels differ that place areas.
    public struct Rules: Sendable, Equatable {
        /// Ranges that the area of `hugetlb_cma=` can have, at most.
        public var mostRanges: Int
        /// Bytes that it, or each of its ranges, begins on a multiple of; a power of two.
        public var hugePageAlignment: UInt64

        /// By default those of Linux 6.1.
        public init(mostRanges: Int = 1, hugePageAlignment: UInt64 = areaAlignment) {
            self.mostRanges = mostRanges
            self.hugePageAlignment = hugePageAlignment
        }
    }

    public struct Area: Sendable, Equatable {
        public enum Kind: String, Sendable, Codable {
            /// A contiguous area that movable pages may use meanwhile.
            case cma
            /// Memory of devices alone, which coherent allocations come out of.
            case coherent
            /// Memory that the kernel leaves alone.
            case reserved
        }

        /// What the kernel calls it.
        public let name: String
        /// The node's path, or the setting.
        public let source: String
        public var kind: Kind
        /// Bytes; nil for what has no place.
        public var base: UInt64?
        /// Where an area lies that is split, in the order in which a search goes through its ranges; the first begins
        /// at `base`. Empty for one that is not split.
        public var ranges: [Range<UInt64>] = []
        /// Whether it was asked for at that place.
        public var isFixed = false
        public var size: UInt64
        public var orderPerBit = 0
        /// Whether devices have it that name no area.
        public var isDefault = false
        /// Whether it is left out of the kernel's own mapping.
        public var isUnmapped = false
        /// Paths of the devices whose `memory-region` it is.
        public var devices: [String] = []
        /// Why it was not set up; nil when it was.
        public var refusal: BootRefusal?
        /// What it was set up in spite of.
        public var warning: String?
    }

    /// Ascending and apart, bytes.
    public let memory: [Range<UInt64>]
    /// In the order in which the kernel comes to them, those that it refuses included.
    public internal(set) var areas: [Area] = []

    var map: MemoryMap

    /// - Parameters:
    ///   - tree: nil for a machine without a device tree.
    ///   - memory: instead of what the tree says; needed where it says nothing.
    ///   - rules: of the kernel that boots.
    ///   - kernelBytes: what the kernel itself takes at the start of memory.
    /// - Throws: `DeviceTreeError` when the tree's cells cannot be read or nobody says how much memory
    ///   there is.
    public init(
        tree: DeviceTree?, commandLine: KernelCommandLine, memory size: UInt64? = nil,
        rules: Rules = Rules(), kernelBytes: (_ memoryBytes: UInt64) -> UInt64
    ) throws(DeviceTreeError) {
        let cells = tree?.rootCells ?? (address: 2, size: 2)
        guard (1...2).contains(cells.address), (1...2).contains(cells.size) else {
            throw DeviceTreeError(
                offset: 0,
                reason:
                    "#address-cells \(cells.address) and #size-cells \(cells.size) of the root are not 1 or 2"
            )
        }
        let told = tree.map { Self.memory(of: $0, cells) } ?? []
        if let size {
            let start = told.map(\.lowerBound).min() ?? 0
            map = MemoryMap(memory: [start..<MemoryMap.end(of: (start, size))])
        } else {
            map = MemoryMap(memory: told)
        }
        memory = map.memory
        guard let first = memory.first else {
            throw DeviceTreeError(
                offset: 0, reason: "no memory node with a size: say how much there is with --memory 2G")
        }
        let total = memory.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
        let kernelEnd = MemoryMap.end(of: (first.lowerBound, kernelBytes(total)))
        map.reserve(first.lowerBound..<min(kernelEnd, first.upperBound), for: "the kernel")
        if let tree { reserve(from: tree, cells, commandLine) }
        if let area = commandLine.cma { reserve(area) }
        if let size = commandLine.hugePages { reserveHugePages(size, rules) }
    }

    /// The `reg` of all memory nodes, empty ones included.
    private static func memory(of tree: DeviceTree, _ cells: (address: Int, size: Int)) -> [Range<UInt64>] {
        tree.root.children.map { tree.nodes[$0] }
            .filter { $0.strings("device_type").first == "memory" && $0.isAvailable }
            .flatMap { node in
                (ReservedMemoryNode(node, cells: cells).fixed ?? []).map { $0.base..<MemoryMap.end(of: $0) }
            }
    }

    // MARK: Words

    /// Why so many bytes have no place: the longest free stretch, and who has what lies beside it.
    func shortage(_ size: UInt64, alignment: UInt64, in windows: [Range<UInt64>]) -> String {
        let stretches = windows.flatMap { map.free(in: $0) }
        guard
            let longest = stretches.max(by: { $0.upperBound - $0.lowerBound < $1.upperBound - $1.lowerBound })
        else { return "\(Self.mebibytes(size)) do not fit: there is no free memory in its windows" }
        let length = longest.upperBound - longest.lowerBound
        let beside = map.claims.filter {
            $0.range.upperBound == longest.lowerBound || $0.range.lowerBound == longest.upperBound
        }.sorted { $0.range.lowerBound < $1.range.lowerBound }
        let aligned = length >= size ? ", though not at a multiple of \(Self.mebibytes(alignment))" : ""
        let split =
            beside.isEmpty
            ? ""
            : "; beside it lies "
                + beside.map { "\($0.owner) at \(Self.text($0.range))" }.joined(separator: " and ")
        return "\(Self.mebibytes(size)) do not fit: the longest free stretch is \(Self.mebibytes(length)) at "
            + "\(Self.text(longest))\(aligned)\(split)"
    }

    static func text(_ range: Range<UInt64>) -> String {
        "0x\(String(range.lowerBound, radix: 16))-0x\(String(range.upperBound, radix: 16))"
    }

    static func hex(_ number: UInt64) -> String {
        String(MemoryMap.roundedUp(number, to: areaAlignment) ?? number, radix: 16)
    }

    static func mebibytes(_ bytes: UInt64) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\((bytes + 1023) >> 10) KiB"
    }
}
