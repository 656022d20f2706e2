import Scenes
import TextSupport

/// Takes a grid out of the nodes of its file.
struct GridReader {
    private static let keys = ["summary", "scene", "plugins", "strategies", "seeds", "vary", "sample"]
    private static let longestSummary = 200

    private let root: SceneNode

    init(_ root: SceneNode) throws(SceneError) {
        guard case .mapping = root.content else {
            throw SceneError(
                "\(root.kind) stands here; a grid begins with summary: TEXT", at: root.place, path: "")
        }
        self.root = root
        try Self.check(root, keys: Self.keys, path: "")
    }

    func summary() throws(SceneError) -> String {
        guard let node = root["summary"] else { throw missing("summary", example: "what it asks") }
        let text = try Self.text(node, path: "summary")
        guard !text.isEmpty, text.count <= Self.longestSummary else {
            throw SceneError(
                "a summary is one line of 1 to \(Self.longestSummary) characters", at: node.place,
                path: "summary")
        }
        return text
    }

    func subject() throws(SceneError) -> Grid.Subject {
        switch (root["scene"], root["plugins"]) {
        case (let scene?, nil): return .scene(try Self.value(scene, path: "scene"))
        case (nil, let plugins?): return .plugins(try Self.values(plugins, path: "plugins"))
        case (_?, let plugins?):
            throw SceneError(
                "a scene has plugins of its own; leave one of the two out", at: plugins.place, path: "plugins"
            )
        case (nil, nil): throw missing("scene", example: "FILE.yaml, or plugins: [camera.so]")
        }
    }

    func strategies() throws(SceneError) -> [GridValue] {
        guard let node = root["strategies"] else { return [] }
        let values = try Self.values(node, path: "strategies")
        try Self.refuseRepetition(values, path: "strategies")
        return values
    }

    /// `seeds: 10`, or `{first: 5, count: 10}`.
    func seeds() throws(SceneError) -> Grid.Seeds {
        guard let node = root["seeds"] else { return .init(first: nil, count: 1) }
        guard case .mapping = node.content else {
            return .init(
                first: nil, count: Int(try Self.number(node, path: "seeds", 1...UInt64(Grid.mostValues))))
        }
        try Self.check(node, keys: ["first", "count"], path: "seeds")
        let first = try node["first"].map { node throws(SceneError) in
            try Self.number(node, path: "seeds.first", 0...Grid.Seeds.end - 1)
        }
        guard let counted = node["count"] else {
            throw SceneError("how many? add count: 10", at: node.place, path: "seeds")
        }
        let count = try Self.number(counted, path: "seeds.count", 1...UInt64(Grid.mostValues))
        guard (first ?? 1) <= Grid.Seeds.end - count else {
            throw SceneError(
                "the last seed is not below \(Grid.Seeds.end)", at: counted.place, path: "seeds.count")
        }
        return .init(first: first, count: Int(count))
    }

    func sample() throws(SceneError) -> Grid.Sample? {
        guard let node = root["sample"] else { return nil }
        try Self.check(node, keys: ["method", "count", "seed"], path: "sample")
        let methods = Grid.Sample.Method.allCases
        let method = try node["method"].map { node throws(SceneError) in
            try Self.choice(node, among: methods, path: "sample.method")
        }
        guard let counted = node["count"] else {
            throw SceneError("how many combinations? add count: 1000", at: node.place, path: "sample")
        }
        let count = try Self.number(counted, path: "sample.count", 1...UInt64(Grid.mostValues))
        let seed = try node["seed"].map { node throws(SceneError) in
            try Self.number(node, path: "sample.seed", 0...UInt64.max)
        }
        return .init(method: method ?? .latinHypercube, count: Int(count), seed: seed ?? 1)
    }

