import TextSupport

/// The shape of a scene: which keys stand where, and what kind of node is behind each.
package indirect enum SceneSchema: Sendable {
    case value
    /// Named keys, in the order in which a configuration is printed.
    case mapping([(key: String, schema: SceneSchema)])
    case list(SceneSchema)
    /// Keys that somebody else knows, a value behind each: a plugin's parameters, an operation's
    /// arguments.
    case arguments

    static let scene = SceneSchema(keysOf: nil)

    static let device: SceneSchema = {
        guard case .list(let element)? = scene["devices"] else { return .arguments }
        return element
    }()

    /// The shape of a mapping of the scene, or of the elements of a list.
    private init(keysOf parent: SceneKey?) {
        self = .mapping(SceneKey.keys(of: parent).map { ($0.name, SceneSchema($0)) })
    }

    private init(_ key: SceneKey) {
        switch key.kind {
        case .mapping: self.init(keysOf: key)
        case .list: self = .list(SceneSchema(keysOf: key))
        case .texts: self = .list(.value)
        case .arguments: self = .arguments
        case .text, .file, .whole, .size, .duration, .share, .yesOrNo, .choice: self = .value
        }
    }

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
        var node = node
        if let first = mend(&node, path: path).first { throw first }
    }

    /// Takes out every node of the wrong kind and every key that does not exist; a key that is misspelt gets the name
    /// that is meant, where no other has it.
    ///
    /// - Returns: what was wrong, in the order of the file.
    func mend(_ node: inout SceneNode, path: String) -> [SceneError] {
        switch (self, node.content) {
        case (.value, .text): return []
        case (.list(let element), .list(let nodes)):
            var problems: [SceneError] = []
            var kept: [SceneNode] = []
            for (index, node) in nodes.enumerated() {
                var node = node
                let found = element.mend(&node, path: "\(path)[\(index)]")
                problems += found
                if element.takes(node) { kept.append(node) }
            }
            node.content = .list(kept)
            return problems
        case (.mapping, .mapping(let entries)):
            return mend(entries, of: &node) { entry in
                guard let schema = self[entry.key] else {
                    return .failure(
                        SceneError(
                            "unknown key \(quoted(entry.key))" + Self.advice(for: entry.key, among: keys),
                            at: entry.keyPlace, path: path))
                }
                return .success((schema, path.isEmpty ? entry.key : "\(path).\(entry.key)"))
            }
        case (.arguments, .mapping(let entries)):
            return mend(entries, of: &node) { entry in
                guard Names.isParameterName(entry.key), entry.key.utf8.count <= Scene.longestName else {
                    return .failure(
                        SceneError(
                            "\(quoted(entry.key)) is no parameter name; use a-z, then a-z, 0-9 and _",
                            at: entry.keyPlace, path: path))
                }
                return .success((.value, "\(path).\(entry.key)"))
            }
        case (_, .nothing):
            return [
                SceneError(
                    "nothing stands here; write \(wanted), or leave the key out", at: node.place, path: path)
            ]
        default:
            return [SceneError("\(node.kind) stands here; write \(wanted)", at: node.place, path: path)]
        }
    }

    /// An entry with the key that is meant; nil where none is near, or another entry has it.
    private func respelt(_ entry: SceneNode.Entry, among entries: [SceneNode.Entry]) -> SceneNode.Entry? {
        guard let near = Spelling.nearest(to: entry.key, among: keys),
            !entries.contains(where: { $0.key == near })
        else { return nil }
        return SceneNode.Entry(key: near, keyPlace: entry.keyPlace, value: entry.value)
    }

    /// Mends the values of a mapping, and leaves out the keys that are refused or have no value that can stand.
    private func mend(
        _ entries: [SceneNode.Entry], of node: inout SceneNode,
        schema: (SceneNode.Entry) -> Result<(SceneSchema, path: String), SceneError>
    ) -> [SceneError] {
        var problems: [SceneError] = []
        var kept: [SceneNode.Entry] = []
        for entry in entries {
            var entry = entry
            var found = schema(entry)
            if case .failure(let problem) = found {
                problems.append(problem)
                guard let meant = respelt(entry, among: entries) else { continue }
                entry = meant
                found = schema(entry)
            }
            guard case .success(let (schema, path)) = found else { continue }
            problems += schema.mend(&entry.value, path: path)
            if schema.takes(entry.value) { kept.append(entry) }
        }
        node.content = .mapping(kept)
        return problems
    }

    /// Whether a node is of the right kind, whatever is in it.
    private func takes(_ node: SceneNode) -> Bool {
        switch (self, node.content) {
        case (.value, .text), (.list, .list), (.mapping, .mapping), (.arguments, .mapping): true
        default: false
        }
    }
}
