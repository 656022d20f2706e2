import Emulation
public import PhysicalMemory
import TextSupport

/// The machine of a scene and what is in its memory at the start.
public struct MachineScene: Sendable, Hashable {
    /// Memory of the machine, pages; in place of what a device tree says when the scene names one.
    public let memoryPages: Int
    /// 1 ... 256.
    public let cpus: Int
    /// A shipped cost profile's name, or a file's.
    public let costs: String
    /// The kernel that decides, with the scene's own `mutex` where it has one.
    public let kernel: Kernel
    /// 1 or more, the first is the default area; none when a device tree says what areas there are.
    public let areas: [AreaScene]
    /// Movable share of every area at the start, 0 ... 1.
    public let fill: Double
    /// Pinned pages at the start, spread over all areas; at most their pages, where the scene has them.
    public let pins: Int
    /// A state or a recording that the machine starts from in place of all this, as a file; its areas have
    /// the names of the scene's.
    public let state: String?
    /// A device tree that says what memory and areas the machine has, as a file.
    public let deviceTree: String?

    /// Gives a scene without areas the one of `devemu run`, so that it can be overridden in parts.
    static func addDefaultArea(to root: inout SceneNode) {
        func mapping(_ entries: [SceneNode.Entry]) -> SceneNode {
            SceneNode(content: .mapping(entries), place: .builtIn)
        }
        func entry(_ key: String, _ value: SceneNode) -> SceneNode.Entry {
            .init(key: key, keyPlace: .builtIn, value: value)
        }
        func text(_ key: String, _ text: String) -> SceneNode.Entry {
            entry(key, SceneNode(content: .text(text), place: .builtIn))
        }
        var machine = root["machine"] ?? mapping([])
        guard machine["areas"] == nil else { return }
        let area = mapping(SceneKey.defaultArea.map { text($0.name, $0.value) })
        machine.content = .mapping(
            machine.entries + [entry("areas", SceneNode(content: .list([area]), place: .builtIn))])
        root.content = .mapping(root.entries.filter { $0.key != "machine" } + [entry("machine", machine)])
    }

    /// Refuses what a state says as well.
    private static func state(
        _ section: SceneSection, _ reader: inout SceneReader
    ) throws(SceneError) -> String? {
        guard let state = reader.optional("state", in: section) else { return nil }
        for key in ["memory", "cpus", "fill", "pins"] {
            guard let node = section.node[key], node.place != .builtIn else { continue }
            throw SceneError(
                "a state says what memory, CPUs and pages there are; leave \(key) out", at: node.place,
                path: section.path(of: key))
        }
        return try state.nonEmpty("the name of a file that 'devemu import' wrote")
    }

    /// Refuses what a device tree says as well, and a state, which has areas of its own.
    private static func deviceTree(
        _ section: SceneSection, _ reader: inout SceneReader
    ) throws(SceneError) -> String? {
        guard let tree = reader.optional("device_tree", in: section) else { return nil }
        for key in ["areas", "state"] {
            guard let place = section.node[key]?.writtenPlace else { continue }
            throw SceneError(
                "a device tree says what areas there are; leave \(key) out", at: place,
                path: section.path(of: key))
        }
        return try tree.nonEmpty("the name of a .dtb or .dts file")
    }

    init(_ section: SceneSection, _ reader: inout SceneReader) throws(SceneError) {
        state = try Self.state(section, &reader)
        deviceTree = try Self.deviceTree(section, &reader)
        // Without a word here the memory is the tree's: none of the scene's values.
        let memory =
            deviceTree == nil
            ? reader.value("memory", in: section)
            : reader.optional("memory", in: section)
                ?? SceneField(
                    text: SceneKey(path: "machine.memory")?.defaultValue ?? "", place: .builtIn,
                    path: section.path(of: "memory"))
        memoryPages = try memory.pages(
            in: 1024...MachineMemory.pageLimit, "from 4M to 64G", example: "1G")
        cpus = try reader.value("cpus", in: section).number(in: 1...256)
        let name = reader.value("kernel", in: section)
        guard let named = Kernel(named: name.text) else {
            throw name.error(
                "\(quoted(name.text)) is not a kernel that devemu knows; one of "
                    + Kernel.all.map(\.name).joined(separator: ", "))
        }
        costs = try reader.value("costs", in: section, default: named.costs).nonEmpty(
            "the name of a cost profile")
        let mutex = reader.value("mutex", in: section, default: named.search.mutex.rawValue)
        guard let scope = MutexScope(rawValue: mutex.text) else {
            throw mutex.error(
                "\(quoted(mutex.text)) is not a scope of the mutex; one of "
                    + MutexScope.allCases.map(\.rawValue).joined(separator: ", "))
        }
        kernel = named.with { $0.search.mutex = scope }
        areas =
            deviceTree == nil
            ? try AreaScene.read(section, memory: memory, memoryPages: memoryPages, &reader) : []
        fill = try reader.value("fill", in: section).share()
        let pins = reader.value("pins", in: section)
        self.pins =
            try deviceTree == nil
            ? pins.number(in: 0...areas.reduce(0) { $0 + $1.sizePages }, "the pages of all areas")
            : pins.number(in: 0...MachineMemory.pageLimit)
    }
}