    func keys(isSampled: Bool) throws(SceneError) -> [VariedKey] {
        guard let node = root["vary"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            throw SceneError(
                "\(node.kind) stands here; write keys of the scene, such as machine.pins: [0, 300]",
                at: node.place,
                path: "vary")
        }
        var keys: [VariedKey] = []
        for entry in entries {
            let path = "vary.\(entry.key)"
            guard entry.key != "seed" else {
                throw SceneError(
                    "the grid's own seeds: say how many there are", at: entry.keyPlace, path: path)
            }
            let values = try VariedValues(entry.value, path: path, isSampled: isSampled)
            let (line, column) = entry.keyPlace.lineAndColumn
            keys.append(VariedKey(path: entry.key, line: line, column: column, values: values))
        }
        return keys
    }

    func tooManyRuns() -> SceneError {
        SceneError(
            "more than \(Grid.largest) runs; draw some of them with sample: {count: 1000}",
            at: (root["vary"] ?? root).place, path: "vary")
    }

    private func missing(_ key: String, example: String) -> SceneError {
        SceneError("missing key '\(key)'; add \(key): \(example)", at: root.place, path: "")
    }
}

/// Nodes as what they are to be.
extension GridReader {
    /// Refuses keys that a mapping does not know, and what is no mapping.
    static func check(_ node: SceneNode, keys: [String], path: String) throws(SceneError) {
        guard case .mapping(let entries) = node.content else {
            throw SceneError(
                "\(node.kind) stands here; write a mapping with \(keys.joined(separator: ", "))",
                at: node.place,
                path: path)
        }
        for entry in entries where !keys.contains(entry.key) {
            throw SceneError(
                "unknown key \(quoted(entry.key))" + SceneSchema.advice(for: entry.key, among: keys),
                at: entry.keyPlace, path: path)
        }
    }

    static func text(_ node: SceneNode, path: String) throws(SceneError) -> String {
        guard case .text(let text) = node.content else {
            throw SceneError("\(node.kind) stands here; write one value", at: node.place, path: path)
        }
        return text
    }

    static func value(_ node: SceneNode, path: String) throws(SceneError) -> GridValue {
        let text = try text(node, path: path)
        guard !text.isEmpty else { throw SceneError("the text is empty", at: node.place, path: path) }
        return GridValue(text, at: node.place)
    }

    /// One value, or a list of them that is not empty.
    static func values(_ node: SceneNode, path: String) throws(SceneError) -> [GridValue] {
        guard case .list(let elements) = node.content else { return [try value(node, path: path)] }
        guard !elements.isEmpty else {
            throw SceneError("the list is empty; write one value at least", at: node.place, path: path)
        }
        var values: [GridValue] = []
        for (index, element) in elements.enumerated() {
            values.append(try value(element, path: "\(path)[\(index)]"))
        }
        return values
    }

    static func refuseRepetition(_ values: [GridValue], path: String) throws(SceneError) {
        var seen: Set<String> = []
        for value in values where !seen.insert(value.text).inserted {
            throw SceneError(
                "\(quoted(value.text)) stands twice; keep one of the two", line: value.line,
                column: value.column,
                path: path)
        }
    }

    static func number(
        _ node: SceneNode, path: String, _ range: ClosedRange<UInt64>
    ) throws(SceneError) -> UInt64 {
        let text = try text(node, path: path)
        guard let number = UInt64(text), range.contains(number) else {
            throw SceneError(
                "\(quoted(text)) is no whole number from \(range.lowerBound) to \(range.upperBound)",
                at: node.place,
                path: path)
        }
        return number
    }

    static func choice<Choice: RawRepresentable<String>>(
        _ node: SceneNode, among choices: [Choice], path: String
    ) throws(SceneError) -> Choice {
        let text = try text(node, path: path)
        guard let choice = choices.first(where: { $0.rawValue == text }) else {
            throw SceneError(
                "\(quoted(text)) is none of \(choices.map(\.rawValue).joined(separator: ", "))",
                at: node.place,
                path: path)
        }
        return choice
    }
}
