import Emulation
import TextSupport

/// Settings in place of what a scene file says: `machine.pins`, `machine.areas[0].size`,
/// `camera.count`, and `camera.width` for `camera.params.width`.
struct SceneOverrides: Sendable {
    private enum Step {
        case key(String)
        case index(Int)
    }

    /// Names of the devices as the file has them, in its order; empty for one without a name.
    private let devices: [String]

    init(root: SceneNode) {
        devices = (root["devices"]?.elements ?? []).map { device in
            if case .text(let name) = device["name"]?.content { return name }
            return ""
        }
    }

    /// Puts one value where its path points; keys that the file does not have are added.
    func apply(path: String, value: String, to root: inout SceneNode) throws(SceneError) {
        let place = Place.override("\(path)=\(value)")
        func refuse(_ message: String) -> SceneError { SceneError(message, at: place, path: "") }
        guard !value.unicodeScalars.contains(where: isControl) else {
            throw refuse("the value is more than one line of plain text")
        }
        guard let steps = Self.steps(of: path) else {
            throw refuse("the path is not KEY.KEY or KEY[NUMBER].KEY; write machine.pins=500")
        }
        let leaf = SceneNode(content: .text(value), place: place)
        try Self.set(&root, to: leaf, .scene, try resolve(steps, place)[...], trail: "")
    }

    /// `a.b[0].c` in its steps; nil when a name is empty or a bracket does not hold a number.
    private static func steps(of path: String) -> [Step]? {
        var steps: [Step] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != "[" }
            guard !name.isEmpty else { return nil }
            steps.append(.key(String(name)))
            guard name.endIndex != part.endIndex else { continue }
            let digits = part[name.endIndex...].dropFirst().dropLast()
            guard part.last == "]", digits.isDigits, let index = Int(digits) else {
                return nil
            }
            steps.append(.index(index))
        }
        return steps
    }

    /// The steps from the root: a path that begins with a device's name goes to that device, and
    /// there to a parameter unless the device itself has such a key.
    private func resolve(_ steps: [Step], _ place: Place) throws(SceneError) -> [Step] {
        guard case .key(let first) = steps.first, SceneSchema.scene[first] == nil else { return steps }
        guard !first.isEmpty, let device = devices.firstIndex(of: first) else {
            let known = SceneSchema.scene.keys + devices.filter { !$0.isEmpty }
            throw SceneError(
                "no key or device \(quoted(first))" + SceneSchema.advice(for: first, among: known), at: place,
                path: "")
        }
        let start: [Step] = [.key("devices"), .index(device)]
        if steps.count == 2, case .key(let key) = steps[1], SceneSchema.device[key] == nil {
            return start + [.key("params"), .key(key)]
        }
        return start + steps.dropFirst()
    }

    private static func set(
        _ node: inout SceneNode, to leaf: SceneNode, _ schema: SceneSchema, _ steps: ArraySlice<Step>,
        trail: String
    ) throws(SceneError) {
        func refuse(_ message: String) -> SceneError { SceneError(message, at: leaf.place, path: "") }
        let rest = steps.dropFirst()
        switch (schema, steps.first) {
        case (.value, nil):
            node = leaf
        case (.value, _):
            throw refuse("\(trail) is one value; set it without a further key")
        case (.mapping(let keys), .key(let key)):
            let prefix = trail.isEmpty ? "" : trail + "."
            guard let inner = schema[key] else {
                throw refuse(
                    "\(trail.isEmpty ? "a scene" : trail) has no key \(quoted(key))"
                        + SceneSchema.advice(for: key, among: keys.map(\.key), path: prefix))
            }
            try set(key, of: &node, to: leaf, inner, rest, trail: prefix + key)
        case (.arguments, .key(let key)):
            guard Names.isParameterName(key), key.utf8.count <= Scene.longestName else {
                throw refuse("\(quoted(key)) is no parameter name; use a-z, then a-z, 0-9 and _")
            }
            try set(key, of: &node, to: leaf, .value, rest, trail: "\(trail).\(key)")
        case (.list(let element), .index(let index)):
            var elements = node.elements
            guard elements.indices.contains(index) else {
                throw refuse(
                    elements.isEmpty
                        ? "the scene has no \(trail)"
                        : "\(trail) has no element \(index); they go from 0 to \(elements.count - 1)")
            }
            try set(&elements[index], to: leaf, element, rest, trail: "\(trail)[\(index)]")
            node.content = .list(elements)
        case (.list, _):
            throw refuse("\(trail) is a list; choose an element, such as \(trail)[0]")
        case (.mapping(let keys), _):
            throw refuse("\(trail) is a group; set one of \(keys.map(\.key).joined(separator: ", "))")
        case (.arguments, _):
            throw refuse("\(trail) is a group; set one of its values, such as \(trail).width")
        }
    }

    /// Goes on behind a key of a mapping, which is added when it is not there.
    private static func set(
        _ key: String, of node: inout SceneNode, to leaf: SceneNode, _ schema: SceneSchema,
        _ steps: ArraySlice<Step>, trail: String
    ) throws(SceneError) {
        var entries = node.entries
        let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
        if index == entries.endIndex {
            let empty: SceneNode.Content
            switch schema {
            case .list: empty = .list([])
            case .value, .mapping, .arguments: empty = .mapping([])
            }
            entries.append(
                .init(key: key, keyPlace: leaf.place, value: SceneNode(content: empty, place: leaf.place)))
        }
        try set(&entries[index].value, to: leaf, schema, steps, trail: trail)
        node.content = .mapping(entries)
    }
}
