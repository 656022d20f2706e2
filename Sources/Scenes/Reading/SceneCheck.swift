/// Everything that is wrong with a scene, where reading one stops at the first thing.
///
/// After each problem the value is left out, or another stands in for it where the scene needs one, and the rest is
/// read.
public struct SceneCheck: Sendable {
    /// In the order of the file; those of overrides last.
    public let problems: [SceneError]
    /// The scene without what is wrong; nil where nothing is left that could be run.
    public let scene: Scene?

    private static let mostProblems = 1000

    /// - Parameter overrides: as ``Scene/init(parsing:overrides:)`` takes them.
    public init(parsing bytes: [UInt8], overrides: [(path: String, value: String)]) {
        var root: SceneNode
        do {
            root = try SceneSyntax.parse(bytes)
        } catch {
            problems = [error]
            scene = nil
            return
        }
        var problems = SceneSchema.scene.mend(&root, path: "")
        guard case .mapping = root.content else {
            self.problems = problems
            scene = nil
            return
        }
        MachineScene.addDefaultArea(to: &root)
        let settings = SceneOverrides(root: root)
        for (path, value) in overrides {
            do {
                try settings.apply(path: path, value: value, to: &root)
            } catch {
                problems.append(error)
            }
        }
        var repair = SceneRepair(root: root)
        var found: Scene?
        while found == nil, problems.count < Self.mostProblems {
            do {
                found = try Scene(root: repair.root)
            } catch {
                if !repair.isConsequence(error) { problems.append(error) }
                guard repair.leaveOut(error) else { break }
            }
        }
        let order = problems.indices.sorted { left, right in
            let (a, b) = (problems[left], problems[right])
            return (a.line == 0 ? 1 : 0, a.line, a.column, left) < (
                b.line == 0 ? 1 : 0, b.line, b.column, right
            )
        }
        self.problems = order.map { problems[$0] }
        if found != nil, repair.isRunnable {
            scene = try? Scene(root: repair.withoutStandIns)
        } else {
            scene = nil
        }
    }
}

/// A scene's tree from which wrong values are taken.
private struct SceneRepair {
    private(set) var root: SceneNode
    /// Whether no plugin stands in for another.
    private(set) var isRunnable = true
    /// Names of areas and devices that stand-ins took the place of.
    private var lostNames: Set<String> = []
    private var standIns = 0
    /// Positions of events that others stand in for, so that the rest keep theirs.
    private var lostEvents: Set<Int> = []
    private var repaired: Set<String> = []

    init(root: SceneNode) { self.root = root }

    private enum Step: Equatable {
        case key(String)
        case index(Int)
    }

    /// Whether a reference is wrong only because the name that it refers to was.
    func isConsequence(_ error: SceneError) -> Bool {
        guard ["devices[].area", "events[].device"].contains(SceneKey.pattern(of: error.path)),
            case .text(let name)? = node(at: Self.steps(of: error.path)[...], in: root)?.content
        else { return false }
        return lostNames.contains(name) || lostNames.contains(String(name.prefix { $0 != "." }))
    }

    /// Makes the tree one that is not wrong in this way.
    /// - Returns: false where that cannot be done.
    mutating func leaveOut(_ error: SceneError) -> Bool {
        let steps = Self.steps(of: error.path)
        guard repaired.insert("\(error.line):\(error.column) \(error.path) \(error.message)").inserted,
            let wrong = node(at: steps[...], in: root)
        else { return false }
        let key = SceneKey(path: error.path)
        let isElement = steps.last.map { if case .index = $0 { true } else { false } } ?? true
        // What has keys of its own lacks one that it needs.
        if isElement || key?.kind == .mapping {
            return addRequiredKeys(to: wrong, parent: key, isRoot: steps.isEmpty, at: steps)
        }
        if key?.isRequired != true {
            change(steps[...], in: &root) { _ in nil }
            MachineScene.addDefaultArea(to: &root)
            return true
        }
        if standInForEvent(at: steps) { return true }
        if let key, key.name == "name", case .text(let name) = wrong.content { lostNames.insert(name) }
        guard let key, let replacement = standIn(for: key) else { return false }
        change(steps[...], in: &root) { node in
            var node = node
            node.content = replacement
            return node
        }
        return true
    }

