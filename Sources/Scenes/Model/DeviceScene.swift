import Emulation
import TextSupport

/// One instance of a device of a scene.
public struct DeviceScene: Sendable, Equatable {
    /// Unique; `camera.2` for the second of several.
    public let name: String
    /// The plugin as the scene writes it.
    public let plugin: String
    /// Index in `MachineScene.areas`; 0 when it has none.
    public let area: Int
    /// An area of the machine's device tree, as the scene writes it; nil for the one that the tree gives the
    /// device, or without a tree.
    public let areaName: String?
    /// As the scene writes it; nil for the plugin's own choice.
    public let strategy: String?
    /// -20 ... 19; of events due at the same instant the lower number goes first.
    public let priority: Int
    /// In the order of the file, those of overrides last.
    public let parameters: [ParameterScene]
}

/// The instances of one device of a scene file.
struct DeviceGroup {
    /// Most instances of one device, and of all together.
    static let limit = EmulatedMachine.deviceLimit

    /// Name of the device, which stands for all its instances.
    let name: String
    let instances: [DeviceScene]

    static func read(
        _ top: SceneSection, machine: MachineScene, _ reader: inout SceneReader
    ) throws(SceneError) -> [DeviceGroup] {
        let list = top.section("devices")
        guard top.node["devices"] != nil else {
            throw top.error("missing key 'devices'; add a list, such as - {name: camera, plugin: camera.so}")
        }
        guard !list.node.elements.isEmpty else {
            throw list.error("the list is empty; write at least {name: camera, plugin: camera.so}")
        }
        var groups: [DeviceGroup] = []
        var names: Set<String> = []
        var left = limit
        for (index, node) in list.node.elements.enumerated() {
            let path = "\(list.path)[\(index)]"
            let section = SceneSection(node, path: path, shownPath: shownPath(of: node) ?? path)
            let group = try DeviceGroup(section, machine: machine, names: &names, left: left, &reader)
            left -= group.instances.count
            groups.append(group)
        }
        return groups
    }

    /// A device goes by its name in the file; nil when that is not what it is called now.
    private static func shownPath(of node: SceneNode) -> String? {
        guard let name = node["name"], name.place.origin != .override, case .text(let text) = name.content
        else { return nil }
        return text
    }

    private init(
        _ section: SceneSection, machine: MachineScene, names: inout Set<String>, left: Int,
        _ reader: inout SceneReader
    ) throws(SceneError) {
        let name = try reader.required("name", in: section, example: "camera")
        try Self.check(name, names: &names)
        self.name = name.text
        let plugin = try reader.required("plugin", in: section, example: "camera.so")
            .nonEmpty("the plugin's file")
        let area = try Self.area(section, machine.areas, &reader)
        let strategy = try reader.optional("strategy", in: section)?.nonEmpty("the name of a strategy")
        let priority = try reader.value("priority", in: section).number(in: -20...19)
        let parameters = reader.arguments("params", in: section)
        let count = reader.value("count", in: section)
        let instances = try count.number(in: 1...Self.limit)
        guard instances <= left else {
            throw count.blamed(with: name).error("more than \(Self.limit) devices in all")
        }
        self.instances = (1...instances).map { instance in
            DeviceScene(
                name: instances == 1 ? name.text : "\(name.text).\(instance)", plugin: plugin,
                area: area.index, areaName: area.name, strategy: strategy, priority: priority,
                parameters: parameters)
        }
    }

    /// Without areas a device tree has them, whose names are not known here.
    private static func area(
        _ section: SceneSection, _ areas: [AreaScene], _ reader: inout SceneReader
    ) throws(SceneError) -> (index: Int, name: String?) {
        guard let first = areas.first else {
            return (0, try reader.optional("area", in: section)?.nonEmpty("the name of an area"))
        }
        let area = reader.value("area", in: section, default: first.name)
        guard let index = areas.firstIndex(where: { $0.name == area.text }) else {
            throw area.error(
                "no area \(quoted(area.text))" + SceneSchema.advice(for: area.text, among: areas.map(\.name)))
        }
        return (index, nil)
    }

    /// Refuses what is no identifier, is taken, or is where overrides look for something else.
    private static func check(_ name: SceneField, names: inout Set<String>) throws(SceneError) {
        let bytes = name.text.utf8
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        guard (1...32).contains(bytes.count), let head = bytes.first, letters.contains(head),
            bytes.allSatisfy({ letters.contains($0) || (48...57).contains($0) || "_-".utf8.contains($0) })
        else {
            throw name.error(
                "\(quoted(name.text)) is no name of a device: a-z, then a-z, 0-9, _ and -, 32 at most")
        }
        guard SceneSchema.scene[name.text] == nil else {
            throw name.error("'\(name.text)' is a key of a scene; choose another name")
        }
        guard names.insert(name.text).inserted else {
            throw name.error("a second device '\(name.text)'; give each its own name, or write count: 2")
        }
    }
}
