/// What a kernel sets aside while it boots, in the order in which Linux 6.1 on a machine with one node does
/// it: the `reg` nodes of `/reserved-memory`, the memory reservation map, the nodes with a `size`, the area
/// of `cma=`, the area of `hugetlb_cma=`.
///
/// Follows early_init_fdt_scan_reserved_mem() in drivers/of/fdt.c, fdt_init_reserved_mem() in
/// drivers/of/of_reserved_mem.c, rmem_cma_setup() in kernel/dma/contiguous.c,
/// cma_declare_contiguous_nid() in mm/cma.c and hugetlb_cma_reserve() in mm/hugetlb.c.
public struct BootLayout: Sendable {
    /// Bytes that a contiguous area starts and ends on: a pageblock of 4 KiB pages.
    public static let areaAlignment: UInt64 = 2 << 20
    /// Areas that a kernel has room for: its own and 7.
    static let areaLimit = 8
    private static let gigantic: UInt64 = 1 << 30
    private static let fourGiB: UInt64 = 4 << 30

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
    public private(set) var areas: [Area] = []

    private var map: MemoryMap

    /// - Parameters:
    ///   - tree: nil for a machine without a device tree.
    ///   - memory: instead of what the tree says; needed where it says nothing.
    ///   - kernelBytes: what the kernel itself takes at the start of memory.
    /// - Throws: `DeviceTreeError` when the tree's cells cannot be read or nobody says how much memory
    ///   there is.
    public init(
        tree: DeviceTree?, commandLine: KernelCommandLine, memory size: UInt64? = nil,
        kernelBytes: (_ memoryBytes: UInt64) -> UInt64
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
        if let size = commandLine.hugePages { reserveHugePages(size) }
    }

    /// The `reg` of all memory nodes, empty ones included.
    private static func memory(of tree: DeviceTree, _ cells: (address: Int, size: Int)) -> [Range<UInt64>] {
        tree.root.children.map { tree.nodes[$0] }
            .filter { $0.strings("device_type").first == "memory" && $0.isAvailable }
            .flatMap { node in
                (ReservedMemoryNode(node, cells: cells).fixed ?? []).map { $0.base..<MemoryMap.end(of: $0) }
            }
    }

    // MARK: The device tree

    private mutating func reserve(
        from tree: DeviceTree, _ cells: (address: Int, size: Int), _ commandLine: KernelCommandLine
    ) {
        guard let root = tree.child("reserved-memory", of: tree.root) else { return }
        func own(_ name: String) -> UInt32? { root.cells(name)?.first }
        guard own("#address-cells") == UInt32(cells.address), own("#size-cells") == UInt32(cells.size),
            root["ranges"] != nil
        else {
            var area = Area(name: root.name, source: root.path, kind: .reserved, size: 0)
            area.refusal = .invalid(
                "the node needs #address-cells \(cells.address), #size-cells \(cells.size) as the root has them, "
                    + "and an empty 'ranges'; as it is nothing in it is reserved")
            areas.append(area)
            return
        }
        let nodes = root.children.map { tree.nodes[$0] }.filter(\.isAvailable)
            .map { ReservedMemoryNode($0, cells: cells) }
        var pending = nodes.map { node -> Area in
            var area = Area(
                name: node.name, source: node.path, kind: Self.kind(of: node), size: node.size ?? 0)
            area.isUnmapped = node.isNoMap
            area.isDefault = node.isArea && node.isDefault
            area.devices = Self.devices(of: node, in: tree)
            area.refusal = node.problem
            return area
        }
        for (index, node) in nodes.enumerated() where pending[index].refusal == nil {
            reserveFixed(node, &pending[index])
        }
        for (number, item) in tree.reservations.enumerated() {
            map.reserve(
                item.address..<MemoryMap.end(of: (item.address, item.size)), for: "/memreserve/ \(number + 1)"
            )
        }
        for (index, node) in nodes.enumerated() where pending[index].refusal == nil {
            if let size = node.size { place(node, size, &pending[index]) }
            if pending[index].refusal == nil { setUp(node, &pending[index], commandLine) }
            areas.append(pending[index])
        }
        areas += pending.filter { item in item.refusal != nil && !areas.contains { $0.source == item.source }
        }
    }