    private mutating func addRequiredKeys(
        to node: SceneNode, parent: SceneKey?, isRoot: Bool, at steps: [Step]
    ) -> Bool {
        if standInForEvent(at: steps) { return true }
        let list = isRoot ? nil : SceneKey(path: Self.path(of: steps.dropLast()))
        let missing = SceneKey.keys(of: isRoot ? nil : list ?? parent).filter {
            $0.isRequired && node[$0.name] == nil
        }
        guard !missing.isEmpty else { return false }
        var added: [SceneNode.Entry] = []
        for key in missing {
            guard let content = standIn(for: key) else { return false }
            added.append(
                .init(
                    key: key.name, keyPlace: node.place,
                    value: SceneNode(content: content, place: node.place)))
        }
        change(steps[...], in: &root) { node in
            var node = node
            node.content = .mapping(node.entries + added)
            return node
        }
        return true
    }

    /// Puts an event that the reader takes in the place of one that it does not.
    private mutating func standInForEvent(at steps: [Step]) -> Bool {
        guard steps.count >= 2, steps[0] == .key("events"), case .index(let index) = steps[1],
            case .text(let device)? = root["devices"]?.elements.first?["name"]?.content
        else { return false }
        lostEvents.insert(index)
        change(steps.prefix(2), in: &root) { node in
            var node = node
            node.content = .mapping(
                [("t", "0s"), ("device", device), ("op", "start")].map { key, text in
                    .init(
                        key: key, keyPlace: node.place,
                        value: SceneNode(content: .text(text), place: node.place))
                })
            return node
        }
        return true
    }

    /// The tree without the events that others stand in for.
    var withoutStandIns: SceneNode {
        var tree = root
        change([.key("events")], in: &tree) { node in
            var node = node
            node.content = .list(
                node.elements.enumerated().filter { !lostEvents.contains($0.offset) }.map(\.element))
            return node
        }
        return tree
    }

    /// A value that the reader takes, unlike any other of its key.
    private mutating func standIn(for key: SceneKey) -> SceneNode.Content? {
        standIns += 1
        switch key.path {
        case "summary": return .text("summary")
        case "machine.areas[].name", "devices[].name": return .text("unnamed-\(standIns)")
        case "machine.areas[].size": return .text("4M")
        case "devices[].plugin":
            isRunnable = false
            return .text(key.example)
        case "devices":
            isRunnable = false
            let entries = SceneKey.keys(of: key).filter(\.isRequired).map { key in
                SceneNode.Entry(
                    key: key.name, keyPlace: .builtIn,
                    value: SceneNode(content: .text(key.example), place: .builtIn))
            }
            return .list([SceneNode(content: .mapping(entries), place: .builtIn)])
        default: return nil
        }
    }

    // MARK: Places in the tree

    private static func steps(of path: String) -> [Step] {
        path.split(separator: ".").flatMap { part -> [Step] in
            let pieces = part.split(whereSeparator: { $0 == "[" || $0 == "]" })
            return pieces.enumerated().map { position, piece in
                position > 0 ? Int(piece).map { .index($0) } ?? .key(String(piece)) : .key(String(piece))
            }
        }
    }

    private static func path(of steps: ArraySlice<Step>) -> String {
        steps.reduce("") { path, step in
            switch step {
            case .key(let key): path.isEmpty ? key : "\(path).\(key)"
            case .index(let index): "\(path)[\(index)]"
            }
        }
    }

    private func node(at steps: ArraySlice<Step>, in node: SceneNode) -> SceneNode? {
        switch steps.first {
        case nil: return node
        case .key(let key)?: return node[key].flatMap { self.node(at: steps.dropFirst(), in: $0) }
        case .index(let index)?:
            guard node.elements.indices.contains(index) else { return nil }
            return self.node(at: steps.dropFirst(), in: node.elements[index])
        }
    }

    /// Puts another node in a place, or none for nil; the root stays.
    private func change(
        _ steps: ArraySlice<Step>, in node: inout SceneNode, _ body: (SceneNode) -> SceneNode?
    ) {
        guard let step = steps.first else {
            if let changed = body(node) { node = changed }
            return
        }
        switch step {
        case .key(let key):
            var entries = node.entries
            guard let index = entries.firstIndex(where: { $0.key == key }) else { return }
            if steps.count == 1 {
                if let changed = body(entries[index].value) {
                    entries[index].value = changed
                } else {
                    entries.remove(at: index)
                }
            } else {
                change(steps.dropFirst(), in: &entries[index].value, body)
            }
            node.content = .mapping(entries)
        case .index(let index):
            var elements = node.elements
            guard elements.indices.contains(index) else { return }
            if steps.count == 1 {
                if let changed = body(elements[index]) {
                    elements[index] = changed
                } else {
                    elements.remove(at: index)
                }
            } else {
                change(steps.dropFirst(), in: &elements[index], body)
            }
            node.content = .list(elements)
        }
    }
}
