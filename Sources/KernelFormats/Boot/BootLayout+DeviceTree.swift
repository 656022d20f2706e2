/// What a kernel reserves for the nodes below `/reserved-memory`.
extension BootLayout {
    mutating func reserve(
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
            if index == 0 { (area.base, area.size, area.isFixed) = (item.base, item.size, true) }
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
}