    private static func kind(of node: ReservedMemoryNode) -> Area.Kind {
        guard node.compatible.contains("shared-dma-pool") else { return .reserved }
        return node.isReusable ? .cma : .coherent
    }

    private static func devices(of node: ReservedMemoryNode, in tree: DeviceTree) -> [String] {
        guard let phandle = node.phandle else { return [] }
        return tree.nodes.filter { $0.cells("memory-region")?.contains(phandle) == true }.map(\.path)
    }

    /// The ranges of `reg`; the first is what the node is known by.
    private mutating func reserveFixed(_ node: ReservedMemoryNode, _ area: inout Area) {
        for (index, item) in (node.fixed ?? []).enumerated() {
            let range = item.base..<MemoryMap.end(of: item)
            let owner = map.owner(in: range)
            if index == 0 { (area.base, area.size) = (item.base, item.size) }
            if let owner, node.isNoMap, map.isMemory(range) {
                area.refusal = BootRefusal(
                    .busy, "\(Self.text(range)) is reserved by \(owner.owner) already and cannot be unmapped")
                return
            }
            if let owner {
                area.warning = "overlaps \(owner.owner) at \(Self.text(owner.range))"
            } else if !map.isMemory(range) && !node.isNoMap {
                area.warning = "\(Self.text(range)) is not all memory"
            }
            map.reserve(range, for: node.name)
        }
    }

    private mutating func place(_ node: ReservedMemoryNode, _ size: UInt64, _ area: inout Area) {
        var alignment = max(node.alignment, 64)
        if node.isArea { alignment = max(alignment, Self.areaAlignment) }
        guard alignment.nonzeroBitCount == 1 else {
            area.refusal = .invalid("alignment 0x\(String(alignment, radix: 16)) is no power of two")
            return
        }
        let windows = node.windows ?? [0..<UInt64.max]
        for window in windows {
            guard size > 0, let base = map.place(size, alignment: alignment, in: window) else { continue }
            area.base = base
            map.reserve(base..<base + size, for: node.name)
            return
        }
        area.refusal = BootRefusal(.noMemory, shortage(size, alignment: alignment, in: windows))
    }

    /// What the kernel makes of memory that it has reserved for a node.
    private mutating func setUp(
        _ node: ReservedMemoryNode, _ area: inout Area, _ commandLine: KernelCommandLine
    ) {
        guard area.kind == .cma, let base = area.base else { return }
        if node.isNoMap {
            area.refusal = .invalid("'reusable' and 'no-map' contradict each other: drop one")
        } else if area.isDefault, commandLine.cma != nil {
            area.refusal = BootRefusal(
                .busy, "the command line has cma=, which replaces the default area of the device tree")
        } else if (base | area.size) % Self.areaAlignment != 0 {
            area.refusal = .invalid(
                "\(Self.text(base..<MemoryMap.end(of: (base, area.size)))) does not start and end on 2 MiB; "
                    + "the next that does has 0x\(Self.hex(base)) and 0x\(Self.hex(area.size)), rounded up")
        } else if areas.count(where: { $0.kind == .cma && $0.refusal == nil }) == Self.areaLimit {
            area.refusal = BootRefusal(.noSpace, "there are \(Self.areaLimit) areas already")
        } else {
            return
        }
        map.release(base..<MemoryMap.end(of: (base, area.size)), of: node.name)
    }

    // MARK: The command line

