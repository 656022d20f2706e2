internal import CLibFDT

extension DeviceTree {
    /// Bytes of the largest blob that is read.
    public static let byteLimit = 16 << 20
    /// The kernel itself gives up below so many levels.
    static let depthLimit = 64
    private static let magic: [UInt8] = [0xd0, 0x0d, 0xfe, 0xed]

    /// Whether bytes begin as a flattened device tree does.
    public static func isBlob(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// Reads a flattened device tree (.dtb). Corresponds to unflatten_device_tree() in drivers/of/fdt.c of
    /// Linux 6.1; the format is the Devicetree Specification's, read with libfdt.
    public init(parsing bytes: [UInt8]) throws(DeviceTreeError) {
        guard Self.isBlob(bytes) else {
            throw DeviceTreeError(offset: 0, reason: "no device tree blob; one begins with d0 0d fe ed")
        }
        guard bytes.count <= Self.byteLimit else {
            throw DeviceTreeError(
                offset: Self.byteLimit,
                reason: "more than \(Self.byteLimit >> 20) MiB; a device tree has less")
        }
        guard bytes.count >= 40 else {
            throw DeviceTreeError(offset: bytes.count, reason: "the header ends here; it has 40 bytes")
        }
        let total = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        guard total <= bytes.count else {
            throw DeviceTreeError(
                offset: bytes.count, reason: "the file ends here; its header says \(total) bytes")
        }
        // libfdt wants the blob on a multiple of 8 bytes.
        let blob = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { blob.deallocate() }
        blob.copyBytes(from: bytes)
        guard let start = blob.baseAddress else {
            throw DeviceTreeError(offset: 0, reason: "no device tree blob")
        }
        let pointer = UnsafeRawPointer(start)
        let problem = fdt_check_full(pointer, bytes.count)
        guard problem == 0 else {
            throw DeviceTreeError(
                offset: min(Int(Self.headerField(2, of: bytes)), bytes.count),
                reason: "the blob is damaged: \(String(cString: fdt_strerror(problem)))")
        }
        reservations = []
        for number in 0..<max(fdt_num_mem_rsv(pointer), 0) {
            var (address, size): (UInt64, UInt64) = (0, 0)
            if fdt_get_mem_rsv(pointer, number, &address, &size) == 0 { reservations.append((address, size)) }
        }
        nodes = []
        try readNodes(pointer)
        guard !nodes.isEmpty else {
            throw DeviceTreeError(
                offset: Int(Self.headerField(2, of: bytes)), reason: "there is no root node")
        }
    }

    /// A 32-bit number of the header.
    private static func headerField(_ index: Int, of bytes: [UInt8]) -> UInt32 {
        bytes[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func readNodes(_ blob: UnsafeRawPointer) throws(DeviceTreeError) {
        // Numbers of the nodes from the root to the present one.
        var trail: [Int] = []
        var depth: Int32 = 0
        var offset = fdt_next_node(blob, -1, &depth)
        depth = 0
        while offset >= 0 {
            guard depth >= 0 else { return }
            guard depth < Self.depthLimit else {
                throw DeviceTreeError(
                    offset: Int(offset), reason: "more than \(Self.depthLimit) levels of nodes")
            }
            trail.removeLast(trail.count - min(Int(depth), trail.count))
            let name = fdt_get_name(blob, offset, nil).map { String(cString: $0) } ?? ""
            let parent = trail.last
            let path = parent.map { ($0 == 0 ? "" : nodes[$0].path) + "/" + name } ?? "/"
            var node = Node(name: name, path: path)
            var property = fdt_first_property_offset(blob, offset)
            while property >= 0 {
                var (text, length): (UnsafePointer<CChar>?, Int32) = (nil, 0)
                if let value = fdt_getprop_by_offset(blob, property, &text, &length), let text, length >= 0 {
                    let bytes = UnsafeRawBufferPointer(start: value, count: Int(length))
                    node.properties.append((String(cString: text), Array(bytes)))
                }
                property = fdt_next_property_offset(blob, property)
            }
            if let parent { nodes[parent].children.append(nodes.count) }
            trail.append(nodes.count)
            nodes.append(node)
            offset = fdt_next_node(blob, offset, &depth)
        }
    }
}
