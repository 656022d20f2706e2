import TextSupport
import Yams

/// YAML to located nodes, by way of Yams: one document of mappings, lists and texts.
///
/// Tags, anchors and references are refused: a scene says each thing where it is.
package struct SceneSyntax {
    /// Levels of nodes in one another that are looked at; a scene has five.
    private static let deepest = 16

    private let source: SceneText
    /// What messages call the file.
    private let kind: String

    /// The one document of a scene file, or of a file of another kind that is written like one.
    package static func parse(_ bytes: [UInt8], as kind: String = "scene") throws(SceneError) -> SceneNode {
        try SceneSyntax(source: SceneText(bytes, as: kind), kind: kind).document()
    }

    private func document() throws(SceneError) -> SceneNode {
        do {
            // The parser is kept until the nodes are converted: they hold their anchors weakly.
            let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
            defer { withExtendedLifetime(parser) {} }
            if let root = try parser.singleRoot() { return try node(root, depth: 0) }
        } catch let error as YamlError {
            throw refusal(error)
        } catch let error as SceneError {
            throw error
        } catch {
            throw SceneError("no YAML: \(quoted("\(error)"))", line: 1, column: 1)
        }
        throw SceneError("the file is empty; a \(kind) begins with summary: TEXT", line: 1, column: 1)
    }

    private func node(_ node: Node, depth: Int) throws(SceneError) -> SceneNode {
        let place = Place.file(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        func refuse(_ message: String) -> SceneError { SceneError(message, at: place, path: "") }
        guard depth < Self.deepest else { throw refuse("nested too deeply for a \(kind)") }
        if let anchor = node.anchor {
            throw refuse(
                "anchor \(quoted("&" + source.restored(anchor.rawValue))) in a \(kind); leave it out")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain
            let text = source.restored(scalar.string)
            if isPlain, source.isReference(scalar.string) {
                throw refuse("reference \(quoted(text)) in a \(kind); write the value itself")
            }
            guard node.tag == Tag(.str) else { throw refuse(tagged(node)) }
            guard !text.unicodeScalars.contains(where: isControl) else {
                throw refuse("\(quoted(text)) is more than one line of plain text")
            }
            return SceneNode(content: isPlain && text.isEmpty ? .nothing : .text(text), place: place)
        case .mapping(let mapping):
            guard node.tag == Tag(.map) else { throw refuse(tagged(node)) }
            var entries: [SceneNode.Entry] = []
            for (key, value) in mapping {
                let name = try self.node(key, depth: depth + 1)
                guard case .text(let text) = name.content else {
                    throw SceneError("a key is one word, not \(name.kind)", at: name.place, path: "")
                }
                try entries.append(
                    .init(key: text, keyPlace: name.place, value: self.node(value, depth: depth + 1)))
            }
            return SceneNode(content: .mapping(entries), place: place)
        case .sequence(let sequence):
            guard node.tag == Tag(.seq) else { throw refuse(tagged(node)) }
            var elements: [SceneNode] = []
            for element in sequence { try elements.append(self.node(element, depth: depth + 1)) }
            return SceneNode(content: .list(elements), place: place)
        case .alias:
            throw refuse("reference in a \(kind); write the value itself")
        }
    }

    private func tagged(_ node: Node) -> String {
        "tag \(quoted(source.restored(node.tag.rawValue))) in a \(kind); leave it out"
    }

    /// What the parser did not accept, in one line.
    private func refusal(_ error: YamlError) -> SceneError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return SceneError(wording(problem, context, mark), line: mark.line, column: mark.column)
        case .composer(_, _, let mark, _):
            return SceneError(
                "another document begins; a file holds one \(kind)", line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let keys, let context):
            let key = quoted(source.restored(keys.first ?? ""))
            let opening = source.scalar(line: context.mark.line, column: context.mark.column)
            return SceneError(
                opening == "[" || opening == "{"
                    ? "a key is one word, not a list or a mapping"
                    : "key \(key) stands twice; keep one of the two",
                line: context.mark.line, column: context.mark.column)
        case .memory:
            return SceneError("the system has no memory to read it", line: 1, column: 1)
        default:
            return SceneError("no YAML: \(quoted("\(error)"))", line: 1, column: 1)
        }
    }

    private func wording(_ problem: String, _ context: YamlError.Context?, _ mark: Mark) -> String {
        if problem.hasPrefix("Maximum nesting level") { return "nested too deeply for a \(kind)" }
        if source.scalar(line: mark.line, column: mark.column) == "\t" {
            return "no YAML: a tab cannot indent; write spaces"
        }
        let origin = context.map { "\($0.text) from line \($0.mark.line): " } ?? ""
        return "no YAML: \(origin)\(problem)"
    }
}