/// A contiguous area of a scene's machine.
public struct AreaScene: Sendable, Hashable {
    public let name: String
    /// Pages; the size of the scene, rounded up to whole pageblocks.
    public let sizePages: Int
    /// Page frame number of the first page; nil for as high as fits.
    public let basePages: Int?
    /// log2 of the pages of one bit, 0 ... 10.
    public let orderPerBit: Int

    /// A page frame number range with the field that says where it starts.
    private typealias Claim = (name: String, range: Range<Int>, field: SceneField)

    static func read(
        _ machine: SceneSection, memory: SceneField, memoryPages: Int, _ reader: inout SceneReader
    ) throws(SceneError) -> [AreaScene] {
        let list = machine.section("areas")
        guard !list.node.elements.isEmpty else {
            throw list.error("the list is empty; write at least {name: linux,cma, size: 256M}")
        }
        var areas: [AreaScene] = []
        var names: Set<String> = []
        var fixed: [Claim] = []
        var taken = 0
        for (index, node) in list.node.elements.enumerated() {
            let section = SceneSection(node, path: "\(list.path)[\(index)]")
            let name = try reader.required("name", in: section, example: "linux,cma")
            guard (1...Scene.longestName).contains(name.text.count), !name.text.contains("/"),
                !name.text.unicodeScalars.contains(where: isControl)
            else {
                throw name.error(
                    "\(quoted(name.text)) is no name of an area: 1 to \(Scene.longestName) characters, no '/'"
                )
            }
            guard names.insert(name.text).inserted else {
                throw name.error("a second area \(quoted(name.text)); give each its own name")
            }
            let size = try reader.required("size", in: section, example: "256M")
            let base = reader.optional("base", in: section)
            let order = reader.value("order_per_bit", in: section)
            let area = try AreaScene(
                name: name.text, size: size, base: base, order: order, memory: memory,
                memoryPages: memoryPages)
            taken += area.sizePages
            guard taken <= memoryPages - Kernel.standard.boot.kernelPages(of: memoryPages) else {
                throw size.blamed(with: memory).error(
                    "the areas up to this one have \(PageGeometry.standard.mebibytes(of: taken)) MiB, more than the machine has for them"
                )
            }
            if let base, let start = area.basePages {
                fixed.append((area.name, start..<start + area.sizePages, base))
            }
            areas.append(area)
        }
        try refuseOverlaps(fixed)
        return areas
    }

    private init(
        name: String, size: SceneField, base: SceneField?, order: SceneField, memory: SceneField,
        memoryPages: Int
    ) throws(SceneError) {
        self.name = name
        guard try size.size().bytes > 0 else {
            throw size.error("\(quoted(size.text)) is not a size above 0; write 256M")
        }
        _ = try base?.size()
        let geometry: AreaGeometry
        do {
            geometry = try AreaPlacement(
                parsing: base.map { "\(size.text)@\($0.text)" } ?? size.text, memoryPages: memoryPages
            ).geometry
        } catch {
            throw (base ?? size).blamed(with: size, memory).error(error.description)
        }
        sizePages = geometry.pages
        basePages = base.map { _ in geometry.basePFN }
        orderPerBit = try order.number(in: 0...10)
        guard sizePages.isMultiple(of: 1 << orderPerBit) else {
            throw order.error("the size \(quoted(size.text)) is no multiple of 2^\(orderPerBit) pages")
        }
    }

    /// Refuses the one of two areas at the same frames that the file has later.
    private static func refuseOverlaps(_ claims: [Claim]) throws(SceneError) {
        let order = claims.indices.sorted { claims[$0].range.lowerBound < claims[$1].range.lowerBound }
        for (left, right) in zip(order, order.dropFirst())
        where claims[left].range.overlaps(claims[right].range) {
            let (later, earlier) = (claims[max(left, right)], claims[min(left, right)])
            throw later.field.error("the area overlaps \(quoted(earlier.name)); move one of the two")
        }
    }
}
