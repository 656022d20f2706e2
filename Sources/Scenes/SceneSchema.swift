import PluginManifests

/// The shape of a scene: which keys stand where, and what kind of node is behind each.
package indirect enum SceneSchema: Sendable {
    case value
    /// Named keys, in the order in which a configuration is printed.
    case mapping([(key: String, schema: SceneSchema)])
    case list(SceneSchema)
    /// Keys that somebody else knows, a value behind each: a plugin's parameters, an operation's
    /// arguments.
    case arguments

    static let scene = SceneSchema.mapping([
        ("summary", .value), ("seed", .value),
        (
            "machine",
            .mapping([
                ("memory", .value), ("cpus", .value), ("kernel", .value), ("costs", .value),
                ("mutex", .value),
                ("areas", .list(values("name", "size", "base", "order_per_bit"))),
                ("fill", .value), ("pins", .value), ("state", .value),
                ("device_tree", .value),
            ])
        ),
        (
            "background",
            values(
                "writers", "disk", "processes", "thp", "mlock", "turnover", "transient_pins", "page_locks",
                "warm_up")
        ),
        ("devices", .list(device)),
        (
            "events",
            .list(
                .mapping([
                    ("t", .value), ("device", .value), ("op", .value), ("every", .value),
                    ("times", .value), ("with", .arguments),
                ]))
        ),
        ("duration", .value),
        ("instrument", .mapping([("host_calls", .value), ("inject", .list(.value))])),
    ])

    static let device = SceneSchema.mapping([
        ("name", .value), ("plugin", .value), ("area", .value), ("strategy", .value),
        ("priority", .value), ("params", .arguments), ("count", .value),
    ])

    private static func values(_ keys: String...) -> SceneSchema { .mapping(keys.map { ($0, .value) }) }

    /// The keys of a mapping, none for anything else.
    var keys: [String] {
        if case .mapping(let keys) = self { return keys.map(\.key) }
        return []
    }

    subscript(key: String) -> SceneSchema? {
        if case .mapping(let keys) = self { return keys.first { $0.key == key }?.schema }
        return nil
    }

    /// What the right kind of node looks like, for a message.
    private var wanted: String {
        switch self {
        case .value: "one value"
        case .mapping: "a mapping with " + keys.joined(separator: ", ")
        case .list: "a list; begin each element with '- '"
        case .arguments: "a mapping such as {width: 1920}"
        }
    }

    /// The keys to choose from instead of one that does not exist. `path` is put before a near one.
    package static func advice(for name: String, among keys: [String], path: String = "") -> String {
        if let near = Spelling.nearest(to: name, among: keys) { return "; did you mean \(path)\(near)?" }
        return "; there are " + keys.joined(separator: ", ")
    }

    /// Refuses nodes of the wrong kind and keys that do not exist.
    func check(_ node: SceneNode, path: String) throws(SceneError) {
        switch (self, node.content) {
        case (_, .nothing):
            throw SceneError(
                "nothing stands here; write \(wanted), or leave the key out", at: node.place, path: path)
        case (.value, .text): return
        case (.list(let element), .list(let nodes)):
            for (index, node) in nodes.enumerated() { try element.check(node, path: "\(path)[\(index)]") }
        case (.mapping, .mapping(let entries)):
            for entry in entries {
                guard let schema = self[entry.key] else {
                    throw SceneError(
                        "unknown key \(quoted(entry.key))" + Self.advice(for: entry.key, among: keys),
                        at: entry.keyPlace, path: path)
                }
                try schema.check(entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)")
            }
        case (.arguments, .mapping(let entries)):
            for entry in entries {
                guard Names.isParameterName(entry.key), entry.key.utf8.count <= Scene.longestName else {
                    throw SceneError(
                        "\(quoted(entry.key)) is no parameter name; use a-z, then a-z, 0-9 and _",
                        at: entry.keyPlace, path: path)
                }
                try SceneSchema.value.check(entry.value, path: "\(path).\(entry.key)")
            }
        default:
            throw SceneError("\(node.kind) stands here; write \(wanted)", at: node.place, path: path)
        }
    }
}