    private mutating func reserve(_ setting: KernelCommandLine.Area) {
        guard setting.size > 0 else { return }
        // A default area of the device tree was bypassed for this one.
        let isFixed =
            setting.base != 0
            && setting.base.addingReportingOverflow(setting.size).partialValue == setting.limit
        declare(
            "reserved", "cma=", setting.size, base: setting.base, limit: setting.limit, isFixed: isFixed,
            orderPerBit: 0, isDefault: true)
    }

    private mutating func reserveHugePages(_ size: UInt64) {
        guard size > 0 else { return }
        guard size >= Self.gigantic, let rounded = MemoryMap.roundedUp(size, to: Self.gigantic) else {
            var area = Area(name: "hugetlb0", source: "hugetlb_cma=", kind: .cma, size: size)
            area.refusal = .invalid("an area of gigantic pages has at least 1 GiB")
            areas.append(area)
            return
        }
        declare(
            "hugetlb0", "hugetlb_cma=", rounded, base: 0, limit: 0, isFixed: false, orderPerBit: 9,
            isDefault: false)
    }

    private mutating func declare(
        _ name: String, _ source: String, _ size: UInt64, base: UInt64, limit: UInt64, isFixed: Bool,
        orderPerBit: Int, isDefault: Bool
    ) {
        var area = Area(name: name, source: source, kind: .cma, size: size)
        area.orderPerBit = orderPerBit
        area.isDefault = isDefault
        defer { areas.append(area) }
        let step = Self.areaAlignment
        guard areas.count(where: { $0.kind == .cma && $0.refusal == nil }) < Self.areaLimit else {
            area.refusal = BootRefusal(.noSpace, "there are \(Self.areaLimit) areas already")
            return
        }
        guard !isFixed || base % step == 0 else {
            area.refusal = .invalid("the start 0x\(String(base, radix: 16)) is no multiple of 2 MiB")
            return
        }
        guard let start = MemoryMap.roundedUp(base, to: step),
            let rounded = MemoryMap.roundedUp(size, to: step)
        else {
            area.refusal = .invalid("the size is more than there are addresses")
            return
        }
        area.size = rounded
        let top = limit & ~(step - 1)
        let end = top == 0 ? map.end : min(top, map.end)
        let (last, isTooFar) = start.addingReportingOverflow(rounded)
        guard !isTooFar, last <= end else {
            area.refusal = .invalid(
                "\(Self.mebibytes(rounded)) from 0x\(String(start, radix: 16)) on end above "
                    + "0x\(String(end, radix: 16)), where the window or memory ends")
            return
        }
        if isFixed {
            let range = start..<last
            if let owner = map.owner(in: range) {
                area.refusal = BootRefusal(
                    .busy, "\(Self.text(range)) overlaps \(owner.owner) at \(Self.text(owner.range))")
                return
            }
            area.base = start
            if !map.isMemory(range) { area.warning = "\(Self.text(range)) is not all memory" }
        } else {
            // Low memory is spared where there is memory above 4 GiB.
            let high =
                map.end >= MemoryMap.end(of: (Self.fourGiB, rounded)) && end > Self.fourGiB
                ? map.place(rounded, alignment: step, in: Self.fourGiB..<end, fromBottom: true) : nil
            guard let place = high ?? map.place(rounded, alignment: step, in: start..<end) else {
                area.refusal = BootRefusal(.noMemory, shortage(rounded, alignment: step, in: [start..<end]))
                return
            }
            area.base = place
        }
        if let place = area.base { map.reserve(place..<place + rounded, for: name) }
    }

    // MARK: Words

    /// Why so many bytes have no place: the longest free stretch, and who has what lies beside it.
    private func shortage(_ size: UInt64, alignment: UInt64, in windows: [Range<UInt64>]) -> String {
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

    private static func hex(_ number: UInt64) -> String {
        String(MemoryMap.roundedUp(number, to: areaAlignment) ?? number, radix: 16)
    }

    private static func mebibytes(_ bytes: UInt64) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\((bytes + 1023) >> 10) KiB"
    }
}
